"""Headers of IP and UDP that lie about their length, and frames whose padding is no padding, wherever batches are cut."""

from __future__ import annotations

import pytest

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import Packet, batch, eth, ip, ipv6, udp

PLAIN = eth(0x0800, ip(17, udp(5000, 5001, b"words")))
OF_ANOTHER_VERSION = PLAIN[:14] + b"\x75" + PLAIN[15:]
PACKETS = {
    "plain": Packet(PLAIN),
    "padded": Packet(PLAIN.ljust(60, b"\0")),
    "padded with more": Packet(PLAIN.ljust(64, b"\0") + b"more"),
    "padded with less": Packet(PLAIN.ljust(64, b"p")),
    "cut": Packet(PLAIN[:44], wire_length=len(PLAIN)),
    "long": Packet(eth(0x0800, ip(17, udp(5000, 5001, b"words"), total=90))),
    "long and cut": Packet(eth(0x0800, ip(17, udp(5000, 5001, b"words"), total=90))[:44], wire_length=47),
    "short": Packet(eth(0x0800, ip(17, udp(5000, 5001, b"words"), total=12))),
    "none": Packet(eth(0x0800, ip(17, udp(5000, 5001, b"words"), total=0))),
    "udp long": Packet(eth(0x0800, ip(17, udp(5000, 5001, b"words", length=99)))),
    "udp short": Packet(eth(0x0800, ip(17, udp(5000, 5001, b"words", length=7)))),
    "udp none": Packet(eth(0x0800, ip(17, udp(5000, 5001, b"words", length=0)))),
    "udp none of six": Packet(eth(0x86DD, ipv6(17, udp(5000, 5001, b"words", length=0)))),
    "udp of a fragment": Packet(eth(0x0800, ip(17, udp(5000, 5001, b"words", length=99), fragment=0x2000))),
    "quoted": Packet(eth(0x0800, ip(1, b"\3\3" + bytes(6) + ip(17, udp(5000, 5001, length=99), total=119)))),
    "version": Packet(OF_ANOTHER_VERSION),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ip.bogus_ip_length", {"long", "long and cut", "short"}),
        ("udp.length.bad", {"udp long", "udp short", "udp none"}),
        ("eth.padding_bad", {"padded with less"}),
        ("ip.bogus_ip_version", {"version"}),
    ],
)
@pytest.mark.parametrize("size", [1, 3, len(PACKETS)])
def test_what_lies_about_its_length_is_told(text: str, expected: set[str], size: int) -> None:
    tree, wanted, names, found = ProtocolTree(), compile_filter(text), list(PACKETS), set[str]()
    identifier = Identifier(tree)
    for begin in range(0, len(names), size):
        some = names[begin : begin + size]
        columns = dissect(batch([PACKETS[name] for name in some]), tree)
        mask = wanted.mask(columns, identifier.identify(columns))
        found |= {some[place] for place in columns.position[mask].tolist()}
    assert found == expected
