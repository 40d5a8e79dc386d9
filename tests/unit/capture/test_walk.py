from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.capture import walk
from sharky.capture.chain import Positions
from tests.unit.capture.builder import enhanced, interface, packets_of, pcap, pcap_record, pcapng, plain_pcap, read, section, shortened

SIZES = st.lists(st.sampled_from([0, 1, 60, 66, 90, 590, 1514, 9000]), min_size=1, max_size=60)


@pytest.fixture
def narrow_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "LANE_OCTETS", 512)


def some_packets(count: int, seed: int = 1) -> list[bytes]:
    choose = random.Random(seed)
    return [choose.randbytes(choose.choice([0, 60, 66, 90, 590, 1514])) for _ in range(count)]


@pytest.mark.usefixtures("narrow_lanes")
@pytest.mark.parametrize("order", ["<", ">"])
def test_lanes_find_the_records_that_a_plain_walk_finds(tmp_path: Path, order: str) -> None:
    packets = some_packets(5000)
    for content in (pcap(packets, order), pcap(packets, order, 0xA1B23C4D), pcapng(packets, order)):
        for chunk_octets in (100_000, 1 << 20):
            assert read(tmp_path, content, chunk_octets).octets == packets


@pytest.mark.usefixtures("narrow_lanes")
@pytest.mark.parametrize("order", ["<", ">"])
def test_lanes_find_blocks_whose_lengths_are_rounded_up(tmp_path: Path, order: str) -> None:
    packets = some_packets(2000)
    blocks = [shortened(enhanced(packet, order=order), order, at % 4) for at, packet in enumerate(packets)]
    content = section(order) + interface(1, order) + b"".join(blocks)
    for chunk_octets in (20_000, 1 << 20):
        assert read(tmp_path, content, chunk_octets).octets == packets


@pytest.mark.usefixtures("narrow_lanes")
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_capture_that_carries_a_capture_is_read_exactly(tmp_path: Path, order: str) -> None:
    for build in (pcap, pcapng):
        inner = build(packets_of([60, 66, 90] * 2000), order)
        packets = [b"\x02" * 54 + inner[at : at + 1400] for at in range(0, len(inner), 1400)]
        assert read(tmp_path, build(packets, order)).octets == packets


@pytest.mark.usefixtures("narrow_lanes")
def test_false_records_in_every_lane_cost_nothing_but_time(tmp_path: Path) -> None:
    false = struct.pack("<IIII", 1_700_000_000, 5, 0, 60)
    packets = [false * 90] * 1000
    content = pcap(packets)
    assert read(tmp_path, content).octets == plain_pcap(content) == packets


@pytest.mark.usefixtures("narrow_lanes")
@pytest.mark.parametrize("order", ["<", ">"])
def test_lanes_find_records_also_where_time_leaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    followed = []

    def follow(*args: Any) -> tuple[Positions, int]:
        found = plainly(*args)
        followed.extend(found[0].tolist())
        return found

    plainly = walk.follow
    monkeypatch.setattr(walk, "follow", follow)
    packets = some_packets(4000)
    leaping = (pcap_record(packet, 10**9 + 10**7 * (number // 500), order=order) for number, packet in enumerate(packets))
    assert read(tmp_path, pcap([], order) + b"".join(leaping)).octets == packets
    assert len(followed) < len(packets) / 10


@pytest.mark.usefixtures("narrow_lanes")
def test_a_packet_longer_than_many_lanes_is_stepped_over(tmp_path: Path) -> None:
    packets = [*some_packets(400), bytes(200_000), *some_packets(400)]
    assert read(tmp_path, pcap(packets)).octets == packets


@settings(max_examples=40, deadline=None)
@given(sizes=SIZES, chunk_octets=st.sampled_from([64, 500, 4096, 1 << 16]))
def test_it_makes_no_difference_how_much_is_read_at_a_time(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], chunk_octets: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    packets = packets_of(sizes)
    for build in (pcap, pcapng):
        seen = read(folder, build(packets), chunk_octets)
        assert seen.octets == packets
        assert seen.number == list(range(1, len(sizes) + 1))


@pytest.mark.usefixtures("narrow_lanes")
def test_records_that_look_like_none_do_not_stretch_a_lane(tmp_path: Path) -> None:
    usual, odd = [pcap_record(packet) for packet in some_packets(1000)], [pcap_record(b"", seconds=5, fraction=1 << 31)] * 20_000
    content = pcap([]) + b"".join(usual + odd + usual)
    assert read(tmp_path, content).octets == plain_pcap(content)
