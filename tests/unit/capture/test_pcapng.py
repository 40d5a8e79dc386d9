from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from sharky.capture import open_captures
from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from tests.unit.capture.builder import (
    SECOND,
    START,
    block,
    enhanced,
    interface,
    obsolete,
    option,
    packets_of,
    pcapng,
    read,
    section,
    shortened,
    simple,
)

PACKETS = packets_of([60, 0, 1514, 61])
PACKET = b"\xff" * 60
HEAD = section() + interface()


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(tmp_path: Path, order: str) -> None:
    seen = read(tmp_path, pcapng(PACKETS, order))
    assert seen.octets == PACKETS
    assert seen.wire_length == [60, 0, 1514, 61]
    assert seen.time_ns == [(START + place) * SECOND for place in range(4)]
    assert not seen.problems


@pytest.mark.parametrize("order", ["<", ">"])
def test_enhanced_simple_and_obsolete_packet_blocks_are_read(tmp_path: Path, order: str) -> None:
    blocks = [
        simple(b"no time yet", order),
        enhanced(b"enhanced", 7_000_000, 0, order),
        simple(b"a simple one", order),
        obsolete(b"obsolete", 9_000_000, 1, order),
    ]
    seen = read(tmp_path, section(order) + interface(1, order) + interface(101, order) + b"".join(blocks))
    assert seen.octets == [b"no time yet", b"enhanced", b"a simple one", b"obsolete"]
    assert seen.time_ns == [0, 7 * SECOND, 7 * SECOND, 9 * SECOND]
    assert seen.interface == [0, 0, 0, 1]
    assert seen.linktype == [1, 1, 1, 101]


def test_a_simple_block_holds_no_more_than_the_snaplen(tmp_path: Path) -> None:
    seen = read(tmp_path, section() + interface(snaplen=20) + simple(bytes(20), wire_length=60))
    assert [len(packet) for packet in seen.octets] == [20]
    assert seen.wire_length == [60]


@pytest.mark.parametrize(
    ("resolution", "stamp", "nanoseconds"),
    [
        (0, 3, 3 * SECOND),
        (3, 1500, 1_500_000_000),
        (6, 1_700_000_000_000_001, 1_700_000_000_000_001_000),
        (9, 1_700_000_000_000_000_001, 1_700_000_000_000_000_001),
        (12, 1_234_567, 1_234),
        (30, 1 << 63, 0),
        (0x80 | 10, 1536, 1_500_000_000),
        (0x80 | 40, 3 << 39, 1_500_000_000),
        (0x80 | 63, 3 << 62, 1_500_000_000),
        (0x80 | 100, 1 << 63, 0),
        (6, (1 << 64) - 1, (1 << 62) - 1),
        (0x80, (1 << 64) - 1, (1 << 62) - 1),
    ],
)
def test_every_resolution_of_time_is_understood(tmp_path: Path, resolution: int, stamp: int, nanoseconds: int) -> None:
    seen = read(tmp_path, section() + interface(options=option(9, bytes([resolution]))) + enhanced(PACKET, stamp))
    assert seen.time_ns == [nanoseconds]


def test_interfaces_differ_in_resolution_and_offset_and_link_type(tmp_path: Path) -> None:
    offset = option(14, struct.pack("<q", -5)) + option(0, b"")
    content = (
        section()
        + interface(1)
        + interface(101, options=option(9, b"\x03") + offset)
        + enhanced(PACKET, 9_000_000, 0)
        + enhanced(PACKET, 9_000, 1)
    )
    seen = read(tmp_path, content)
    assert seen.time_ns == [9 * SECOND, 4 * SECOND]
    assert seen.linktype == [1, 101]
    assert seen.interface == [0, 1]


def test_sections_of_both_byte_orders_follow_each_other(tmp_path: Path) -> None:
    parts = [pcapng([b"little"], "<"), pcapng([b"big", b"bigger"], ">"), pcapng([b"little again"], "<"), pcapng([b"the same"], "<")]
    seen = read(tmp_path, b"".join(parts))
    assert seen.octets == [b"little", b"big", b"bigger", b"little again", b"the same"]
    assert seen.interface == [0, 1, 1, 2, 3]
    assert seen.number == [1, 2, 3, 4, 5]


def test_hundreds_of_sections_and_interfaces_are_read(tmp_path: Path) -> None:
    parts = [pcapng([bytes([place])], "<>"[place % 2]) for place in range(250)]
    seen = read(tmp_path, b"".join(parts))
    assert seen.octets == [bytes([place]) for place in range(250)]
    assert seen.interface == list(range(250))


def test_a_file_of_nothing_but_sections_in_turned_byte_order_ends(tmp_path: Path) -> None:
    seen = read(tmp_path, b"".join(section("<>"[place % 2]) for place in range(3000)))
    assert "the byte order has changed 1,000 times" in seen.problems[0].message


def test_a_file_of_nothing_but_sections_ends(tmp_path: Path) -> None:
    seen = read(tmp_path, section() * 70_000)
    assert f"damaged at byte {28 * 65_535}: there are more than 65,535 sections" in seen.problems[0].message


