"""Headers with options or lengths that do not fit: what is told of them, and that nothing leads out of a packet."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import Packet, batch, eth, ip, ipv6, tcp, udp

ADDRESSES = bytes.fromhex("020000000002020000000001")
BROKEN, SHORT, WRONG, FILLED = b"\x40\x30\0\0", b"\x02\x04\x05\xb4\x40\x01\0\0", b"\x02\x03\x05\0", b"\1" * 4
SIZE, SCALE = b"\x02\x04\x05\xb4", b"\1\x03\x03\x07"


def opening(options: bytes) -> bytes:
    return pack(">HHIIBBHHH", 40_000, 80, 1, 0, (20 + len(options)) * 4, 2, 1024, 0, 0) + options


def over_ip(segment: bytes, *, cut: int = 0) -> Packet:
    return Packet(eth(0x0800, ip(6, segment))[: -cut or None])


PACKETS = {
    "plain": over_ip(tcp(40_000, 80, b"words")),
    "options": over_ip(tcp(40_000, 80, options=SIZE + SCALE)),
    "broken": over_ip(tcp(40_000, 80, b"words", options=BROKEN)),
    "short": over_ip(tcp(40_000, 80, options=SHORT)),
    "wrong": over_ip(tcp(40_000, 80, options=WRONG)),
    "alone": over_ip(tcp(40_000, 80, options=b"\1\1\1\x02")),
    "behind the end": over_ip(tcp(40_000, 80, options=b"\0" + BROKEN[:3])),
    "filled": over_ip(tcp(40_000, 80, options=FILLED + FILLED)),
    "not filled": over_ip(tcp(40_000, 80, options=b"\1\1\1" + SIZE + b"\1")),
    "opening": over_ip(opening(b"")),
    "opening with size": over_ip(opening(SCALE + SIZE)),
    "opening without": over_ip(opening(SCALE)),
    "opening broken": over_ip(opening(BROKEN)),
    "options of IP": Packet(eth(0x0800, ip(17, udp(5000, 5001), options=b"\x94\x04\0\0"))),
    "broken options of IP": Packet(eth(0x0800, ip(17, udp(5000, 5001), options=b"\x0a\x90\0\0"))),
    "small TCP": over_ip(tcp(40_000, 80)[:12] + b"\x40" + tcp(40_000, 80)[13:]),
    "small IP": Packet(eth(0x0800, b"\x44" + ip(17, udp(5000, 5001))[1:])),
    "less than a header": over_ip(opening(SIZE + SCALE)[:20]),
    "cut": Packet(eth(0x0800, ip(6, opening(SIZE + SCALE)))[:54], 62),
    "long IPv6": Packet(eth(0x86DD, ipv6(17, udp(5000, 5001), length=99))),
    "cut IPv6": Packet(eth(0x86DD, ipv6(17, udp(5000, 5001, b"words")))[:60], 67),
    "long Ethernet": Packet(ADDRESSES + pack(">H", 99) + bytes.fromhex("424203000000000000") + bytes(30)),
    "Ethernet": Packet(ADDRESSES + pack(">H", 39) + bytes.fromhex("424203000000000000") + bytes(30)),
}


def named(text: str, size: int) -> set[str]:
    tree, names, found = ProtocolTree(), list(PACKETS), set[str]()
    identifier, wanted = Identifier(tree), compile_filter(text)
    for begin in range(0, len(names), size):
        some = names[begin : begin + size]
        columns = dissect(batch([PACKETS[name] for name in some]), tree)
        mask = wanted.mask(columns, identifier.identify(columns))
        found |= {some[place] for place in columns.position[mask].tolist()}
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp.option.len.invalid", {"broken", "short", "wrong", "alone", "opening broken"}),
        ("tcp.nop", {"filled"}),
        ("tcp.options.mss.absent", {"opening without"}),
        ("ip.opt.len.invalid", {"broken options of IP"}),
        ("tcp.bogus_header_length", {"small TCP"}),
        ("ip.bogus_header_length", {"small IP"}),
        ("tcp.short_segment", {"less than a header"}),
        ("ipv6.plen_exceeds_framing", {"long IPv6"}),
        ("eth.len.past_end", {"long Ethernet"}),
        ("_ws.expert.group == Malformed", {"less than a header", "long Ethernet"}),
    ],
)
@pytest.mark.parametrize("size", [1, 4, len(PACKETS)])
def test_headers_that_do_not_fit_are_told(text: str, expected: set[str], size: int) -> None:
    assert named(text, size) == expected


@given(st.binary(max_size=40), st.binary(max_size=60))
def test_any_options_are_read_without_harm(options: bytes, behind: bytes) -> None:
    options = options[: len(options) // 4 * 4]
    tree = ProtocolTree()
    columns = dissect(batch([Packet(eth(0x0800, ip(6, opening(options) + behind)))], between=b"\1" * 9), tree)
    labels = Identifier(tree).identify(columns)
    fills = b"\1\1\1\1" in options
    assert fills or not compile_filter("tcp.nop").mask(columns, labels)[0]
    compile_filter("tcp.option.len.invalid or tcp.options.mss.absent").mask(columns, labels)
