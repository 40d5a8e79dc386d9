"""What is read of a packet does not depend on how many others, usual or odd, are read together with it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from sharky.dissect import Fragments, dissect
from sharky.dissect.rows import LONG_RUN
from sharky.model.columns import Columns
from sharky.model.packets import LARGE_BATCH
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import Packet, batch, eth, ip, ipv6, tcp, udp, vlan
from tests.unit.dissect.examples import LINKS, TUNNELS

USUAL = [
    Packet(eth(0x0800, ip(6, tcp(1234, 443, b"hello")))),
    Packet(eth(0x0800, ip(17, udp(1234, 53, b"lookup, much longer")))),
    Packet(eth(0x8100, vlan(0x0800, ip(6, tcp(1234, 80, b"GET"))))),
    Packet(eth(0x86DD, ipv6(6, tcp(1, 2, b"six")))),
]
ODD = [
    Packet(eth(0x0800, ip(17, udp(7, 9, bytes(32))[:24], fragment=0x2000))),
    Packet(eth(0x0800, ip(17, bytes(16), fragment=3))),
    Packet(eth(0x0800, ip(6, tcp(5, 6, b"options"), options=b"\1\1\1\1"))),
    Packet(eth(0x0800, ip(6, tcp(5, 6, b"offloaded"), total=0))),
    Packet(eth(0x0800, ip(6, tcp(5, 6, b"lies"), total=7))),
    Packet(eth(0x0800, b"\x65" + ip(6, tcp(5, 6))[1:])),
    Packet(eth(0x0800, b"\x42" + ip(6, tcp(5, 6))[1:])),
    Packet(eth(0x0800, ip(6, tcp(5, 6, b"cut")))[:44], wire_length=90),
    Packet(eth(0x0806, bytes(28))),
    Packet(eth(0x88CC, bytes(20))),
    Packet(eth(40, bytes(40))),
]
WHAT = ("wire_length", "problem", "stopped_at", "transport", "source_port", "destination_port", "flow_key", "is_forward", "payload_length")


def told(columns: Columns) -> list[tuple[object, ...]]:
    """What is known of each packet, in the order of capture, its headers among it; those that came in other packets count as behind it."""
    headers: list[list[tuple[str, int]]] = [[] for _ in range(len(columns))]
    for name, places in columns.headers.items():
        for place in places:
            for row, offset in zip(np.arange(len(columns))[place.rows].tolist(), place.offset.tolist(), strict=True):
                headers[row].append((name, min(offset - int(columns.offset[row]), int(columns.captured[row]))))
    paths = [columns.tree.path(int(node)) for node in columns.path]
    plain = zip(*(getattr(columns, name).tolist() for name in WHAT), strict=True)
    rows = [(*each, path, sorted(its)) for each, path, its in zip(plain, paths, headers, strict=True)]
    return [rows[row] for row in np.argsort(columns.position).tolist()]


def read(packets: Sequence[Packet], at_a_time: int) -> list[tuple[object, ...]]:
    tree, fragments = ProtocolTree(), Fragments()
    parts = (packets[begin : begin + at_a_time] for begin in range(0, len(packets), at_a_time))
    return [row for part in parts for row in told(dissect(batch(part), tree, fragments))]


def test_a_large_batch_with_odd_packets_is_read_as_small_ones_are() -> None:
    random = Random(7)
    packets = [random.choice(ODD if random.random() < 0.01 else USUAL) for _ in range(6 * LONG_RUN)]
    assert read(packets, len(packets)) == read(packets, 50)


def test_a_large_batch_of_every_kind_of_packet_is_read_as_small_ones_are() -> None:
    kinds = [Packet(octets) for octets in TUNNELS.values()] + [Packet(octets, linktype=linktype) for linktype, octets in LINKS.values()]
    packets = [*kinds, *USUAL, *ODD] * (1 + LARGE_BATCH // len(kinds))
    assert read(packets, len(packets)) == read(packets, 50)


def test_a_packet_alone_of_its_kind_in_a_large_batch_is_read_as_by_itself() -> None:
    alone = Packet(eth(0x88A8, vlan(0x8100, vlan(0x8847, b"\0\1\x11\x40\x45"))))
    assert read([USUAL[1]] * LARGE_BATCH + [alone], LARGE_BATCH + 1)[-1] == read([alone], 1)[0]


def test_a_batch_of_nothing_but_odd_packets_is_read_as_small_ones_are() -> None:
    packets = [Random(number).choice(ODD) for number in range(2 * LONG_RUN)]
    assert read(packets, len(packets)) == read(packets, 50)
