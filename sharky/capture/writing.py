"""Packets out into a pcapng file, for cutting and for recording.

Only whole blocks are written, so what a crash leaves behind can be read; and the file gets its name when it is complete, so that
under its name there is never half a capture. Only a regular file is ever replaced: a device or a pipe is written into.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import FileIO
from itertools import chain, count
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from sharky.capture.blocks import Section
from sharky.model.captures import Interface
from sharky.model.errors import CaptureError, Problem
from sharky.model.packets import PacketBatch

UNFINISHED = ".part"
"""What the name of a file ends in until it is complete."""

WHERE = "name a file in a folder in which you may write"


class PcapngWriter:
    """A pcapng file that is being written, little-endian and in nanoseconds.

    Attributes:
        packets: How many were written.
    """

    def __init__(self, path: Path, interface: Callable[[int], Interface] | None = None) -> None:
        """Begin a file; a regular one of that name is replaced when it is complete, anything else is written into.

        A link stays, and what it leads to is replaced: `/dev/stdout` is one.

        Args:
            path: Its name.
            interface: Tells what is known of a packet's interface, as `CaptureSource` does; None where nothing is.

        Raises:
            CaptureError: Where it cannot be written.
        """
        if path.is_dir():
            raise CaptureError(Problem("this is a folder", "name a file in it", str(path)))
        self.packets = 0
        self._section = Section(interface)
        try:
            self._path = path if is_special(path) else Path(os.path.realpath(path))
            self._file = path.open("wb", buffering=0) if is_special(path) else _new_beside(self._path)
            self._unfinished = Path(self._file.name)
        except (OSError, ValueError) as trouble:
            raise CaptureError(_why_not(path, trouble)) from None
        self._put(self._section.begin())

    def __enter__(self) -> PcapngWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()

    def write(self, batch: PacketBatch, rows: NDArray[np.bool_] | None = None) -> None:
        """Write a batch, or those of its packets that `rows` marks.

        Raises:
            CaptureError: Where the disk is full.
        """
        chosen = np.arange(len(batch)) if rows is None else np.flatnonzero(rows)
        if len(chosen):
            self._put(self._section.packets(batch, chosen))
            self.packets += len(chosen)

    def close(self) -> None:
        """Give the file its name."""
        self._file.close()
        if self._unfinished != self._path:
            os.replace(self._unfinished, self._path)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        if self._unfinished != self._path:
            self._unfinished.unlink(missing_ok=True)

    def _put(self, octets: bytes) -> None:
        try:
            left = memoryview(octets)
            while left:
                left = left[self._file.write(left) :]
        except BrokenPipeError:
            self.abandon()
            raise
        except OSError as trouble:
            self.abandon()
            raise CaptureError(Problem(f"it cannot be written: {trouble.strerror}", "make room on the disk", str(self._path))) from None


def is_special(path: Path) -> bool:
    """Return whether a path leads to a device, a pipe or a socket, which keep nothing and must not be replaced.

    >>> is_special(Path("/dev/null"))
    True
    """
    return path.exists() and not path.is_file() and not path.is_dir()


def _new_beside(path: Path) -> FileIO:
    """Open a file that was not there, whose name ends in `UNFINISHED`: one of that name may be the owner's."""
    names = chain([path.name], (f"{path.name}.{more}" for more in count(2)))
    while True:
        with suppress(FileExistsError):
            return path.with_name(next(names) + UNFINISHED).open("xb", buffering=0)


def no_folder(path: Path) -> Problem:
    """Return the problem that a file has no folder to be in."""
    return Problem(f"there is no folder {path.parent}", WHERE, str(path))


def _why_not(path: Path, trouble: OSError | ValueError) -> Problem:
    if not path.parent.exists():
        return no_folder(path)
    reason = trouble.strerror if isinstance(trouble, OSError) else trouble
    return Problem(f"it cannot be written: {reason}", WHERE, str(path))


def write_pcapng(path: Path, batches: Iterable[PacketBatch]) -> int:
    """Write all packets to a file, and return how many there were.

    Raises:
        CaptureError: Where it cannot be written.
    """
    with PcapngWriter(path) as writer:
        for batch in batches:
            writer.write(batch)
    return writer.packets
