from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from tests.unit.capture.builder import SECOND, START, packets_of, pcap, pcap_record, read, see

PACKETS = packets_of([60, 0, 1514, 61])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("magic", "unit_ns"), [(0xA1B2C3D4, 1000), (0xA1B23C4D, 1)])
def test_both_byte_orders_and_both_units_of_time_are_read(tmp_path: Path, order: str, magic: int, unit_ns: int) -> None:
    seen = read(tmp_path, pcap(PACKETS, order, magic))
    assert seen.octets == PACKETS
    assert seen.wire_length == [60, 0, 1514, 61]
    assert seen.time_ns == [(START + place) * SECOND + place * unit_ns for place in range(4)]
    assert seen.number == [1, 2, 3, 4]
    assert seen.interface == [0, 0, 0, 0]
    assert not seen.problems


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packets", [PACKETS, PACKETS[:2], PACKETS * 9], ids=["few", "short", "many"])
def test_nokia_s_captures_are_told_by_their_records(tmp_path: Path, order: str, packets: list[bytes]) -> None:
    records = [struct.pack(order + "IIIII", START, 5, len(packet), len(packet), 7) + packet for packet in packets]
    assert read(tmp_path, struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(records)).octets == packets


def test_red_hat_6_1_s_captures_are_told_by_their_records(tmp_path: Path) -> None:
    records = [struct.pack("<6I", START, 5, len(packet), len(packet), 7, 9) + packet for packet in PACKETS]
    assert read(tmp_path, struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(records)).octets == PACKETS


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("more", "kind"), [(8, "modpcap"), (12, "suse6_3pcap")])
def test_both_modifications_of_kuznetzov_are_told_by_their_records(tmp_path: Path, order: str, more: int, kind: str) -> None:
    records = [struct.pack(f"{order}5I{more - 4}x", START, 5, len(packet), len(packet), 2) + packet for packet in PACKETS]
    path = tmp_path / "modified.pcap"
    path.write_bytes(struct.pack(order + "IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 1) + b"".join(records))
    capture = CaptureFile(path, Losses())
    assert (see(capture.batches()).octets, capture.format.kind) == (PACKETS, kind)


def test_records_that_are_in_doubt_whoever_wrote_them_are_taken_for_usual_ones(tmp_path: Path) -> None:
    record = struct.pack("<IIII", START, 1_055_235, 60, 262_144) + bytes(60)
    seen = read(tmp_path, struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 255, 1) + record * 4)
    assert [len(packet) for packet in seen.octets] == [60] * 4


@pytest.mark.parametrize("magic", [0x1C0001AC, 0x1C0001AB])
def test_ixia_s_captures_say_behind_the_header_how_much_follows(tmp_path: Path, magic: int) -> None:
    records = b"".join(pcap_record(packet) for packet in PACKETS)
    assert read(tmp_path, struct.pack("<IHHiIIII", magic, 2, 4, 0, 0, 65535, 1, len(records)) + records).octets == PACKETS


@pytest.mark.parametrize(("interface_type", "linktype"), [(6, 1), (9, 6), (15, 10), (24, 0)])
def test_aix_writes_interface_types_and_nanoseconds(tmp_path: Path, interface_type: int, linktype: int) -> None:
    record = struct.pack(">IIII", START, 500_000_000, 60, 60) + bytes(60)
    seen = read(tmp_path, struct.pack(">IHHiIII", 0xA1B2C3D4, 2, 2, 0, 0, 65535, interface_type) + record * 2)
    assert seen.linktype == [linktype] * 2
    assert seen.time_ns == [START * SECOND + 500_000_000] * 2


def test_the_length_of_the_frame_check_sequence_is_no_part_of_the_link_type(tmp_path: Path) -> None:
    assert read(tmp_path, pcap(PACKETS, linktype=0x5400_0065)).linktype == [101] * 4


@pytest.mark.parametrize(("linktype", "octets"), [(1, -1), (0x2400_0001, 4), (0x0400_0001, 0), (0xF400_0001, 30), (0x2000_0001, -1)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_the_length_of_the_frame_check_sequence_is_told_of_the_interface(tmp_path: Path, linktype: int, octets: int, order: str) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(PACKETS, order, linktype=linktype))
    assert CaptureFile(tmp_path / "a.pcap", Losses()).interface(0).check_octets == octets


def test_before_version_2_3_the_wire_length_stood_first(tmp_path: Path) -> None:
    record = struct.pack("<IIII", START, 0, 1514, 60) + bytes(60)
    seen = read(tmp_path, struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 2, 0, 0, 65535, 1) + record * 2)
    assert [len(packet) for packet in seen.octets] == [60, 60]
    assert seen.wire_length == [1514, 1514]


def test_a_packet_of_262_144_octets_is_read_and_a_larger_one_is_passed_over(tmp_path: Path) -> None:
    largest, after = bytes(262_144), b"after"
    assert read(tmp_path, pcap([largest, after]), chunk_octets=4096).octets == [largest, after]
    for chunk_octets in (4096, 1 << 21):
        seen = read(tmp_path, pcap([b"before", bytes(300_000), bytes(300_000), after]), chunk_octets)
        assert seen.octets == [b"before", after]
        assert seen.counters == {"oversized_packets": 2, "damaged_files": 1}
        assert (
            seen.problems[0].message == "passed over at byte 46: a packet claims 300,000 octets, and none has more than 262,144, and 1 more"
        )


@pytest.mark.parametrize("chunk_octets", [4096, 1 << 21])
@pytest.mark.parametrize(
    "behind", [b"what is this?" * 9, pcap_record(bytes(60), fraction=1_000_000), pcap_record(bytes(60), wire_length=9)]
)
def test_a_length_beyond_all_packets_is_not_believed_where_no_record_stands_behind_it(
    tmp_path: Path, behind: bytes, chunk_octets: int
) -> None:
    content = pcap([b"before", bytes(300_000)])
    seen = read(tmp_path, content + behind, chunk_octets)
    assert seen.octets == [b"before"]
    assert [problem.message.partition(":")[0] for problem in seen.problems] == ["passed over at byte 46", f"damaged at byte {len(content)}"]
    assert seen.counters["damaged_files"] == 1


def test_a_length_that_lies_does_not_take_the_packets_before_it(tmp_path: Path) -> None:
    content = pcap(PACKETS) + struct.pack("<IIII", START, 0, 4_000_000_000, 60) + bytes(100)
    seen = read(tmp_path, content)
    assert seen.octets == PACKETS
    assert "claims 4,000,000,000 octets" in seen.problems[0].message
    assert seen.counters["damaged_bytes"] == 116


@pytest.mark.parametrize("missing", [1, 59, 60, 75])
def test_a_packet_cut_in_its_middle_is_counted_and_named(tmp_path: Path, missing: int) -> None:
    content = pcap([*PACKETS, bytes(60)])
    seen = read(tmp_path, content[:-missing])
    assert seen.octets == PACKETS
    assert seen.counters["cut_packets"] == 1
    assert f"cut at byte {len(content) - 76}: the file ends in the middle of a packet; 4 packets before" in seen.problems[0].message


def test_time_may_run_backwards_and_the_packet_clock_does_not(tmp_path: Path) -> None:
    content = pcap([]) + b"".join(pcap_record(b"x" * 60, START + second) for second in (5, 1, 3))
    seen = read(tmp_path, content)
    assert seen.time_ns == [(START + second) * SECOND for second in (5, 1, 3)]
    assert seen.clock_ns == [(START + 5) * SECOND]


@pytest.mark.parametrize("chunk_octets", [4096, 1 << 20])
@pytest.mark.parametrize("ahead", [0, 1, 700, 1023])
@pytest.mark.parametrize("order", ["<", ">"])
def test_behind_1_024_records_of_zeros_there_are_no_packets(tmp_path: Path, order: str, ahead: int, chunk_octets: int) -> None:
    content = pcap([b"x"] * ahead, order)
    end = content + bytes(16 * 1024)
    assert not read(tmp_path, end + pcap_record(b"x", order=order), chunk_octets).counters["damaged_files"]
    seen = read(tmp_path, end + bytes(16) + pcap_record(b"x", order=order) * 9, chunk_octets)
    assert seen.octets == [b"x"] * ahead + [b""] * 1024
    (problem,) = (problem for problem in seen.problems if problem.message.startswith("damaged"))
    assert problem.message.startswith(f"damaged at byte {len(end)}: the last 1,024 packets have neither time nor octets; ")


def test_packets_without_octets_that_have_a_time_are_packets(tmp_path: Path) -> None:
    seen = read(tmp_path, pcap([b""] * 5000))
    assert len(seen.octets) == 5000
    assert not seen.problems


@pytest.mark.parametrize("order", ["<", ">"])
def test_wherever_a_small_capture_is_cut_its_records_are_taken_for_usual_ones(tmp_path: Path, order: str) -> None:
    packets = packets_of([60, 42, 61])
    whole = pcap(packets, order)
    ends = [24 + sum(16 + len(packet) for packet in packets[:number]) for number in range(len(packets) + 1)]
    for cut in range(24, len(whole) + 1):
        assert read(tmp_path, whole[:cut]).octets == packets[: sum(end <= cut for end in ends[1:])]