def test_a_section_does_not_know_the_interfaces_of_the_one_before(tmp_path: Path) -> None:
    seen = read(tmp_path, pcapng([b"first"]) + section() + enhanced(b"lost"))
    assert seen.octets == [b"first"]
    assert seen.counters["undeclared_interfaces"] == 1
    assert "names interface 0, which its section does not declare" in seen.problems[0].message


def test_other_blocks_are_passed_over_and_counted_by_kind(tmp_path: Path) -> None:
    others = [block(kind, bytes(40)) for kind in (4, 5, 10, 9, 0xBAD, 0x40000BAD, 77, 0, 0x80000001)]
    seen = read(tmp_path, HEAD + b"".join(other + enhanced(PACKET) for other in others))
    assert len(seen.octets) == 9
    assert seen.counters == {
        "name_resolution_blocks": 1,
        "statistics_blocks": 1,
        "secrets_blocks": 1,
        "journal_blocks": 1,
        "custom_blocks": 2,
        "unknown_blocks": 3,
    }


def test_a_block_longer_than_the_buffer_is_passed_over(tmp_path: Path) -> None:
    seen = read(tmp_path, HEAD + enhanced(PACKET) + block(0xBAD, bytes(100_000)) + enhanced(PACKET), chunk_octets=4096)
    assert len(seen.octets) == 2
    assert seen.counters == {"long_blocks": 1}


@pytest.mark.parametrize("by", [1, 2, 3])
@pytest.mark.parametrize("order", ["<", ">"])
def test_lengths_of_blocks_are_rounded_up_to_fours(tmp_path: Path, order: str, by: int) -> None:
    blocks = [section(order), interface(1, order), enhanced(PACKET, order=order), block(0xBAD, bytes(8), order), simple(PACKET, order)]
    even = b"".join(blocks)
    odd = b"".join(shortened(each, order, by) for each in blocks)
    seen = read(tmp_path, even + odd + odd + even)
    assert seen.octets == [PACKET] * 8
    assert not seen.problems


BAD_BLOCKS = {
    "zero length": (bytes(12), "a block of type 0 claims 0 octets"),
    "shorter than itself": (block(6, bytes(40), length=8), "a block of type 6 claims 8 octets"),
    "not a multiple of four": (block(77, bytes(40), length=53), "the lengths at both ends of a block differ"),
    "lengths that differ": (block(77, bytes(40), repeated=48), "the lengths at both ends of a block differ"),
    "ends inside the next": (block(77, bytes(40), length=72) + enhanced(PACKET), "the lengths at both ends of a block differ"),
    "too short for a packet": (block(6, bytes(16)), "a block of type 6 claims 28 octets"),
    "no byte order": (block(0x0A0D0D0A, bytes(16)), "a section does not tell its byte order"),
    "unknown version": (section(major=2), "a section has version 2 of the format, which is not known"),
    "section with two lengths": (section()[:-4] + bytes(4), "the lengths at both ends of a section's header differ"),
    "packet of gigabytes": (struct.pack("<II", 6, 0xFFFFFFF0) + bytes(40), "a block of type 6 claims 4,294,967,280 octets"),
}


BAD_PACKETS = {
    "undeclared interface": (enhanced(PACKET, number=3), "undeclared_interfaces", "a packet names interface 3, which its section does not"),
    "simple without interface": (
        section() + simple(PACKET) + interface(),
        "undeclared_interfaces",
        "a packet names interface 0, which its",
    ),
    "larger than block": (enhanced(PACKET, captured=100), "beyond_block", "a packet claims 100 octets, and its block has room for 60"),
    "simple larger": (simple(PACKET, wire_length=90), "beyond_block", "a packet claims 90 octets, and its block has room for 60"),
    "obsolete, too short": (
        block(2, bytes(12) + struct.pack("<II", 9, 9)),
        "beyond_block",
        "claims 9 octets, and its block has room for 0",
    ),
    "larger than any": (enhanced(bytes(300_000)), "oversized_packets", "a packet claims 300,000 octets, and none has more than 262,144"),
}


@pytest.mark.parametrize("name", BAD_PACKETS)
@pytest.mark.parametrize("chunk_octets", [4096, 1 << 20])
def test_a_packet_that_contradicts_itself_is_named_and_takes_no_other(tmp_path: Path, name: str, chunk_octets: int) -> None:
    bad, counter, reason = BAD_PACKETS[name]
    seen = read(tmp_path, HEAD + enhanced(b"before") + (bad + enhanced(b"behind")) * 3, chunk_octets)
    assert seen.octets == [b"before"] + [b"behind"] * 3
    assert seen.number == [1, 2, 3, 4]
    assert seen.counters == {counter: 3, "damaged_files": 1}
    place = len(HEAD + enhanced(b"before")) + len(section()) * bad.startswith(section())
    (problem,) = seen.problems
    assert problem.message.startswith(f"passed over at byte {place}: ")
    assert reason in problem.message
    assert problem.message.endswith(", and 2 more")


