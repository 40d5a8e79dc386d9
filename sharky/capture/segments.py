"""A folder of capture files that keeps the newest packets: a rolling buffer on disk, bounded by size and age.

Only whole blocks are written, at the end of the newest file. Where the power fails in the middle of one, the next start cuts it
off. Only files that are named as ours are ever removed. They are numbered, since the dates of files are in no order where the clock is set.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from sharky.capture.ages import BEGUN_TIME, Ages
from sharky.capture.pcapng import SECTION
from sharky.model.errors import CaptureError, Problem

PATTERN = "sharky-*.pcapng"
NUMBER = re.compile(r"sharky-([0-9]{6,18})-")
MOST_NUMBER = 10**12
"""So many files nobody makes: numbers from here on were put there, and new files are not counted on from them."""

PARTS = 16
"""A file is at most such a part of all that may be kept, so that little goes when the oldest one does."""

LEAST_FILE = 64 << 10
FREE_SHARE = 0.05
"""What stays free of the disk, which others need too."""

SECOND_NS = 1_000_000_000

HAS_ENDED = "recording has ended"
"""How the trouble begins after which nothing is written."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is kept at most.

    Attributes:
        octets: Size of all files together.
        age_ns: Files that were begun longer ago are removed, so that no packet gets older; what is younger by `file_age_ns` is kept.
    """

    octets: int = 1_000_000_000
    age_ns: int = 24 * 3600 * SECOND_NS

    @property
    def file_octets(self) -> int:
        """Size from which on a new file is begun."""
        return max(LEAST_FILE, self.octets // PARTS)

    @property
    def file_age_ns(self) -> int:
        """Packet time from which on a new file is begun."""
        return max(SECOND_NS, self.age_ns // PARTS)


def check_folder(folder: Path) -> None:
    """See that a folder can be recorded into, as far as that can be seen without making it.

    Raises:
        CaptureError: Where it, or the one in which it would be made, is none or may not be written.
    """
    there = next(path for path in (folder, *folder.parents) if os.path.exists(path) or not path.name)
    if not there.is_dir():
        raise CaptureError(_no_room(folder, os.strerror(errno.ENOTDIR)))
    if not os.access(there, os.W_OK):
        raise CaptureError(_no_room(folder, os.strerror(errno.EACCES)))


def _no_room(folder: Path, reason: str) -> Problem:
    return Problem(f"nothing can be recorded there: {reason.lower()}", "name a folder of yours on a disk with room", str(folder))


class Segments:
    """The files of one folder.

    Attributes:
        trouble: Why nothing is written any more; empty while all is well.
    """

    def __init__(self, folder: Path, limits: Limits, ages: Ages | None = None) -> None:
        """Take a folder, which is made where there is none.

        Args:
            folder: Where the files are.
            limits: How much is kept.
            ages: Tells how old they are.

        Raises:
            CaptureError: If nothing can be written there.
        """
        self.folder = folder
        self.trouble = ""
        self._limits = limits
        self._ages = ages or Ages()
        self._file: BinaryIO | None = None
        self._path = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(0, "permission denied")
            for path in reversed(files_in(folder)):
                mend(path)
                if path.exists():
                    break
            for path in files_in(folder):
                self._ages.found(path)
            self._number = max((number for number in map(_number, files_in(folder)) if number < MOST_NUMBER), default=0)
        except OSError as error:
            raise CaptureError(_no_room(folder, error.strerror or str(error))) from error

    def begin(self, octets: bytes, time_ns: int) -> None:
        """Begin a new file with a section.

        Args:
            octets: Whole blocks.
            time_ns: Packet time, for the file's name.
        """
        with self._bearing():
            self.close()
            self._file = self._new_file(time_ns)
        self.write(octets)

    def _new_file(self, time_ns: int) -> BinaryIO:
        began = time.strftime(BEGUN_TIME, time.gmtime(max(0, time_ns) // SECOND_NS))
        paths = ((number, self.folder / f"sharky-{number:06}-{began}.pcapng") for number in count(self._number + 1))
        self._number, self._path = next((number, path) for number, path in paths if not os.path.lexists(path))
        return self._path.open("xb", buffering=0)

    def write(self, octets: bytes) -> None:
        """Write whole blocks; where there is no room for them the oldest files make some, or else recording ends."""
        with self._bearing():
            if self._file is not None:
                self._make_room(len(octets))
                self._append(self._file, octets)

    def _append(self, file: BinaryIO, octets: bytes) -> None:
        """Write all of some octets, or none of them."""
        begin = file.tell()
        left = memoryview(octets)
        try:
            while left:
                left = left[file.write(left) :]
        except OSError:
            with suppress(OSError):
                file.truncate(begin)
            raise
        self._ages.wrote(self._path)

    def close(self) -> None:
        """Finish the file; what it holds is on the disk afterwards."""
        file, self._file, self._path = self._file, None, self.folder
        if file is None:
            return
        with self._bearing(), file:
            os.fsync(file.fileno())
            self._ages.look()

    def forget_old(self) -> None:
        """Remove the finished files that are too old."""
        with self._bearing():
            self._forget_old()

    def _forget_old(self) -> list[Path]:
        """Return the finished files that stay, the oldest first."""
        self._ages.look()
        old = [path for path in files_in(self.folder) if path != self._path]
        for path in [path for path in old if self._ages.age_s(path) > self._limits.age_ns / SECOND_NS]:
            self._remove(path, old)
        return old

    def size(self) -> tuple[int, int]:
        """Return how many files there are, and how many octets they have; safe in any thread."""
        try:
            sizes = [_size(path) for path in files_in(self.folder)]
        except OSError:
            return 0, 0
        return len(sizes), sum(sizes)

    def _make_room(self, wanted: int) -> None:
        old = self._forget_old()
        total = wanted + _size(self._path) + sum(map(_size, old))
        while old and (total > self._limits.octets or _is_tight(self.folder, wanted)):
            total -= _size(old[0])
            self._remove(old[0], old)
        if _is_tight(self.folder, wanted):
            raise OSError(errno.ENOSPC, "the disk is all but full")

    def _remove(self, path: Path, old: list[Path]) -> None:
        old.remove(path)
        path.unlink(missing_ok=True)
        self._ages.forget(path)

    @contextmanager
    def _bearing(self) -> Iterator[None]:
        """Let recording end where the disk is full or gone; the first reason is kept."""
        try:
            yield
        except OSError as error:
            self.trouble = self.trouble or f"{HAS_ENDED}: {(error.strerror or str(error)).lower()}"
            self.close()


def files_in(folder: Path) -> list[Path]:
    """Return the files of a rolling buffer, the oldest first; what leads elsewhere by such a name is somebody else's."""
    ours = (path for path in folder.glob(PATTERN) if _number(path) and _is_regular(path))
    return sorted(ours, key=lambda path: (_number(path), path.name))


