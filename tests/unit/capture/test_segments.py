"""The rolling buffer, on a real disk."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import struct
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.capture import open_captures
from sharky.capture.ages import BEGUN_TIME, Ages
from sharky.capture.blocks import Section, names_block
from sharky.capture.segments import FREE_SHARE, Limits, Segments, check_folder, files_in, mend
from sharky.model.errors import CaptureError
from tests.unit.capture.builder import pcapng, read, section, see

SECOND_NS = 1_000_000_000
BEGIN = Section().begin()
NOW_S = 1_800_000_000.0
YEAR_S = 365 * 86_400.0
BLOCK = names_block([(bytes(10) + b"\xff\xff\xc0\x00\x02\x01", "x" * 200)])


class Clocks:
    """The clock on the wall, and one that nobody sets."""

    def __init__(self, wall_s: float = NOW_S) -> None:
        self.wall_s, self.steady_s = wall_s, 50.0

    def pass_s(self, seconds: float) -> None:
        self.wall_s += seconds
        self.steady_s += seconds

    def ages(self) -> Ages:
        return Ages(lambda: self.wall_s, lambda: self.steady_s)


def test_the_oldest_files_go_when_all_are_too_large(tmp_path: Path) -> None:
    segments = Segments(tmp_path, Limits(octets=1000))
    most = 1000 // len(BEGIN + BLOCK)
    for second in range(8):
        segments.begin(BEGIN + BLOCK, second * SECOND_NS)
        assert len(files_in(tmp_path)) == min(second + 1, most)
    segments.close()
    kept = files_in(tmp_path)
    assert [path.name for path in kept] == [
        f"sharky-00000{second + 1}-19700101T00000{second}Z.pcapng" for second in range(8 - len(kept), 8)
    ]
    assert 2 <= len(kept) < 8


def test_files_that_are_too_old_go_and_those_of_others_stay(tmp_path: Path) -> None:
    mine = tmp_path / "holiday.pcapng"
    mine.write_bytes(b"mine")
    clocks = Clocks()
    segments = Segments(tmp_path, Limits(age_ns=3600 * SECOND_NS), clocks.ages())
    for second in (1, 2):
        segments.begin(BEGIN, second * SECOND_NS)
        clocks.pass_s(3000)
    old, young = files_in(tmp_path)
    os.utime(mine, (0, 0))
    segments.write(BLOCK)
    assert files_in(tmp_path) == [young]
    assert (old.exists(), mine.exists()) == (False, True)


def test_files_of_an_earlier_run_go_by_their_dates(tmp_path: Path) -> None:
    clocks = Clocks()
    for name, age_s in (("sharky-000001-x.pcapng", 4000), ("sharky-000002-x.pcapng", 3000)):
        (tmp_path / name).write_bytes(BEGIN)
        os.utime(tmp_path / name, (clocks.wall_s - age_s,) * 2)
    segments = Segments(tmp_path, Limits(age_ns=3600 * SECOND_NS), clocks.ages())
    segments.begin(BEGIN, 0)
    assert [path.name for path in files_in(tmp_path)] == ["sharky-000002-x.pcapng", "sharky-000003-19700101T000000Z.pcapng"]


def test_no_packet_gets_older_than_the_limit_and_none_goes_long_before(tmp_path: Path) -> None:
    clocks, limits = Clocks(), Limits(age_ns=1600 * SECOND_NS)
    segments = Segments(tmp_path, limits, clocks.ages())
    begun_s: dict[str, float] = {}
    for second in range(5000):
        if second % (limits.file_age_ns // SECOND_NS) == 0:
            segments.begin(BEGIN, second * SECOND_NS)
            begun_s[segments._path.name] = clocks.steady_s
        segments.write(BLOCK)
        segments.forget_old()
        oldest_s = clocks.steady_s - min(begun_s[path.name] for path in files_in(tmp_path))
        assert min(second, 1500) <= oldest_s <= 1600
        clocks.pass_s(1)


@pytest.mark.parametrize(
    ("begun_s", "is_kept"), [(-3700, False), (-3500, True), (+5, True), (-NOW_S + 60, True)], ids=["old", "young", "to come", "1970"]
)
def test_files_of_an_earlier_run_go_by_their_names_where_these_can_be(tmp_path: Path, begun_s: float, is_kept: bool) -> None:  # noqa: FBT001
    clocks = Clocks()
    left = tmp_path / time.strftime(f"sharky-000001-{BEGUN_TIME}.pcapng", time.gmtime(NOW_S + begun_s))
    left.write_bytes(BEGIN)
    os.utime(left, (NOW_S - 10,) * 2)
    segments = Segments(tmp_path, Limits(age_ns=3600 * SECOND_NS), clocks.ages())
    segments.forget_old()
    assert left.exists() is is_kept


@pytest.mark.parametrize(("before_s", "after_s"), [(60.0, NOW_S), (NOW_S, NOW_S + 73 * YEAR_S), (NOW_S, 60.0)])
def test_a_clock_that_is_set_by_decades_makes_nothing_old_that_was_just_written(tmp_path: Path, before_s: float, after_s: float) -> None:
    clocks = Clocks(before_s)
    segments = Segments(tmp_path, Limits(age_ns=3600 * SECOND_NS), clocks.ages())
    for _ in range(3):
        segments.begin(BEGIN, 0)
        clocks.pass_s(10)
    clocks.wall_s = after_s
    segments.write(BLOCK)
    assert [round(after_s - path.stat().st_mtime) for path in files_in(tmp_path)[:2]] == [30, 20]
    clocks.pass_s(3590)
    segments.begin(BEGIN, 0)
    assert [path.name[:13] for path in files_in(tmp_path)] == ["sharky-000003", "sharky-000004"]


def test_a_clock_that_is_set_while_nothing_is_written_is_noticed_at_the_end(tmp_path: Path) -> None:
    clocks = Clocks(60.0)
    segments = Segments(tmp_path, Limits(), clocks.ages())
    segments.begin(BEGIN, 0)
    clocks.wall_s = NOW_S
    segments.close()
    assert files_in(tmp_path)[0].stat().st_mtime == NOW_S


def test_with_a_clock_that_begins_in_1970_the_oldest_files_go_and_not_the_newest(tmp_path: Path) -> None:
    for clocks in (Clocks(), Clocks(10.0)):
        segments = Segments(tmp_path, Limits(octets=1000), clocks.ages())
        for _ in range(3):
            segments.begin(BEGIN + BLOCK, 0)
            clocks.pass_s(1)
        segments.close()
    kept = [int(path.name[7:13]) for path in files_in(tmp_path)]
    assert kept == list(range(7 - len(kept), 7))
    assert 2 <= len(kept) < 6


def test_what_was_left_by_a_clock_that_nobody_set_has_its_whole_time_from_now_on(tmp_path: Path) -> None:
    left = tmp_path / "sharky-000001-19700101T000000Z.pcapng"
    left.write_bytes(BEGIN)
    os.utime(left, (60, 60))
    clocks = Clocks()
    segments = Segments(tmp_path, Limits(age_ns=3600 * SECOND_NS), clocks.ages())
    segments.begin(BEGIN, 0)
    assert left.stat().st_mtime == NOW_S
    clocks.pass_s(3700)
    segments.write(BLOCK)
    assert not left.exists()


def test_what_a_clock_left_that_was_a_year_ahead_goes_after_its_time(tmp_path: Path) -> None:
    clocks = Clocks(NOW_S + YEAR_S)
    Segments(tmp_path, Limits(), clocks.ages()).begin(BEGIN, int(clocks.wall_s) * SECOND_NS)
    (left,) = files_in(tmp_path)
    os.utime(left, (clocks.wall_s,) * 2)
    clocks.wall_s = NOW_S
    segments = Segments(tmp_path, Limits(age_ns=3600 * SECOND_NS), clocks.ages())
    clocks.pass_s(3500)
    segments.begin(BEGIN, 0)
    assert left.exists()
    clocks.pass_s(200)
    segments.write(BLOCK)
    assert not left.exists()


@pytest.mark.parametrize("planted", ["9" * 18, "9" * 17 + "8", f"{10**12}", "9" * 12, "9" * 19, "9" * 200])
def test_a_planted_number_ends_no_recording_and_makes_no_file_that_never_goes(tmp_path: Path, planted: str) -> None:
    put = tmp_path / f"sharky-{planted}-19700101T000000Z.pcapng"
    put.write_bytes(BEGIN)
    for _ in range(2):
        segments = Segments(tmp_path, Limits(octets=1000))
        for number in range(12):
            segments.begin(BEGIN + BLOCK, number // 4 * SECOND_NS)
        newest = segments._path
        segments.close()
        assert not segments.trouble
        assert newest in files_in(tmp_path)
        assert set(tmp_path.iterdir()) <= {put, *files_in(tmp_path)}
        assert sum(path.stat().st_size for path in files_in(tmp_path)) <= 1000


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
    left = folder / "sharky-000001-x.pcapng"
    left.write_bytes(whole[: max(len(section()), len(whole) - cut)])
    before = see(open_captures([left]).batches()).octets
    Segments(folder, Limits())
    assert left.stat().st_size <= len(whole)
    after = read(folder, left.read_bytes())
    assert after.octets == before
    assert not after.problems


def test_zeros_that_a_power_cut_left_are_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "sharky-000001-x.pcapng"
    whole = pcapng([b"a packet"])
    path.write_bytes(whole + bytes(4096))
    os.utime(path, (NOW_S, NOW_S))
    assert mend(path) == 4096
    assert path.read_bytes() == whole
    assert path.stat().st_mtime == NOW_S


@pytest.mark.parametrize(
    "octets",
    [
        struct.pack("<III", 6, 0, 0),
        struct.pack("<II", 6, 8),
        struct.pack("<IIxxxxxI", 6, 17, 17),
        struct.pack("<IIII", 6, 16, 6, 12),
        struct.pack("<III", 6, 16, 16),
        struct.pack("<III", 6, 1 << 31, 1 << 31),
    ],
    ids=["nothing", "no room for two lengths", "no whole words", "two lengths", "too long", "far too long"],
)
def test_what_is_no_block_is_cut_off(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "sharky-000001-x.pcapng"
    whole = pcapng([b"a packet"])
    path.write_bytes(whole + octets)
    assert mend(path) == len(octets)
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "octets",
    [b"", b"\xff" * 100, pcapng([])[:20], struct.pack("<III", 6, 12, 12)],
    ids=["empty", "no pcapng", "half a section", "no section first"],
)
def test_what_has_no_whole_block_is_removed(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "sharky-000001-x.pcapng").write_bytes(octets)
    Segments(tmp_path, Limits())
    assert files_in(tmp_path) == []


def test_what_is_named_like_ours_and_leads_elsewhere_is_neither_cut_nor_removed(tmp_path: Path) -> None:
    other, recording = tmp_path / "precious", tmp_path / "recording"
    other.write_bytes(b"no capture")
    recording.mkdir()
    (recording / "sharky-000001-2026-01-01T000000Z.pcapng").symlink_to(other)
    os.mkfifo(recording / "sharky-000002-2026-01-01T000000Z.pcapng")
    segments = Segments(recording, Limits(octets=1, age_ns=1))
    segments.begin(BEGIN, 0)
    segments.forget_old()
    assert other.read_bytes() == b"no capture"
    assert len(list(recording.iterdir())) == 3
    with pytest.raises(OSError, match="symbolic"):
        mend(recording / "sharky-000001-2026-01-01T000000Z.pcapng")


def test_a_file_that_a_person_has_named_stays_as_it_is(tmp_path: Path) -> None:
    saved = tmp_path / "sharky-lookups.pcapng"
    saved.write_bytes(b"\xff" * 2000)
    os.utime(saved, (0, 0))
    segments = Segments(tmp_path, Limits(octets=1000, age_ns=SECOND_NS))
    for _ in range(8):
        segments.begin(BEGIN + BLOCK, 0)
    assert saved.read_bytes() == b"\xff" * 2000


class Broken:
    """A file on a disk that was unplugged: it can be closed, and even that is refused once."""

    def __init__(self) -> None:
        self.is_closed = False

    def fileno(self) -> int:
        raise OSError(errno.EIO, "Input/output error")

    def tell(self) -> int:
        return 0

    def write(self, octets: bytes) -> int:
        raise OSError(errno.EIO, "Input/output error")

    def truncate(self, size: int) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    def __enter__(self) -> Broken:
        return self

    def __exit__(self, *_: object) -> None:
        self.is_closed = True


@pytest.mark.parametrize(
    "work", [lambda it: it.write(BLOCK), lambda it: it.begin(BEGIN, 0), lambda it: it.close()], ids=["write", "begin", "close"]
)
def test_a_disk_that_is_gone_ends_the_recording_and_nothing_else(tmp_path: Path, work: Callable[[Segments], None]) -> None:
    segments, broken = Segments(tmp_path, Limits()), Broken()
    segments.begin(BEGIN, 0)
    segments._file = broken  # type: ignore[assignment]
    work(segments)
    assert segments.trouble == "recording has ended: input/output error"
    assert broken.is_closed
    segments.write(BLOCK)
    segments.close()


def test_a_folder_that_is_gone_ends_the_recording_and_nothing_else(tmp_path: Path) -> None:
    segments = Segments(tmp_path / "day", Limits())
    segments.begin(BEGIN, 0)
    shutil.rmtree(tmp_path / "day")
    segments.write(BLOCK)
    segments.forget_old()
    assert segments.trouble == "recording has ended: no such file or directory"
    assert segments.size() == (0, 0)


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


def test_where_the_disk_is_tight_the_oldest_files_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segments = Segments(tmp_path, Limits())
    for _ in range(4):
        segments.begin(BEGIN + BLOCK, 0)
    real, oldest, *others = (os.statvfs(tmp_path), *files_in(tmp_path))

    def tight_while_all_are_there(_: Path) -> SimpleNamespace:
        free = int(FREE_SHARE * real.f_blocks) + (0 if oldest.exists() else 1000)
        return SimpleNamespace(f_bavail=free, f_frsize=real.f_frsize, f_blocks=real.f_blocks)

    monkeypatch.setattr(os, "statvfs", tight_while_all_are_there)
    segments.write(BLOCK)
    assert (files_in(tmp_path), segments.trouble) == (others, "")


def test_blocks_for_which_there_is_only_room_in_part_are_not_written_in_part(tmp_path: Path) -> None:
    segments = Segments(tmp_path, Limits())
    segments.begin(BEGIN + BLOCK, 0)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(BEGIN + BLOCK) + 10, before[1]))
    try:
        segments.write(BLOCK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert segments.trouble == "recording has ended: file too large"
    assert [path.read_bytes() for path in files_in(tmp_path)] == [BEGIN + BLOCK]


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CaptureError, match="nothing can be recorded there"):
        Segments(tmp_path / "file", Limits())


@pytest.mark.parametrize("inside", ["", "deep/down"])
def test_whether_a_folder_can_be_made_is_seen_without_making_it(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CaptureError, match="nothing can be recorded there: not a directory"):
        check_folder(tmp_path / "file" / inside)
    check_folder(tmp_path / inside)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
