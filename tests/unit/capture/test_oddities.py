"""What is odd and read all the same is counted, and named with the octet at which the first of its kind begins."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.unit.capture.builder import SECOND, START, enhanced, interface, option, packets_of, pcap, pcap_record, pcapng, read, section

LAST = 2**64 - 1
PACKET = b"\xff" * 60


def limited(snaplen: int, records: bytes) -> bytes:
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, 1) + records


def fine(resolution: int) -> bytes:
    return interface(options=option(9, bytes([resolution])))


def early(seconds: int) -> bytes:
    return interface(options=option(14, struct.pack("<q", seconds)))


IN_UNITS = "an interface counts time in units of "
ODD = {
    "more than was on the wire": (
        pcap([PACKET]) + pcap_record(PACKET, wire_length=40) * 2,
        100,
        {"captured_beyond_wire": 2},
        "60 octets are captured of a packet that had 40 on the wire, and 1 more",
    ),
    "more than the snaplen": (
        limited(59, pcap_record(bytes(59)) + pcap_record(PACKET)),
        24 + 75,
        {"captured_beyond_snaplen": 1},
        "60 octets are captured of a packet, more than the snaplen allows",
    ),
    "more than the snaplen of one of two interfaces": (
        section() + interface() + interface(snaplen=50) + enhanced(PACKET) + enhanced(PACKET, number=1),
        28 + 20 + 20 + 92,
        {"captured_beyond_snaplen": 1},
        "60 octets are captured of a packet, more than the snaplen allows",
    ),
    "a time far ahead": (
        section() + interface() + enhanced(PACKET) + enhanced(PACKET, LAST),
        28 + 20 + 92,
        {"times_beyond_range": 1},
        "the time of a packet is more than 146 years behind 1970",
    ),
    "a clock that begins far back": (
        section() + early(-(2**62)) + enhanced(PACKET),
        28,
        {"odd_clocks": 1},
        "an interface counts time from -4,611,686,018,427,387,904 s behind 1970 on",
    ),
    "units of 10^-127": (
        section() + fine(127) + enhanced(PACKET),
        28,
        {"odd_clocks": 1},
        "an interface counts time in units of 10^-127 s",
    ),
    "units of 2^-127": (
        section() + fine(255) + enhanced(PACKET),
        28,
        {"odd_clocks": 1},
        "an interface counts time in units of 2^-127 s",
    ),
    "a time before the last one": (
        pcap([]) + b"".join(pcap_record(PACKET, START + second) for second in (5, 6, 4, 5, 3)),
        24 + 2 * 76,
        {"out_of_order": 2},
        "the time of a packet is 2.000000000 s before that of the one ahead of it, and 1 more",
    ),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("chunk_octets", [128, 1 << 20])
def test_it_is_counted_and_named_and_takes_no_packet(tmp_path: Path, name: str, chunk_octets: int) -> None:
    content, place, counters, reason = ODD[name]
    seen = read(tmp_path, content, chunk_octets)
    assert [problem.message for problem in seen.problems] == [f"odd at byte {place}: {reason}"]
    assert seen.counters == counters
    assert b"\xff" * 59 in seen.octets[-1]


@pytest.mark.parametrize("resolution", [0, 6, 9, 19, 0x80, 0x80 | 63])
def test_times_of_every_unit_that_64_bits_hold_are_not_odd(tmp_path: Path, resolution: int) -> None:
    assert not read(tmp_path, section() + fine(resolution) + enhanced(PACKET, 5)).problems


def test_what_is_usual_is_not_odd(tmp_path: Path) -> None:
    packets = packets_of([0, 60, 1514])
    same_time = pcap_record(PACKET) * 2
    for content in (pcap(packets), pcapng(packets), limited(60, same_time), limited(0, same_time)):
        seen = read(tmp_path, content)
        assert not seen.problems
        assert not seen.counters


def test_each_kind_is_one_problem_and_damage_behind_it_another(tmp_path: Path) -> None:
    content = pcap([]) + b"".join(pcap_record(PACKET, START - second, wire_length=9) for second in range(1000))
    seen = read(tmp_path, content[:-1], 1000)
    assert len(seen.problems) == 3
    assert seen.time_ns[-1] == (START - 998) * SECOND
    assert seen.counters["out_of_order"] == 998
    assert seen.problems[0].message.endswith("and 998 more")
    assert seen.problems[2].message.startswith("cut at byte ")