def mend(path: Path) -> int:
    """Cut off what is behind the last whole block, and leave the file its date; where there is none, remove it.

    Returns:
        How many octets that were.
    """
    with open(os.open(path, os.O_RDWR | os.O_NOFOLLOW), "r+b") as file:
        before = os.fstat(file.fileno())
        end, whole = before.st_size, 0
        while (length := _block_length(file, whole, end)) is not None:
            whole += length
        file.truncate(whole)
    if not whole:
        path.unlink()
        return end
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return end - whole


def _block_length(file: BinaryIO, at: int, end: int) -> int | None:
    """Return the length of the whole block at a place; None where there is none."""
    file.seek(at)
    head = file.read(8)
    if len(head) < 8:
        return None
    kind, length = struct.unpack("<II", head)
    if length < 12 or length % 4 or at + length > end or (at == 0 and kind != SECTION):
        return None
    file.seek(at + length - 4)
    return int(length) if file.read(4) == head[4:] else None


def _size(path: Path) -> int:
    """Return how many octets a file has, which may be removed meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _is_regular(path: Path) -> bool:
    """Return whether this is a file itself: no link, whose target may be anybody's, and nothing that never ends."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _number(path: Path) -> int:
    """Return a file's number, from 1 on; 0 for one that is named by somebody else."""
    found = NUMBER.match(path.name)
    return int(found[1]) if found else 0


def _is_tight(folder: Path, wanted: int) -> bool:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize - wanted < FREE_SHARE * disk.f_blocks * disk.f_frsize
