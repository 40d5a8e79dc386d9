from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sharky.model.errors import CaptureError
from tests.unit.capture.builder import SECOND, START, packets_of, read

PACKETS = packets_of([60, 0, 1514, 61])
HEADER = b"snoop\0\0\0" + struct.pack(">II", 2, 4)


def record(packet: bytes, seconds: int = START, length: int | None = None, captured: int | None = None) -> bytes:
    padding = bytes(-len(packet) % 4)
    length = 24 + len(packet) + len(padding) if length is None else length
    captured = len(packet) if captured is None else captured
    return struct.pack(">IIIIII", len(packet) + 4, captured, length, 0, seconds, 7) + packet + padding


def test_snoop_is_read(tmp_path: Path) -> None:
    seen = read(tmp_path, HEADER + b"".join(record(packet, START + place) for place, packet in enumerate(PACKETS)))
    assert seen.octets == PACKETS
    assert seen.wire_length == [64, 4, 1518, 65]
    assert seen.time_ns == [(START + place) * SECOND + 7000 for place in range(4)]
    assert seen.linktype == [1] * 4


def test_a_link_type_that_is_not_known_is_read_all_the_same(tmp_path: Path) -> None:
    seen = read(tmp_path, HEADER[:-4] + struct.pack(">I", 77) + record(b"x"))
    assert seen.linktype == [65_535]


@pytest.mark.parametrize("version", [0, 1, 6, 9])
def test_a_version_that_there_is_not_is_no_capture(tmp_path: Path, version: int) -> None:
    with pytest.raises(CaptureError, match="not a capture file"):
        read(tmp_path, HEADER[:8] + struct.pack(">II", version, 4) + record(b"x"))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (record(b"x", length=0), "a record claims 0 octets for a packet of 1"),
        (record(b"x", length=1 << 31), "a record claims 2,147,483,648 octets for a packet of 1"),
        (record(b"x", captured=100), "a record claims 28 octets for a packet of 100"),
        (record(b"x", captured=300_000), "a record claims 28 octets for a packet of 300,000"),
    ],
)
def test_damage_is_named_with_its_place(tmp_path: Path, bad: bytes, reason: str) -> None:
    seen = read(tmp_path, HEADER + record(b"before") + bad + record(b"behind"))
    assert seen.octets == [b"before"]
    assert seen.problems[0].message.startswith(f"damaged at byte {len(HEADER + record(b'before'))}: {reason}")


@pytest.mark.parametrize("chunk_octets", [4096, 1 << 21])
def test_a_packet_larger_than_any_can_be_is_named_and_takes_no_other(tmp_path: Path, chunk_octets: int) -> None:
    large = record(bytes(300_000))
    seen = read(tmp_path, HEADER + record(b"before") + large + record(b"between") + large + record(b"behind"), chunk_octets)
    assert seen.octets == [b"before", b"between", b"behind"]
    assert seen.counters == {"oversized_packets": 2, "damaged_files": 1}
    reason = "a packet claims 300,004 octets, and none has more than 262,144, and 1 more"
    assert [problem.message for problem in seen.problems] == [f"passed over at byte {len(HEADER + record(b'before'))}: {reason}"]
