"""Capture files: whatever is in one, its packets lie in it, stand in order, and are the same however much is read at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from sharky.model.errors import CaptureError
from sharky.model.packets import PAD, PacketBatch
from tests.fuzz.targets.problems import check_problems

CHUNKS = (1 << 10, 1 << 16)
MOST_PACKETS = 20_000
"""What a test looks at of one file, since a small compressed file can hold very many."""

Seen = tuple[int, int, int, bytes]
"""Time, wire length, link type and octets of a packet."""


def check_readers(octets: bytes) -> None:
    """Read a file with little and with much at a time."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        path = Path(folder, "fuzzed.pcap")
        path.write_bytes(octets)
        little, much = (_packets(path, chunk) for chunk in CHUNKS)
        assert little == much


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _packets(path: Path, chunk_octets: int) -> list[Seen]:
    try:
        capture = CaptureFile(path, Losses(), chunk_octets)
    except CaptureError as error:
        check_problems(error)
        return []
    try:
        return list(_seen(capture))
    finally:
        assert all(str(problem) for problem in capture.problems)
        assert all(count >= 0 for count in capture.counters.values())
        assert 0.0 <= capture.progress() <= 1.0
        capture.close()


def _seen(capture: CaptureFile) -> Iterator[Seen]:
    number, now_ns = 1, 0
    for batch in capture.batches():
        _check(batch, number, now_ns)
        number, now_ns = number + len(batch), batch.now_ns
        for row in range(len(batch)):
            begin = int(batch.offset[row])
            octets = batch.buffer[begin : begin + int(batch.captured[row])].tobytes()
            yield int(batch.time_ns[row]), int(batch.wire_length[row]), int(batch.linktype[row]), octets
        if number > MOST_PACKETS:
            return


def _check(batch: PacketBatch, number: int, now_ns: int) -> None:
    assert batch.first_number == number
    assert batch.now_ns >= now_ns
    if len(batch):
        assert (batch.offset >= 0).all()
        assert (batch.captured >= 0).all()
        assert (batch.wire_length >= 0).all()
        assert (batch.offset + batch.captured + PAD <= len(batch.buffer)).all()
        assert batch.now_ns >= int(batch.time_ns.max())
    columns = (batch.captured, batch.wire_length, batch.time_ns, batch.linktype, batch.interface)
    assert all(len(column) == len(batch) for column in columns)
    assert [column.dtype for column in columns] == [np.int64, np.int64, np.int64, np.uint16, np.uint16]
