"""The rolling buffer, on a real disk."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.capture import open_captures
from sharky.capture.blocks import Section, names_block
from sharky.capture.segments import FREE_SHARE, Limits, Segments, files_in, mend
from sharky.model.errors import CaptureError
from tests.unit.capture.builder import pcapng, read, section, see

SECOND_NS = 1_000_000_000
BEGIN = Section().begin()
BLOCK = names_block([(bytes(10) + b"\xff\xff\xc0\x00\x02\x01", "x" * 200)])


def test_the_oldest_files_go_when_all_are_too_large(tmp_path: Path) -> None:
    segments = Segments(tmp_path, Limits(octets=1000))
    for second in range(8):
        segments.begin(BEGIN + BLOCK, second * SECOND_NS)
        os.utime(files_in(tmp_path)[-1], (time.time() - 100 + second, time.time() - 100 + second))
    segments.close()
    kept = files_in(tmp_path)
    assert sum(path.stat().st_size for path in kept) <= 1000
    assert [path.name for path in kept] == [f"sharky-19700101T00000{second}Z.pcapng" for second in range(8 - len(kept), 8)]
    assert 2 <= len(kept) < 8


def test_files_that_are_too_old_go_and_those_of_others_stay(tmp_path: Path) -> None:
    mine = tmp_path / "holiday.pcapng"
    mine.write_bytes(b"mine")
    segments = Segments(tmp_path, Limits(age_ns=3600 * SECOND_NS))
    for second in (1, 2):
        segments.begin(BEGIN, second * SECOND_NS)
    old = files_in(tmp_path)[0]
    for path in (old, mine):
        os.utime(path, (time.time() - 4000, time.time() - 4000))
    segments.write(BLOCK)
    assert old not in files_in(tmp_path)
    assert mine.exists()


def test_two_files_of_one_second_get_different_names(tmp_path: Path) -> None:
    segments = Segments(tmp_path, Limits())
    for _ in range(3):
        segments.begin(BEGIN, 0)
    segments.close()
    assert segments.size() == (3, 3 * len(BEGIN))


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 400))
def test_after_a_power_cut_all_whole_blocks_are_kept(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("cut")
    whole = pcapng([b"first packet", b"the second", b"third"])
    left = folder / "sharky-1.pcapng"
    left.write_bytes(whole[: max(len(section()), len(whole) - cut)])
    before = see(open_captures([left]).batches()).octets
    Segments(folder, Limits())
    assert left.stat().st_size <= len(whole)
    after = read(folder, left.read_bytes())
    assert after.octets == before
    assert not after.problems


def test_zeros_that_a_power_cut_left_are_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "sharky-1.pcapng"
    whole = pcapng([b"a packet"])
    path.write_bytes(whole + bytes(4096))
    assert mend(path) == 4096
    assert path.read_bytes() == whole


def test_what_is_no_pcapng_is_emptied_not_read(tmp_path: Path) -> None:
    (tmp_path / "sharky-1.pcapng").write_bytes(b"\xff" * 100)
    Segments(tmp_path, Limits())
    assert (tmp_path / "sharky-1.pcapng").stat().st_size == 0


def test_a_disk_that_is_all_but_full_ends_it_and_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segments = Segments(tmp_path, Limits())
    segments.begin(BEGIN, 0)
    real = os.statvfs(tmp_path)
    free = int(FREE_SHARE * real.f_blocks)
    full = SimpleNamespace(f_bavail=free, f_frsize=real.f_frsize, f_blocks=real.f_blocks)
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    segments.write(BLOCK)
    assert segments.trouble == "recording has ended: the disk is all but full"
    assert files_in(tmp_path)[0].read_bytes() == BEGIN
    segments.write(BLOCK)


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CaptureError, match="nothing can be recorded there"):
        Segments(tmp_path / "file", Limits())
