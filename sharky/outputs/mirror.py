"""The LED frames in a small file, so that the page's process shows the light that the engine makes.

The file holds the newest frame only, in one page of memory where the run directory is a tmpfs. Writer and reader share
no lock. A reader that comes upon a frame half written sees that its checksum does not fit, and reads again: unlike a
sequence number alone, that holds on processors that reorder writes, and unlike a mapping, a file that vanishes is
an answer and not a signal that ends the process.
"""

from __future__ import annotations

import os
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sharky.model.errors import OutputError, Problem
from sharky.model.lights import Frame, LightModel, Scene

FRAME = "frame"
"""The file's name in the run directory."""

STALE_NS = 2_000_000_000
"""A frame older than this was left behind by an engine that died: 120 frames are missing."""

_CHECKSUM = struct.Struct("<I")
_HEADER = struct.Struct("<8sQQqI")
_MAGIC = b"sharky-1"
_LARGEST = 1 << 20
_ATTEMPTS = 20


class MirroredFrame(NamedTuple):
    """A frame as another process made it.

    Attributes:
        sequence: Counted from 1 by its writer.
        time_ns: Packet time.
        rgb: (leds, 3) uint8.
    """

    sequence: int
    time_ns: int
    rgb: NDArray[np.uint8]


class Mirror:
    """Shows each frame in a file of the run directory, and takes the file away when it closes."""

    def __init__(self, run_directory: Path, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._path = run_directory / FRAME
        self._now_ns = now_ns
        self._sequence = 0
        self._descriptor = -1
        self._renewed: SimpleQueue[int] = SimpleQueue()

    def open(self, model: LightModel) -> None:
        """Make the file new, dark: a reader of an old one keeps what it has.

        Raises:
            OutputError: Where the run directory cannot be written to.
        """
        self.close()
        try:
            self._descriptor = self._make(self._octets(np.zeros((len(model.leds), 3), np.uint8), time_ns=0))
        except OSError as error:
            raise OutputError(Problem(f"cannot write {self._path}: {error.strerror}", "choose another run directory")) from error

    def renew(self) -> None:
        """Make the file again where it is gone, for the next frame; safe in any thread while another one shows.

        Raises:
            OSError: Where the run directory cannot be written to.
        """
        descriptor = self._descriptor
        if descriptor >= 0 and self._renewed.empty() and not _is_at(self._path, descriptor):
            self._renewed.put(self._make(os.pread(descriptor, _LARGEST, 0)))

    def show(self, frame: Frame, scene: Scene) -> None:  # noqa: ARG002 - the scene goes into the snapshot
        """Replace the frame in the file; where that fails, who looks after the run directory says so."""
        self._take_renewed()
        if self._descriptor >= 0:
            with suppress(OSError):
                os.pwrite(self._descriptor, self._octets(frame.rgb, frame.time_ns), 0)

    def close(self) -> None:
        """Take the file away, which readers see as dark."""
        self._take_renewed()
        if self._descriptor >= 0:
            self._release()
            with suppress(OSError):
                self._path.unlink()

    def _octets(self, rgb: NDArray[np.uint8], time_ns: int) -> bytes:
        self._sequence += 1
        octets = _HEADER.pack(_MAGIC, self._sequence, self._now_ns(), time_ns, len(rgb)) + rgb.tobytes()
        return _CHECKSUM.pack(zlib.crc32(octets)) + octets

    def _make(self, octets: bytes) -> int:
        """Make the file, and return its descriptor."""
        part = self._path.with_suffix(".part")
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            os.pwrite(descriptor, octets, 0)
            os.replace(part, self._path)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def _take_renewed(self) -> None:
        with suppress(Empty):
            renewed = self._renewed.get_nowait()
            self._release()
            self._descriptor = renewed

    def _release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


def _is_at(path: Path, descriptor: int) -> bool:
    """Tell whether an open file is still the one at a path."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


class MirrorReader:
    """Reads what a `Mirror` on the same machine shows."""

    def __init__(self, run_directory: Path, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._path = run_directory / FRAME
        self._now_ns = now_ns

    def read(self) -> MirroredFrame | None:
        """Return the newest frame; None where no engine runs, so that all lights are dark."""
        for _ in range(_ATTEMPTS):
            octets = self._octets()
            if len(octets) < _CHECKSUM.size + _HEADER.size:
                return None
            if zlib.crc32(octets[_CHECKSUM.size :]) == _CHECKSUM.unpack_from(octets)[0]:
                return self._parse(octets)
        return None

    def _octets(self) -> bytes:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return b""
        try:
            return os.read(descriptor, _LARGEST)
        except OSError:
            return b""
        finally:
            os.close(descriptor)

    def _parse(self, octets: bytes) -> MirroredFrame | None:
        magic, sequence, written_ns, time_ns, leds = _HEADER.unpack_from(octets, _CHECKSUM.size)
        rgb = np.frombuffer(octets, np.uint8, offset=_CHECKSUM.size + _HEADER.size)
        is_fresh = 0 <= self._now_ns() - written_ns <= STALE_NS
        if magic != _MAGIC or len(rgb) != 3 * leds or not is_fresh:
            return None
        return MirroredFrame(sequence, time_ns, rgb.reshape(leds, 3))
