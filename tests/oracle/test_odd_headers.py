"""Headers that are odd, broken or lie, every kind of each, against Wireshark's: the same packets must have the same fields.

Packets in which Wireshark's dissector itself broke off (`_ws.malformed`) are left out.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from struct import pack

import pytest

from tests.oracle.filtered import passed_in_tshark, passing_many

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")

BROKEN_OFF = "_ws.malformed"
LENGTHS = (*range(13), 16, 18, 20, 22, 24)
FILLER = b"\1"


def ethernet(kind: int, body: bytes) -> bytes:
    return bytes.fromhex("020000000001020000000002") + pack(">H", kind) + body


def internet(protocol: int, body: bytes, options: bytes = b"") -> bytes:
    length = 20 + len(options) + len(body)
    ends = bytes([10, 0, 0, 1, 10, 0, 0, 2])
    return ethernet(0x800, pack(">BBHHHBBH", 0x45 + len(options) // 4, 0, length, 1, 0, 64, protocol, 0) + ends + options + body)


def segment(port: int, options: bytes = b"", flags: int = 0x10, words: int | None = None, payload: bytes = b"") -> bytes:
    size = 5 + len(options) // 4 if words is None else words
    return pack(">HHIIBBHHH", port, 80, 1, 1, size << 4, flags, 100, 0, 0) + options + payload


def option(kind: int, length: int) -> bytes:
    octets = bytes([kind, length, *range(1, length - 1)])
    return octets + FILLER * (-len(octets) % 4)


KINDS_AND_LENGTHS = [(kind, length) for kind in range(2, 256) for length in LENGTHS]
"""All but the two kinds that have no length."""


def options_of_tcp() -> list[bytes]:
    return [internet(6, segment(1_000 + number, option(*one))) for number, one in enumerate(KINDS_AND_LENGTHS)]


def options_of_ip() -> list[bytes]:
    return [internet(6, segment(1_000 + number), option(*one)) for number, one in enumerate(KINDS_AND_LENGTHS)]


def segments() -> list[bytes]:
    """Headers of all lengths, with all flags, and what comes after them in the same connection."""
    odd = [(words, flags, octets) for words in range(16) for flags in (0x02, 0x10, 0x18, 0x04, 0x14) for octets in (0, 40)]
    return [
        internet(6, segment(1_000 + number, flags=flags, words=words, payload=FILLER * octets))
        for number, one in enumerate(odd)
        for words, flags, octets in (one, (5, 0x18, 9))
    ]


def groups() -> list[bytes]:
    """IGMP of all types, but for those of DVMRP and PIM, which are protocols of their own."""
    noise = random.Random(1)
    return [internet(2, bytes([kind]) + noise.randbytes(15)) for kind in range(256) if kind not in (0x13, 0x14, 0x1E, 0x1F)]


def echoes() -> list[bytes]:
    noise = random.Random(2)
    return [internet(1, bytes([kind, 0]) + noise.randbytes(18)) for kind in (*range(3), *range(6, 9), *range(12, 256))]


def resolutions() -> list[bytes]:
    noise = random.Random(3)
    kinds = [(hardware, protocol, six) for hardware in (0, 1, 6, 7, 257) for protocol in (0x800, 0x86DD) for six in (0x0604, 0x0600)]
    return [ethernet(0x806, pack(">HHHH", *one, asks) + noise.randbytes(20)) for one in kinds for asks in (1, 2)]


def lies() -> list[bytes]:
    """Headers of IPv4 of any first octet, and of lengths that cannot be."""
    rest = bytes([0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]) + segment(1_000)
    return [ethernet(0x800, bytes([first, 0]) + pack(">H", length) + rest) for first in range(256) for length in (12, 40)]


def ends_of_ethernet() -> list[bytes]:
    return [ethernet(kind, b"\x42\x42" + bytes([control]) + bytes(57)) for kind in (0, 3, 46, 60) for control in range(16)]


SHOWN_OF_TCP = (
    *(
        "tcp.stream",
        "tcp.seq",
        "tcp.seq_raw",
        "tcp.len",
        "tcp.hdr_len",
        "tcp.ack",
        "tcp.flags",
        "tcp.flags.syn",
        "tcp.window_size",
        "tcp.nxtseq",
    ),
    *(
        "tcp.checksum",
        "tcp.completeness",
        "tcp.payload",
        "tcp.reset_cause",
        "tcp.time_delta",
        "tcp.bogus_header_length",
        "tcp.analysis",
    ),
    *("tcp.connection.syn", "tcp.connection.rst", "tcp.analysis.flags", "_ws.expert"),
)
SWEEPS: dict[str, tuple[Callable[[], list[bytes]], tuple[str, ...]]] = {
    "tcp options": (
        options_of_tcp,
        (
            *("tcp.option_kind", "tcp.option_len", "tcp.option.len.invalid", "tcp.options.mss", "tcp.options.mss_val", "tcp.options.sack"),
            *("tcp.options.timestamp", "tcp.options.timestamp.tsval", "tcp.options.wscale", "tcp.options.wscale.shift"),
        ),
    ),
    "ip options": (options_of_ip, ("ip.opt.type", "ip.opt.len", "ip.opt.type.number")),
    "segments": (segments, SHOWN_OF_TCP),
    "groups": (groups, ("igmp.type", "igmp.checksum", "igmp.checksum.status", "igmp.maddr", "igmp.version")),
    "echoes": (echoes, ("icmp.ident", "icmp.ident_le", "icmp.seq", "icmp.seq_le", "icmp.unused")),
    "resolutions": (resolutions, ("arp.src.hw_mac", "arp.dst.hw_mac", "arp.src.proto_ipv4", "arp.dst.proto_ipv4")),
    "lies": (lies, ("ip", "ip.version", "ip.hdr_len", "ip.dsfield", "ip.len", "ip.id", "ip.bogus_ip_version", "ip.bogus_header_length")),
    "ends": (ends_of_ethernet, ("eth.type", "eth.len", "llc.control.ftype")),
}


def differing(packets: list[bytes], fields: tuple[str, ...], folder: Path) -> dict[str, list[int]]:
    """Return the packets that pass a field of ours and not of theirs, or the other way round; each field has to pass some of theirs."""
    path = folder / "odd.pcap"
    records = (pack("<IIII", second, 0, len(packet), len(packet)) + packet for second, packet in enumerate(packets))
    path.write_bytes(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1) + b"".join(records))
    theirs = passed_in_tshark(path, [*fields, BROKEN_OFF])
    broken_off = theirs.pop(BROKEN_OFF)
    ours = dict(zip(fields, passing_many(fields, path), strict=True))
    assert all(theirs.values())
    different = {field: sorted((ours[field] ^ theirs[field]) - broken_off)[:9] for field in fields}
    return {field: packets for field, packets in different.items() if packets}


@pytest.mark.parametrize("name", SWEEPS)
def test_odd_headers_have_the_fields_that_tshark_shows(name: str, tmp_path: Path) -> None:
    build, fields = SWEEPS[name]
    assert differing(build(), fields, tmp_path) == {}
