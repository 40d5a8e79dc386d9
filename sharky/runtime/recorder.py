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

NamesSince = Callable[[int], list[tuple[bytes, str]]]
"""Tells which names addresses were given since a moment of packet time."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole blocks; `begins_ns` is the packet time of a new file that begins with them, or None."""

    octets: bytes
    begins_ns: int | None = None


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
        self._written, self._began_ns, self._named_ns = limits.file_octets, 0, 0
        self._pieces: deque[_Piece] = deque()
        self._waiting = 0
        self._change = threading.Condition()
        self._is_stopping = False

    def take(self, batch: PacketBatch, seen: Identified) -> None:
        """Take what is wanted of a batch, which may be reused afterwards; never waits for the disk."""
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
            if piece.begins_ns is None:
                self._segments.write(piece.octets)
            else:
                self._segments.begin(piece.octets, piece.begins_ns)
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

    def _begin_where_due(self, now_ns: int) -> None:
        if self._written >= self._limits.file_octets or now_ns - self._began_ns >= self._limits.file_age_ns:
            self._written, self._began_ns = 0, now_ns
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
