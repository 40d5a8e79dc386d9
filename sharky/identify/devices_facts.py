"""What the packets of a batch tell of devices: the addresses that they use, the roles that they play, the names that they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sharky.identify.addresses import MAPPED, Addresses, packed_address
from sharky.identify.devices_device import CLUES, SOURCES
from sharky.identify.devices_neighbours import frame_sources, neighbours
from sharky.identify.endpoints import mac_text
from sharky.identify.payloads import Mask, Numbers
from sharky.model.columns import Columns, Labels
from sharky.model.names import DIRECTIONS
from sharky.tables import distinct, firsts
from sharky.tables.strides import gather

ROUTER_ADVERTISEMENT = 134
ARP_OVER_ETHERNET = bytes.fromhex("000108000604")
ARP_WIDTH, ARP_SENDER_MAC, ARP_SENDER_IP = 28, 8, 14

OF_ADDRESSES = ("mdns_host", "llmnr_host", "dns_answer")
"""Kinds of names that are said of an IP address, which may be another device's."""

OF_MACS = ("dhcp_host", "dhcp_fqdn", "dhcp_vendor")
"""Kinds that are said of a MAC address, in the device's own words."""

_OF_DEVICES = frozenset(("dhcp_server", *OF_ADDRESSES, *OF_MACS, *SOURCES, *CLUES))

NO_ADDRESSES = (bytes(16), MAPPED.tobytes() + bytes(4))
"""Written by who has none yet."""

_IN, _OUT, _LOCAL = map(DIRECTIONS.index, ("in", "out", "local"))


class Fact(NamedTuple):
    """Something that one packet tells.

    Attributes:
        position: Of the packet, in the order of capture.
        time_ns: When it came.
        number: Of the device that sent it.
        kind: "address", "role", or a kind of name.
        text: What is told.
        mac: Whose MAC address it is told of, as text; empty for the sender itself.
        address: The IP address that it is told of, IPv4 mapped into IPv6; empty for the sender itself.
    """

    position: int
    time_ns: int
    number: int
    kind: str
    text: str = ""
    mac: str = ""
    address: bytes = b""


def gather_facts(columns: Columns, labels: Labels, starts: NDArray[np.intp], sender: Numbers, is_router: Mask) -> list[Fact]:
    """Return what a batch tells, in the order of capture.

    Args:
        columns: The batch.
        labels: With the directions of packets, and with what is heard.
        starts: Rows of packets with which flows begin.
        sender: (n,) number of the device that sent each packet, 0 where that is not known.
        is_router: By number, which devices are known to be routers.
    """
    facts = [*_of_flows(columns, labels, starts, sender), *_of_arp(columns, sender), *_of_neighbours(columns, sender)]
    facts += [*_of_routers(columns, sender), *_of_passing(columns, labels, sender, is_router)]
    facts += _of_names(columns, labels, sender)
    return sorted(facts, key=lambda fact: fact.position)


def _of_flows(columns: Columns, labels: Labels, starts: NDArray[np.intp], sender: Numbers) -> list[Fact]:
    """Whoever begins a flow from inside has that address; the first and the last of a batch say from when to when."""
    starts = starts[sender.take(starts) > 0]
    if not len(starts):
        return []
    direction = labels.direction.take(starts)
    inside = starts[(direction == _OUT) | (direction == _LOCAL)]
    source = Addresses.of_links(columns, inside).source
    octets, width = source.tobytes(), source.shape[1]
    first: dict[tuple[int, bytes], tuple[int, int, int]] = {}
    last: dict[tuple[int, bytes], tuple[int, int, int]] = {}
    for index, told in enumerate(_tell(columns, inside, sender)):
        key = told[-1], octets[width * index : width * (index + 1)]
        first.setdefault(key, told)
        last[key] = told
    ends = {(address, told) for each in (first, last) for (_, address), told in each.items() if address not in NO_ADDRESSES}
    return [Fact(*told, "address", address=address) for address, told in ends]


def _of_passing(columns: Columns, labels: Labels, sender: Numbers, is_router: Mask) -> list[Fact]:
    """Whoever passes on what comes from outside is a router."""
    rows = ((labels.direction == _IN) & (sender > 0) & ~is_router.take(sender)).nonzero()[0]
    if not len(rows):
        return []
    rows = rows[np.argsort(columns.position[rows])]
    return [Fact(*told, "role", "router") for told in _tell(columns, rows[firsts(sender.take(rows))], sender)]


