"""What packets are about by which things in the house find each other: AirPlay, Cast, Sonos, HomeKit, printers.

In a multicast flow all sorts of things are looked for and announced side by side, so there it counts for the one packet that
says it. UPnP over HTTP is told the same way, but a connection is for one service: there it counts for the flow from that
packet on, if it stays in the house; in the internet a player fetches music with the same program.
"""

from __future__ import annotations

from functools import lru_cache

from sharky.identify.parts import Part
from sharky.identify.services import services

LONGEST_SAID = 256
"""Characters of what is looked up; no name and no type is longer."""

REMEMBERED = 1024
"""Texts whose services are remembered: things say the same again and again."""

_PRODUCTS = ("ssdp_server", "user_agent")
_SAYING = frozenset((*_PRODUCTS, "mdns", "mdns_record", "ssdp_type", "ssdp_search"))


def found_in(part: Part) -> list[tuple[int, int]]:
    """Return the index of each packet that is about a service, and that service's number.

    Of several, a product says more than a type that many makers have, and any of these more than plain UPnP; else the first counts.
    """
    best: dict[int, tuple[int, int]] = {}
    for row, heard in part.said:
        if heard.kind not in _SAYING:
            continue
        told = _told(heard.kind, heard.name) if len(heard.name) <= LONGEST_SAID else None
        if told and (row not in best or told[0] < best[row][0]):
            best[row] = told
    return [(part.index_of(row), service) for row, (_, service) in best.items()]


@lru_cache(REMEMBERED)
def _told(kind: str, name: str) -> tuple[int, int] | None:
    """Return how little a text says, 0 for the most, and of which service.

    >>> [services().names[_told(*said)[1]] for said in (("mdns", "Hall._AirPlay._tcp.local"), ("ssdp_server", "Linux UPnP/1.0 Sonos/83"))]
    ['airplay', 'sonos']
    """
    plain = services().by_protocol["ssdp"]
    if kind in _PRODUCTS:
        found = _products(name)
        if kind == "user_agent" and plain not in found:
            return None
    else:
        found = [services().by_discovery(_service_type(name) if kind.startswith("mdns") else name)]
    ranked = [(2 if service == plain else int(kind not in _PRODUCTS), service) for service in found if service]
    return min(ranked, default=None, key=lambda each: each[0])


def _products(text: str) -> list[int]:
    """Return the services of products and their versions: "Linux UPnP/1.0 Sonos/83.1" (RFC 9110 section 10.2.4)."""
    return [services().by_discovery(word.partition("/")[0] + "/") for word in text.split() if "/" in word]


def _service_type(name: str) -> str:
    """Return what kind of service a name is about (RFC 6763 section 4.1).

    >>> _service_type("Living Room._airplay._tcp.local"), _service_type("printer.local")
    ('_airplay._tcp', '')
    """
    *_, kind, protocol, domain = ("", "", *name.lower().split("."))
    return f"{kind}.{protocol}" if domain == "local" and kind.startswith("_") else ""