def test_a_file_of_very_many_sections_is_read_in_few_batches(tmp_path: Path) -> None:
    path = tmp_path / "many.pcapng"
    others = section() + interface(101) + interface(113, options=option(9, b"\x09")) + enhanced(b"b", 7, 1)
    path.write_bytes((HEAD + simple(b"a") + others) * 10_000)
    batches = list(CaptureFile(path, Losses()).batches())
    assert len(batches) <= 4
    assert sum(map(len, batches)) == 20_000
    assert sum(int(np.count_nonzero(batch.linktype == 113)) for batch in batches) == 10_000
    assert np.array_equal(np.concatenate([batch.interface for batch in batches])[::2], np.arange(10_000) * 3)


def test_an_option_that_is_longer_than_its_block_takes_no_packet_and_not_the_options_ahead_of_it(tmp_path: Path) -> None:
    nanoseconds = option(9, b"\x09")
    seen = read(tmp_path, section() + interface(options=nanoseconds + struct.pack("<HH", 3, 99)) + enhanced(PACKET, 7))
    assert seen.time_ns == [7]
    assert seen.counters == {"broken_options": 1}
    assert seen.problems[0].message == "odd at byte 28: an option claims 99 octets, and its block has room for 0"


@pytest.mark.parametrize("name", BAD_BLOCKS)
def test_damage_is_named_with_its_place_and_what_stands_before_is_kept(tmp_path: Path, name: str) -> None:
    bad, reason = BAD_BLOCKS[name]
    content = HEAD + enhanced(b"before") + bad + enhanced(b"behind")
    seen = read(tmp_path, content)
    assert seen.octets == [b"before"]
    place = len(HEAD + enhanced(b"before"))
    assert reason in seen.problems[0].message
    assert seen.problems[0].message.startswith(f"damaged at byte {place}: ")
    assert seen.counters["damaged_bytes"] == len(content) - place
    assert seen.counters["zero_length_blocks"] == (name == "zero length")


def test_a_block_longer_than_the_file_is_a_cut(tmp_path: Path) -> None:
    seen = read(tmp_path, HEAD + enhanced(b"before") + block(77, bytes(40), length=1 << 30), chunk_octets=4096)
    assert seen.octets == [b"before"]
    assert seen.counters["cut_blocks"] == 1
    assert seen.problems[0].message.startswith(f"cut at byte {len(HEAD + enhanced(b'before'))}: the file ends in the middle of a block")


@pytest.mark.parametrize("missing", [1, 4, 30, 88])
def test_a_packet_cut_in_its_middle_is_counted(tmp_path: Path, missing: int) -> None:
    seen = read(tmp_path, (HEAD + enhanced(b"before") + enhanced(PACKET))[:-missing])
    assert seen.octets == [b"before"]
    assert seen.counters["cut_packets"] == 1


def test_packets_of_usb_and_dbus_may_be_larger(tmp_path: Path) -> None:
    seen = read(tmp_path, section() + interface(231) + enhanced(bytes(300_000)), chunk_octets=4096)
    assert [len(packet) for packet in seen.octets] == [300_000]


def test_packets_know_the_interface_they_came_by_as_its_section_numbers_it(tmp_path: Path) -> None:
    path = tmp_path / "two.pcapng"
    first = section() + interface(options=option(2, b"eth0")) + interface(101, options=option(2, b"tun0")) + enhanced(PACKET, number=1)
    path.write_bytes(first + section() + interface(options=option(2, b"eth1")) + enhanced(PACKET))
    for together in ([path], [path, path]):
        found = set()
        for batch in open_captures(together).batches():
            assert batch.interface_of is not None
            told = [batch.interface_of(number) for number in batch.interface.tolist()]
            found |= {(one.name, one.number, one.section) for one in told}
        assert found == {("tun0", 1, 1), ("eth1", 0, 2)}


@pytest.mark.parametrize("order", ["<", ">"])
def test_comments_of_packets_are_told_where_somebody_asks(tmp_path: Path, order: str) -> None:
    path = tmp_path / "noted.pcapng"
    notes = option(1, b"one", order) + option(2, bytes(4), order) + option(1, b"two", order)
    padded = PACKET + bytes(-len(PACKET) % 4)
    noted, broken = (
        enhanced(padded + options, order=order, captured=len(PACKET)) for options in (notes, struct.pack(f"{order}HH", 1, 9999))
    )
    path.write_bytes(section(order) + interface(order=order) + noted + enhanced(PACKET, order=order) + simple(PACKET, order) + broken)
    batch = next(open_captures([path]).batches())
    assert batch.comments_of is not None
    assert batch.comments_of(batch.offset, batch.captured) == [(0, "one"), (0, "two")]
    assert batch.comments_of(batch.offset[::-1], batch.captured[::-1]) == [(3, "one"), (3, "two")]
    assert batch.comments_of(batch.offset, batch.captured - 1) == []
