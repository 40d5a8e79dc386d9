"""The programs run in the kernel itself, on a pair of sockets of which one is filtered; that needs no rights."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.capture.ringfilter import everything, without_own_page

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


OWN_PAGE = without_own_page(SNAPLEN, PORT, [THEIRS[:5] + b"\x09", OURS])


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
    assert passed(without_own_page(SNAPLEN, PORT, [bytes(range(6))]), packet) == packet


def test_packets_are_cut_at_the_snaplen() -> None:
    long = bytes(9000)
    assert passed(everything(128), long) == long[:128]
    assert passed(OWN_PAGE, long) == long[:SNAPLEN]


def test_many_addresses_fit() -> None:
    many = [bytes([2, 0, 0, 0, 1, number]) for number in range(40)]
    assert passed(without_own_page(SNAPLEN, PORT, many), tcp4(THEIRS, many[7], (50000, PORT))) is None