def _tell(columns: Columns, rows: NDArray[np.intp], sender: Numbers) -> Iterator[tuple[int, int, int]]:
    """Yield position, time and sender of some packets."""
    return zip(columns.position.take(rows).tolist(), columns.time_ns.take(rows).tolist(), sender.take(rows).tolist(), strict=True)


def _of_arp(columns: Columns, sender: Numbers) -> list[Fact]:
    """Whoever is said to have addresses in ARP has them (RFC 826); what is said of others counts where they are known by then."""
    facts: list[Fact] = []
    for place in columns.headers.get("arp", ()):
        rows: NDArray[np.intp] = np.arange(len(columns))[place.rows]
        packets = gather(columns.buffer, place.offset, ARP_WIDTH)
        is_sane = (packets[:, : len(ARP_OVER_ETHERNET)] == np.frombuffer(ARP_OVER_ETHERNET, np.uint8)).all(axis=1)
        is_sane &= (place.end - place.offset >= ARP_WIDTH) & (sender.take(rows) > 0)
        address = packets[:, ARP_SENDER_IP : ARP_SENDER_IP + 4].copy().view(np.uint32)[:, 0]
        some = (is_sane & (address > 0)).nonzero()[0]
        key = (sender.take(rows) << 32) + address
        is_own = (packets[:, ARP_SENDER_MAC:ARP_SENDER_IP] == frame_sources(columns, rows)).all(axis=1)
        own = some[is_own[some]]
        some = np.concatenate((own[_ends(key[own])], some[~is_own[some]]))
        for index, told in zip(some.tolist(), _tell(columns, rows[some], sender), strict=True):
            mac = mac_text(packets[index, ARP_SENDER_MAC:ARP_SENDER_IP].tobytes())
            packed = MAPPED.tobytes() + packets[index, ARP_SENDER_IP : ARP_SENDER_IP + 4].tobytes()
            facts.append(Fact(*told, "address", mac=mac, address=packed))
    return facts


def _of_neighbours(columns: Columns, sender: Numbers) -> list[Fact]:
    """Whoever speaks of its own addresses in neighbour discovery has them."""
    if "icmpv6" not in columns.headers:
        return []
    claims = neighbours(columns, sender)
    whose = zip(claims.address, claims.mac, _tell(columns, claims.rows, sender), strict=True)
    return [Fact(*told, "address", mac=mac_text(mac.tobytes()), address=address.tobytes()) for address, mac, told in whose]


def _ends(numbers: Numbers) -> NDArray[np.intp]:
    """Return where each different number stands first and where it stands last, each place once."""
    return distinct(firsts(numbers), len(numbers) - 1 - firsts(numbers[::-1]))


def _of_routers(columns: Columns, sender: Numbers) -> list[Fact]:
    """Whoever advertises itself as a router is one (RFC 4861 section 4.2)."""
    facts: list[Fact] = []
    for place in columns.headers.get("icmpv6", ()):
        rows = np.arange(len(columns))[place.rows]
        rows = rows[(columns.buffer.take(place.offset) == ROUTER_ADVERTISEMENT) & (sender.take(rows) > 0)]
        facts += [Fact(*told, "role", "router") for told in _tell(columns, rows, sender)]
    return facts


def _of_names(columns: Columns, labels: Labels, sender: Numbers) -> list[Fact]:
    """What devices say; what comes in from outside is not said by the router that passes it on."""
    facts: list[Fact] = []
    for row, heard in labels.heard:
        if heard.kind not in _OF_DEVICES:
            continue
        told = int(columns.position[row]), int(columns.time_ns[row]), int(sender[row])
        if not told[-1] or labels.direction[row] == _IN:
            continue
        if heard.kind == "dhcp_server":
            facts.append(Fact(*told, "role", "dhcp server"))
        elif heard.kind in OF_ADDRESSES:
            facts.append(Fact(*told, heard.kind, heard.name, address=packed_address(heard.about)))
        elif heard.kind in OF_MACS:
            facts.append(Fact(*told, heard.kind, heard.name, mac=heard.about))
        else:
            facts.append(Fact(*told, heard.kind, heard.name))
    return facts
