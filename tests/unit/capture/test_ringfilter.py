"""The programs run in the kernel itself, on a pair of sockets of which one is filtered; that needs no rights."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.capture.ringfilter import assemble, beginnings, without_own_page
from sharky.capture.ringnames import LONG, SHORT, names_whole
from tests.unit.dissect.builder import eth, ip, ipv6
from tests.unit.dissect.builder import udp as udp_header

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="classic BPF on sockets is Linux'")

SO_ATTACH_FILTER = 26
OURS, THEIRS, PORT, SNAPLEN = bytes.fromhex("020000000001"), bytes.fromhex("020000000002"), 8080, 190


def passed(program: bytes, packet: bytes) -> bytes | None:
    """What the kernel lets through of a packet; None where it lets nothing through."""
    inner, outer = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with inner, outer:
        memory = ctypes.create_string_buffer(program, len(program))
        outer.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(program) // 8, ctypes.addressof(memory)))
        inner.send(packet)
        outer.setblocking(False)
        try:
            return outer.recv(65536)
        except BlockingIOError:
            return None


def tcp4(source: bytes, destination: bytes, ports: tuple[int, int], *, options: bytes = b"", fragment: int = 0, protocol: int = 6) -> bytes:
    ip = struct.pack(">BxHxxHxB10x", 0x45 + len(options) // 4, 40 + len(options), fragment, protocol) + options
    return destination + source + b"\x08\x00" + ip + struct.pack(">HH16x", *ports)


def tcp6(source: bytes, destination: bytes, ports: tuple[int, int]) -> bytes:
    return destination + source + b"\x86\xdd" + struct.pack(">IHBB32x", 6 << 28, 20, 6, 64) + struct.pack(">HH16x", *ports)


OWN_PAGE = without_own_page(beginnings(SNAPLEN), PORT, [THEIRS[:5] + b"\x09", OURS])


@pytest.mark.parametrize("tcp", [tcp4, tcp6])
def test_the_own_page_is_left_out_both_ways(tcp) -> None:
    assert passed(OWN_PAGE, tcp(THEIRS, OURS, (50000, PORT))) is None
    assert passed(OWN_PAGE, tcp(OURS, THEIRS, (PORT, 50000))) is None


@pytest.mark.parametrize("tcp", [tcp4, tcp6])
def test_another_machines_page_on_the_same_port_is_seen(tcp) -> None:
    for packet in (tcp(OURS, THEIRS, (50000, PORT)), tcp(THEIRS, OURS, (PORT, 50000)), tcp(THEIRS, OURS, (50000, 80))):
        assert passed(OWN_PAGE, packet) == packet


def test_options_of_ip_do_not_hide_the_ports() -> None:
    assert passed(OWN_PAGE, tcp4(THEIRS, OURS, (50000, PORT), options=bytes(40))) is None


@pytest.mark.parametrize(
    "packet",
    [
        tcp4(THEIRS, OURS, (50000, PORT), protocol=17),
        tcp4(THEIRS, OURS, (50000, PORT), fragment=100),
        tcp4(THEIRS, OURS, (50000, PORT))[:36],
        OURS + THEIRS + b"\x08\x06" + bytes(28),
        OURS + THEIRS + b"\x08\x00\x4f" + bytes(8) + b"\x06" + bytes(12),
        b"\x00",
    ],
    ids=["udp", "a later fragment", "cut before its ports", "arp", "a header that claims to be longer than the packet", "one octet"],
)
def test_everything_else_is_seen(packet: bytes) -> None:
    assert passed(OWN_PAGE, packet) == packet


@given(st.binary(min_size=1, max_size=120))
def test_no_packet_can_hide(packet: bytes) -> None:
    assert passed(without_own_page(beginnings(SNAPLEN), PORT, [bytes(range(6))]), packet) == packet
    assert passed(without_own_page(names_whole(SNAPLEN), PORT, [bytes(range(6))]), packet) == packet


def test_packets_are_cut_at_the_snaplen() -> None:
    long = bytes(9000)
    assert passed(assemble(beginnings(128)), long) == long[:128]
    assert passed(OWN_PAGE, long) == long[:SNAPLEN]


def test_many_addresses_fit() -> None:
    many = [bytes([2, 0, 0, 0, 1, number]) for number in range(40)]
    assert passed(without_own_page(names_whole(SNAPLEN), PORT, many), tcp4(THEIRS, many[7], (50000, PORT))) is None


PUSHED, NOT_PUSHED = 0x18, 0x10


def segment(payload: bytes, ports: tuple[int, int] = (40_000, 443), options: bytes = b"", flags: int = PUSHED) -> bytes:
    return struct.pack(">HHIIBBHHH", *ports, 1, 1, 5 + len(options) // 4 << 4, flags, 1024, 0, 0) + options + payload


BULK = bytes(1300)
HELLO = bytes.fromhex("16030107000100") + BULK
NAMING = {
    "a lookup": (17, udp_header(40_000, 53, BULK)),
    "an announcement": (17, udp_header(5353, 5353, BULK)),
    "a lease": (17, udp_header(68, 67, BULK)),
    "a call": (17, udp_header(5060, 5060, BULK)),
    "a camera's answer": (6, segment(b"RTSP/1.0 200 OK\r\n" + BULK, (554, 40_000))),
    "a QUIC connection's beginning": (17, udp_header(40_000, 443, b"\xc3" + BULK)),
    "a hello": (6, segment(HELLO)),
    "a hello behind options": (6, segment(HELLO, options=bytes(12))),
    "a request": (6, segment(b"GET / HTTP/1.1\r\n" + BULK, (40_000, 8000))),
    "the end of a hello": (6, segment(b"\xfe\x0d" + BULK)),
    "the end of a hello behind options": (6, segment(b"\x00\x10" + BULK, options=bytes(12))),
    "a lookup over TCP": (6, segment(BULK, (53, 40_000))),
}
OTHERS = {
    "QUIC that goes on": (17, udp_header(40_000, 443, b"\x43" + BULK)),
    "a server's hello": (6, segment(bytes.fromhex("16030107000200") + BULK)),
    "data": (6, segment(b"\x17\x03\x03" + BULK)),
    "data that a client goes on sending": (6, segment(b"\xfe\x0d" + BULK, flags=NOT_PUSHED)),
    "a server's data that go on": (6, segment(b"\xfe\x0d" + BULK, (443, 40_000))),
    "some datagram": (17, udp_header(40_000, 50_000, BULK)),
}
CARRIED = {
    "IPv4": lambda protocol, payload: eth(0x0800, ip(protocol, payload)),
    "IPv6": lambda protocol, payload: eth(0x86DD, ipv6(protocol, payload)),
}


@pytest.mark.parametrize("family", CARRIED)
@pytest.mark.parametrize("name", NAMING)
def test_packets_that_may_carry_names_are_kept_whole(name: str, family: str) -> None:
    packet = CARRIED[family](*NAMING[name])
    assert passed(assemble(names_whole(SNAPLEN)), packet) == packet


@pytest.mark.parametrize("family", CARRIED)
@pytest.mark.parametrize("name", OTHERS)
def test_of_others_the_headers_are_kept(name: str, family: str) -> None:
    packet = CARRIED[family](*OTHERS[name])
    assert passed(assemble(names_whole(SNAPLEN)), packet) == packet[:SHORT]
    assert passed(assemble(names_whole(SNAPLEN)), packet[: LONG - 1]) == packet[:SNAPLEN]


def test_switches_and_neighbours_are_kept_whole() -> None:
    for packet in (eth(0x88CC, bytes(400)), eth(400, bytes(600))):
        assert passed(assemble(names_whole(SNAPLEN)), packet) == packet


@given(st.binary(max_size=80), st.integers(0, 15), st.sampled_from([6, 17]))
def test_headers_that_lie_hide_no_packet(octets: bytes, length: int, protocol: int) -> None:
    packet = eth(0x0800, ip(protocol, octets))
    packet = packet[:14] + bytes([0x40 | length]) + packet[15:]
    assert passed(assemble(names_whole(SNAPLEN)), packet) == packet
