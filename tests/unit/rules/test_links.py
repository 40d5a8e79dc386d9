"""Fields of headers below IP and of what nobody knows how to read, in whole packets."""

from __future__ import annotations

import pytest

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import Packet, batch, eth, ip

LINKTYPE_SLL, LINKTYPE_SLL2 = 113, 276
COOKED = bytes.fromhex("0004 0001 0006 020000000001 0000 0800".replace(" ", "")) + ip(17, bytes(8))
COOKED_2 = bytes.fromhex("0800 0000 00000003 0001 04 06 020000000001 0000".replace(" ", "")) + ip(17, bytes(8))
PING = eth(0x0800, ip(1, bytes.fromhex("0800 0000 0007 0009".replace(" ", "")) + b"abcdefgh"))
PING_WITH_TIME = eth(0x0800, ip(1, bytes.fromhex("0800 0000 0007 0009 64000000 05000000".replace(" ", "")) + b"abcdefgh"))
STRANGE = eth(0x0800, ip(17, bytes.fromhex("c3509c40000c0000") + b"\xffxyz"))
GRE = eth(0x0800, ip(47, bytes.fromhex("2000 0800 00000007".replace(" ", "")) + ip(17, bytes(8))))


def passes(text: str, packet: bytes, linktype: int = 1) -> bool:
    tree = ProtocolTree()
    columns = dissect(batch([Packet(packet, linktype=linktype)]), tree)
    return bool(compile_filter(text).mask(columns, Identifier(tree).identify(columns))[0])


@pytest.mark.parametrize(
    "text",
    ["sll.pkttype == 4", "sll.hatype == 1", "sll.halen == 6", "sll.src.eth == 02:00:00:00:00:01", "sll.etype == 0x0800", "count(sll) == 1"],
)
def test_both_versions_of_cooked_captures_say_the_same(text: str) -> None:
    assert passes(text, COOKED, LINKTYPE_SLL)
    assert passes(text, COOKED_2, LINKTYPE_SLL2)


@pytest.mark.parametrize(
    ("text", "packet", "expected"),
    [
        ("data.len == 8", PING, True),
        ('data.data contains "cde" and data contains 61:62', PING, True),
        ("data.data[0] == 61", PING, True),
        ("data[0] == 61 and len(data) >= 1 and data ~= 00", PING, True),
        ("len(data.data) > 8", PING, False),
        ("data.len == 8 and data.data == 61:62:63:64:65:66:67:68", PING_WITH_TIME, True),
        ("data.len == 4", STRANGE, True),
        ("data.len", GRE, False),
        ("gre.flags.key == 1 and gre.flags.checksum == 0 and gre.flags.version == 0", GRE, True),
        ("gre.checksum", GRE, False),
    ],
)
def test_what_a_packet_carries_is_asked_for(text: str, packet: bytes, *, expected: bool) -> None:
    assert passes(text, packet) is expected
