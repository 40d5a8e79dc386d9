"""The reference of protocols, made from the tables that name packets, so that it says what is so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sharky.identify.announced import EXPECTED
from sharky.identify.expectations import announcing
from sharky.identify.ports import ports
from sharky.identify.signatures import TRANSPORTS, Signature, signatures

NAMES = {number: name.upper() for name, number in TRANSPORTS.items()}

MOST_PORTS = 6
"""Ports that are written out; of more, the first and how many others there are."""

_PAGE = """<!-- Made by scripts/update-reference from the tables that name packets. Change those, not this file. -->

# Protocols

What a packet carries above TCP or UDP is told by its first octets where they tell it, and remembered for its flow, both
ways. A name by port alone is what Wireshark calls all that it hears there; octets outrank it, and so does what another
flow has announced. Names are Wireshark's short names where it has one, and can be used in rules as they stand here.

- **octets**: told at any port; with ports, told there only.
- **ports**: taken for it at these ports until, or unless, octets tell otherwise.
- **announced**: expected where another flow said that it would come, such as the media of a call.

## By what packets carry

{carried}

## By their headers

These are named by a number in the header below, and never guessed: {headers}.
"""


def protocols_markdown(descriptions: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        descriptions: What each protocol's short name stands for.
    """
    carried = _carried()
    lines = ["| name | what it is | octets | ports | announced |", "| --- | --- | --- | --- | --- |"]
    for name, (octets, by_port, announced) in sorted(carried.items()):
        lines.append(f"| `{name}` | {descriptions[name]} | {octets} | {by_port} | {announced} |")
    headers = ", ".join(f"`{name}`" for name in sorted(set(descriptions) - set(carried)))
    return _PAGE.format(carried="\n".join(lines), headers=headers)


def _carried() -> dict[str, tuple[str, str, str]]:
    """Return how each protocol is known: by octets, by port, by announcement."""
    signed: dict[str, list[Signature]] = defaultdict(list)
    for signature in signatures():
        for protocol in signature.protocol.split(":"):
            signed[protocol].append(signature)
    at_ports: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for place, protocol in ports().items():
        at_ports[protocol].add(place)
    announcers = _announcers()
    names = {*signed, *at_ports, *announcers} | {part for signature in signatures() for part in signature.then.split(":") if part}
    return {name: (places_of_octets(signed[name]), _ports(at_ports[name]), announcers.get(name, "")) for name in names}


def _announcers() -> dict[str, str]:
    """Return what announces each protocol that may be expected."""
    kinds = sorted({signature.protocol for signature in announcing()})
    by = {"sdp": ("rtp", "rtcp", "t38"), "skinny": ("rtp",), "rtsp": ("rtp", "rtcp", "rdt"), "tftp": ("tftp",), "ftp": ("ftp-data",)}
    return {name: "by " + ", ".join(f"`{kind}`" for kind in kinds if name in by[kind]) for name in EXPECTED}


def places_of_octets(found: Iterable[Signature]) -> str:
    """Return over what, and at which ports, octets tell a protocol."""
    places: dict[str, set[int]] = defaultdict(set)
    anywhere: set[str] = set()
    for signature in found:
        transport = NAMES[signature.transport]
        places[transport].update(signature.ports)
        if not signature.ports:
            anywhere.add(transport)
    return "; ".join(
        transport if transport in anywhere else f"{transport} {_numbers(where)}" for transport, where in sorted(places.items())
    )


def _ports(places: Iterable[tuple[int, int]]) -> str:
    by_transport: dict[str, set[int]] = defaultdict(set)
    for transport, port in places:
        by_transport[NAMES[transport]].add(port)
    return "; ".join(f"{transport} {_numbers(where)}" for transport, where in sorted(by_transport.items()))


def _numbers(numbers: Iterable[int]) -> str:
    """Return the first few numbers.

    >>> _numbers({1, 2, 3, 4, 5, 6, 7, 8})
    '1 2 3 4 5 6 and 2 more'
    """
    ordered = sorted(numbers)
    more = f" and {len(ordered) - MOST_PORTS} more" if len(ordered) > MOST_PORTS else ""
    return " ".join(map(str, ordered[:MOST_PORTS])) + more
