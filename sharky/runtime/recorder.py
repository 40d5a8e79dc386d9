"""Records packets beside the engine: the wire thread only copies them, and a thread of its own waits for the disk."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.capture.blocks import Section, names_block
from sharky.capture.segments import Limits, Segments
from sharky.model.packets import PacketBatch
from sharky.pipeline.recognition import Identified
from sharky.rules import Filter

MOST_WAITING = 64 << 20
"""Octets that may wait for the disk: an SD card may take seconds to think."""

NAMES_NS = 1_000_000_000
"""Packet time between two looks for new names."""

LOOK_NS = 1_000_000_000
"""Packet time between two looks for what is too old, which goes while nothing comes as well."""

NamesSince = Callable[[int], list[tuple[bytes, str]]]
"""Tells which names addresses were given since a moment of packet time."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole blocks, or none where files are only looked at.

    Attributes:
        begins_ns: Packet time of a new file that begins with them, or None.
        is_end: Whether the file ends with them.
    """

    octets: bytes
    begins_ns: int | None = None
    is_end: bool = False


class Recorder:
    """Takes packets, and leaves them in the files of a folder.

    Attributes:
        packets: How many were taken.
        left_out: How many were not: the disk was too slow, or recording has ended.
    """

    name = "recorder"

    def __init__(self, segments: Segments, limits: Limits, passing: Filter | None = None) -> None:
        """Begin with nothing taken.

        Args:
            segments: Where packets go.
            limits: When a new file is begun.
            passing: A display filter; None for every packet.
        """
        self.packets = 0
        self.left_out = 0
        self.names_since: NamesSince = lambda _: []
        self._segments, self._limits, self._passing = segments, limits, passing
        self._section = Section()
        self._written, self._began_ns, self._named_ns, self._looked_ns = limits.file_octets, 0, 0, 0
        self._has_file = False
        self._pieces: deque[_Piece] = deque()
        self._waiting = 0
        self._change = threading.Condition()
        self._is_stopping = False

    def take(self, batch: PacketBatch, seen: Identified) -> None:
        """Take what is wanted of a batch or a tick, which may be reused afterwards; never waits for the disk."""
        self._look_where_due(batch.now_ns)
        rows = self._wanted(batch, seen)
        if not len(rows):
            return
        if self._segments.trouble or self._waiting > MOST_WAITING:
            self.left_out += len(rows)
            return
        self._begin_where_due(batch.now_ns)
        self._put(_Piece(self._section.packets(batch, rows) + self._new_names(batch.now_ns)))
        self.packets += len(rows)

    def run(self) -> None:
        """Write until told to stop, and what was taken before."""
        while (piece := self._next()) is not None:
            self._carry_out(piece)
            with self._change:
                self._waiting -= len(piece.octets)
        self._segments.close()

    def stop(self) -> None:
        """Let `run` end."""
        with self._change:
            self._is_stopping = True
            self._change.notify_all()

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know about it."""
        count, octets = self._segments.size()
        kept = f"recording: {count:,} {'file' if count == 1 else 'files'} with {octets / 1e6:,.1f} MB {'is' if count == 1 else 'are'} kept"
        late = f"{self.left_out:,} packets were not recorded" if self.left_out else ""
        return tuple(note for note in (kept, self._segments.trouble, late) if note)

    def _wanted(self, batch: PacketBatch, seen: Identified) -> NDArray[np.intp]:
        if self._passing is None or not len(batch):
            return np.arange(len(batch))
        rows = np.zeros(len(batch), np.bool_)
        rows[seen.columns.position] = self._passing.mask(seen.columns, seen.labels)
        return np.flatnonzero(rows)

    def _carry_out(self, piece: _Piece) -> None:
        if piece.begins_ns is not None:
            self._segments.begin(piece.octets, piece.begins_ns)
        elif piece.octets:
            self._segments.write(piece.octets)
        else:
            if piece.is_end:
                self._segments.close()
            self._segments.forget_old()

    def _look_where_due(self, now_ns: int) -> None:
        """Let what is too old go, and let a file end that had its time, so that it can go in its turn."""
        if abs(now_ns - self._looked_ns) >= LOOK_NS:
            self._looked_ns = now_ns
            is_end = self._has_file and abs(now_ns - self._began_ns) >= self._limits.file_age_ns
            self._has_file = self._has_file and not is_end
            self._put(_Piece(b"", is_end=is_end))

    def _begin_where_due(self, now_ns: int) -> None:
        is_full = self._written >= self._limits.file_octets or now_ns - self._began_ns >= self._limits.file_age_ns
        if is_full or not self._has_file:
            self._written, self._began_ns, self._has_file = 0, now_ns, True
            self._put(_Piece(self._section.begin() + names_block(self.names_since(0)), now_ns))

    def _new_names(self, now_ns: int) -> bytes:
        if now_ns - self._named_ns < NAMES_NS:
            return b""
        since_ns, self._named_ns = self._named_ns, now_ns
        return names_block(self.names_since(since_ns))

    def _put(self, piece: _Piece) -> None:
        self._written += len(piece.octets)
        with self._change:
            self._waiting += len(piece.octets)
            self._pieces.append(piece)
            self._change.notify_all()

    def _next(self) -> _Piece | None:
        with self._change:
            while not self._pieces and not self._is_stopping:
                self._change.wait()
            return self._pieces.popleft() if self._pieces else None
