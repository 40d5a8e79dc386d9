"""The copies of packets' first octets are of just those packets that a batch has, whatever was passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.capture import chunk, open_captures
from sharky.capture.slices import cut
from tests.unit.capture.builder import enhanced, interface, obsolete, packets_of, pcap, pcap_record, pcapng, read, section, see, simple

PACKETS = packets_of([60, 0, 1514, 79, 80, 81, 3, 700] * 9)


@pytest.fixture(autouse=True)
def every_batch_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk, "LARGE_BATCH", 1)


@pytest.mark.parametrize("order", ["<", ">"])
def test_every_packet_s_first_octets_are_copied(tmp_path: Path, order: str) -> None:
    for content in (pcap(PACKETS, order), pcapng(PACKETS, order)):
        seen = read(tmp_path, content)
        assert (seen.octets, seen.copied) == (PACKETS, len(PACKETS))


def test_a_packet_that_is_passed_over_shifts_no_copies(tmp_path: Path) -> None:
    records = b"".join(map(pcap_record, PACKETS))
    oversized = pcap_record(bytes(262_145))
    assert read(tmp_path, pcap([]) + records + oversized + records, 4 << 20).octets == PACKETS * 2


def test_blocks_of_several_kinds_are_copied_where_all_packets_begin_alike(tmp_path: Path) -> None:
    declared = section() + interface()
    mixed = b"".join(block(packet) for packet in PACKETS for block in (enhanced, obsolete))
    seen = read(tmp_path, declared + mixed)
    assert (len(seen.octets), seen.copied) == (2 * len(PACKETS), 2 * len(PACKETS))
    seen = read(tmp_path, declared + mixed + simple(PACKETS[0]))
    assert (len(seen.octets), seen.copied) == (2 * len(PACKETS) + 1, 0)


def test_a_part_of_a_batch_has_its_own_copies_and_merged_ones_none(tmp_path: Path) -> None:
    path = tmp_path / "some.pcap"
    path.write_bytes(pcap(PACKETS))
    assert see(cut(batch, 5, 30, batch.now_ns) for batch in open_captures([path]).batches()).copied == 25
    merged = see(open_captures([path, path]).batches())
    assert (len(merged.octets), merged.copied) == (2 * len(PACKETS), 0)
