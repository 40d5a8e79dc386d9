"""A log of writes is read as the kernel's drivers/md/dm-log-writes.c lays it out, and cuts leave what a card could hold."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from image.checks.writelog import DISCARD, ENTRY, FLUSH, HEAD, MAGIC, SECTOR, apply, cuts, entries_so_far, outside, read_log, steps


def log_of(folder: Path, *entries: tuple[int, bytes, int]) -> Path:
    """Write a log: for each entry its sector, its octets and its flags."""
    path = folder / "log"
    with path.open("wb") as file:
        file.write(HEAD.pack(MAGIC, 1, len(entries), SECTOR).ljust(SECTOR, b"\0"))
        for sector, octets, flags in entries:
            file.write(ENTRY.pack(sector, len(octets) // SECTOR, flags, 0).ljust(SECTOR, b"\0") + (b"" if flags & DISCARD else octets))
    return path


def block(letter: bytes) -> bytes:
    return letter * SECTOR


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return log_of(
        tmp_path,
        (10, block(b"a"), 0),
        (0, b"", FLUSH),
        (11, block(b"b"), 0),
        (10, block(b"x"), DISCARD),
        (12, block(b"c"), 0),
        (0, b"", FLUSH),
    )


def test_entries_have_place_size_and_data(log: Path) -> None:
    writes = read_log(log)
    assert entries_so_far(log) == len(writes) == 6
    assert [write.at // SECTOR for write in writes if write.data] == [10, 11, 12]
    assert [write.is_flush for write in writes] == [False, True, False, False, False, True]


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(bytes(SECTOR))
    with pytest.raises(ValueError, match="no log of writes"):
        read_log(tmp_path / "log")


def test_a_cut_keeps_what_was_flushed_and_some_of_what_came_then(log: Path, tmp_path: Path) -> None:
    writes = read_log(log)
    found = set[bytes]()
    for moment in cuts(writes, 60, random.Random(1)):
        area = tmp_path / "area"
        area.write_bytes(bytes(4 * SECTOR))
        with log.open("rb") as source, area.open("r+b") as target:
            apply(writes[: moment.kept], source, target, 10 * SECTOR, 4 * SECTOR)
            apply(moment.some, source, target, 10 * SECTOR, 4 * SECTOR)
        found.add(area.read_bytes()[::SECTOR])
    assert found == {b"a\0\0\0", b"ab\0\0", b"a\0c\0", b"abc\0"}


def test_between_cuts_no_write_is_applied_twice_or_left_out(log: Path) -> None:
    writes = read_log(log)
    moments = cuts(writes, 5, random.Random(2))
    applied = [write for since, _ in steps(writes, moments) for write in since]
    assert applied == writes[: moments[-1].kept]


def test_writes_elsewhere_are_found(log: Path) -> None:
    assert [write.at // SECTOR for write in outside(read_log(log), (10 * SECTOR, 12 * SECTOR))] == [12]
