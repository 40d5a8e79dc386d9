"""What routers and clocks tell each other, of each kind: the same packets must have the same fields as in Wireshark."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from struct import pack

import pytest

from tests.oracle.test_odd_headers import differing, ethernet, internet

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")

HELLO_OF_OSPF = ("hello_interval", "router_dead_interval", "router_priority", "designated_router", "active_neighbor", "interface_id")


def admissions() -> list[bytes]:
    """RADIUS with EAP in it (RFC 3579): of every kind, cut in two where it is long, and none."""
    messages = [pack(">BBHB", code, code + 7, 5 + size, kind) + bytes(size) for code in (1, 2) for kind in (1, 3, 4, 25) for size in (0, 9)]
    messages += [pack(">BBH", code, 7, 4) for code in (3, 4)]
    wholes = [b"", *(pack("BB", 79, 2 + len(one)) + one for one in messages), long_message()]
    heads = [pack(">BBH16s", 1, number, 20 + 5 + len(whole), bytes(16)) for number, whole in enumerate(wholes)]
    datagrams = [head + b"\x01\x05abc" + whole for head, whole in zip(heads, wholes, strict=True)]
    return [internet(17, pack(">HHHH", 1_024, 1_812, 8 + len(one), 0) + one) for one in datagrams]


def long_message() -> bytes:
    whole = pack(">BBHB", 1, 9, 300, 4) + bytes(295)
    return b"\x4f\xff" + whole[:253] + pack("BB", 79, 2 + 300 - 253) + whole[253:]


def datagram(port: int, payload: bytes) -> bytes:
    return internet(17, pack(">HHHH", port, port, 8 + len(payload), 0) + payload)


def routes() -> list[bytes]:
    """RIP: both versions, entries of no family and of IPv4."""
    entry = bytes([10, 9, 8, 0, 255, 255, 255, 0, 10, 0, 0, 3]) + pack(">I", 5)
    kinds = [(command, version, family) for command in (1, 2) for version in (1, 2) for family in (0, 2)]
    return [datagram(520, pack(">BBHHH", command, version, 0, family, 7) + entry) for command, version, family in kinds]


def clocks() -> list[bytes]:
    """NTP of every mode, and PTP of every kind over UDP."""
    asked = [datagram(123, bytes([0xC0 | 4 << 3 | mode]) + bytes(47)) for mode in range(8)]
    return asked + [datagram(319, bytes([kind, 2]) + pack(">HBB", 44, 3, 0) + bytes(38)) for kind in (0, 1, 8, 9, 11)]


def questions() -> list[bytes]:
    """IGMP's questions, whose version their length and one octet tell (RFC 3376 section 7.1)."""
    return [internet(2, bytes([0x11, waits, 0, 0]) + bytes(4 + more)) for waits in (0, 100) for more in (0, 4, 8)]


def routers() -> list[bytes]:
    """HSRP of every kind, and hellos of OSPF for IPv6 with neighbours."""
    standing = [datagram(1_985, bytes([0, kind, 16, 3, 10, 100, 1, 0]) + b"cisco\0\0\0" + bytes([10, 0, 0, 9])) for kind in range(4)]
    hello = pack(">IB3sHH4s4s4s", 6, 1, b"\0\0\x13", 10, 40, bytes([1] * 4), bytes([2] * 4), bytes([3] * 4))
    message = pack(">BBHIIHBB", 3, 1, 16 + len(hello), 0x01010101, 0, 0, 0, 0) + hello
    ends = bytes.fromhex("fe80" + "00" * 13 + "01" + "ff02" + "00" * 13 + "05")
    standing = [one.replace(bytes([10, 0, 0, 2]), bytes([224, 0, 0, 2]), 1) for one in standing]
    return [*standing, ethernet(0x86DD, pack(">IHBB", 6 << 28, len(message), 89, 1) + ends + message)]


KINDS: dict[str, tuple[Callable[[], list[bytes]], tuple[str, ...]]] = {
    "admissions": (admissions, ("eap", "eap.code", "eap.id", "eap.len", "eap.type")),
    "questions": (questions, ("igmp.version", *(f"igmp.version == {version}" for version in (1, 2, 3)))),
    "routes": (routes, ("rip.family", "rip.route_tag", "rip.ip", "rip.netmask", "rip.next_hop", "rip.metric")),
    "clocks": (clocks, ("ntp.flags.li", "ntp.flags.mode", "ptp.v2.messagetype", "ptp.v2.versionptp", "ptp.v2.domainnumber")),
    "routers": (routers, ("hsrp.state", "hsrp.priority", "hsrp.group", *(f"ospf.hello.{name}" for name in HELLO_OF_OSPF))),
}


@pytest.mark.parametrize("name", KINDS)
def test_messages_have_the_fields_that_tshark_shows(name: str, tmp_path: Path) -> None:
    build, fields = KINDS[name]
    assert differing(build(), fields, tmp_path) == {}
