from __future__ import annotations

import heapq
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.capture import open_captures
from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from sharky.capture.merge import Merged
from sharky.capture.source import CaptureSource
from tests.unit.capture.builder import SECOND, Seen, pcap, pcap_record, pcapng, see

TIMES = st.lists(st.lists(st.integers(0, 9), max_size=30), min_size=2, max_size=4)


def timed(times: list[int], name: int) -> bytes:
    return pcap([]) + b"".join(pcap_record(bytes([name, place]), seconds) for place, seconds in enumerate(times))


def merge(folder: Path, contents: list[bytes], chunk_octets: int = 1 << 16) -> Seen:
    losses = Losses()
    captures: list[CaptureSource] = []
    for place, content in enumerate(contents):
        path = folder / f"{place}.pcap"
        path.write_bytes(content)
        captures.append(CaptureFile(path, losses, chunk_octets))
    merged = Merged(captures, losses)
    seen = see(merged.batches())
    merged.close()
    seen.counters, seen.problems = merged.counters, merged.problems
    return seen


def one_by_one(decks: list[list[int]]) -> list[bytes]:
    """Always take the earliest of the packets that come next, of equals the capture named first."""
    heap = [(times[0], name, 0) for name, times in enumerate(decks) if times]
    heapq.heapify(heap)
    order = []
    while heap:
        _, name, place = heapq.heappop(heap)
        order.append(bytes([name, place]))
        if place + 1 < len(decks[name]):
            heapq.heappush(heap, (decks[name][place + 1], name, place + 1))
    return order


@settings(max_examples=80, deadline=None)
@given(decks=TIMES, chunk_octets=st.sampled_from([64, 200, 1 << 16]))
def test_captures_are_merged_as_if_packet_by_packet(
    tmp_path_factory: pytest.TempPathFactory, decks: list[list[int]], chunk_octets: int
) -> None:
    contents = [timed(times, name) for name, times in enumerate(decks)]
    seen = merge(tmp_path_factory.getbasetemp(), contents, chunk_octets)
    assert seen.octets == one_by_one(decks)
    assert seen.number == list(range(1, 1 + sum(map(len, decks))))
    assert seen.clock_ns == sorted(seen.clock_ns)


def test_interfaces_of_merged_captures_are_told_apart(tmp_path: Path) -> None:
    seen = merge(tmp_path, [pcap([b"a", b"b"]), pcapng([b"c", b"d"]), pcap([b"e"], linktype=101)])
    assert seen.octets == [b"a", b"c", b"e", b"d", b"b"]
    assert seen.interface == [0, 1, 2, 1, 0]
    assert seen.linktype == [1, 1, 101, 1, 1]


def test_damage_in_one_capture_leaves_the_others_whole(tmp_path: Path) -> None:
    seen = merge(tmp_path, [pcap([b"a", b"b", b"c"])[:-1], pcap([b"d", b"e", b"f"])])
    assert seen.octets == [b"a", b"d", b"b", b"e", b"f"]
    assert seen.counters["cut_packets"] == 1
    assert seen.problems[0].file.endswith("0.pcap")


def test_several_files_are_opened_as_one_source(tmp_path: Path) -> None:
    for name, times in enumerate([[1, 3], [2, 4]]):
        (tmp_path / f"{name}.pcap").write_bytes(timed(times, name))
    capture = open_captures([tmp_path / "0.pcap", tmp_path / "1.pcap"])
    assert see(capture.batches()).time_ns == [second * SECOND for second in (1, 2, 3, 4)]
    assert capture.progress() == 1.0
