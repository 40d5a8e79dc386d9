from __future__ import annotations

import gzip
import pickle
import random
from pathlib import Path

import pytest

from sharky.capture import Part, first_wrong, open_captures, split_capture
from sharky.capture.packets import Mark
from tests.unit.capture.builder import enhanced, interface, packets_of, pcap, pcapng, section, see, shortened

SMALL = 1 << 10
"""Parts so small are worth a process only in a test."""


def some_packets(count: int) -> list[bytes]:
    choose = random.Random(7)
    return [choose.randbytes(choose.choice([60, 66, 90, 590, 1514])) for _ in range(count)]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "large.capture"
    path.write_bytes(content)
    return path


def read_in_parts(path: Path, count: int) -> tuple[list[bytes], int]:
    """All packets as several processes would read them, and how many parts had to be read again."""
    parts = [pickle.loads(pickle.dumps(part)) for part in split_capture(path, count, SMALL)]
    octets, marks = [], []
    for part in parts:
        source = part.open()
        octets.append(see(source.batches()).octets)
        marks.append(source.mark())
    right, again = first_wrong(parts, marks)
    kept = octets[:right] + ([see(again.open().batches()).octets] if again else [])
    return [packet for packets in kept for packet in packets], len(parts) - right


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_parts_hold_every_packet_once_and_in_order(tmp_path: Path, order: str, count: int) -> None:
    packets = some_packets(2000)
    for content in (pcap(packets, order), pcapng(packets, order)):
        path = written(tmp_path, content)
        assert len(split_capture(path, count, SMALL)) == count
        assert read_in_parts(path, count) == (packets, 0)


def test_a_guess_inside_a_capture_that_is_carried_is_found_out(tmp_path: Path) -> None:
    inner = pcap(packets_of([60, 66, 90] * 3000))
    packets = [b"\x02" * 54 + inner[at : at + 60_000] for at in range(0, len(inner), 60_000)]
    read, again = read_in_parts(written(tmp_path, pcap(packets)), 3)
    assert read == packets
    assert again


def test_lengths_that_are_rounded_up_are_found_out(tmp_path: Path) -> None:
    packets = some_packets(3000)
    blocks = [shortened(enhanced(packet), "<", at % 4) for at, packet in enumerate(packets)]
    read, _ = read_in_parts(written(tmp_path, section() + interface() + b"".join(blocks)), 4)
    assert read == packets


def test_an_interface_that_is_declared_in_between_is_found_out(tmp_path: Path) -> None:
    packets = some_packets(6000)
    halves = pcapng(packets[:4500]), pcapng(packets[4500:])[28:]
    read, again = read_in_parts(written(tmp_path, halves[0] + interface(101) + halves[1]), 2)
    assert read == packets
    assert again == 0
    read, again = read_in_parts(written(tmp_path, pcapng(packets[:4500]) + pcapng(packets[4500:])), 8)
    assert read == packets
    assert again


def test_behind_damage_no_part_counts(tmp_path: Path) -> None:
    packets = some_packets(2000)
    content = bytearray(pcap(packets))
    content[24 + 12 + 3] = content[24 + 8 + 3] = 0xFF
    path = written(tmp_path, bytes(content))
    assert read_in_parts(path, 1) == (see(open_captures([path]).batches()).octets, 0) == ([], 0)
    assert first_wrong([Part(path, None, 500), Part(path, Mark(500, b""))], [None, Mark(900, b"")]) == (1, None)


def test_what_is_compressed_or_small_stays_in_one_part(tmp_path: Path) -> None:
    packets = some_packets(2000)
    assert len(split_capture(written(tmp_path, pcap(packets)), 4)) == 1
    path = written(tmp_path, gzip.compress(pcap(packets)))
    assert len(split_capture(path, 4, SMALL)) == 1
    assert read_in_parts(path, 4) == (packets, 0)
