"""Part of a capture as a capture of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharky.app.devices import known_devices
from sharky.app.signals import ending_tidily
from sharky.capture import PcapngWriter, open_captures
from sharky.capture.writing import is_special, no_folder
from sharky.model.errors import CaptureError, Problem
from sharky.model.packets import PacketBatch
from sharky.pipeline.reading import Reading
from sharky.rules import Filter

STANDARD_OUTPUT = Path("/dev/stdout")

BESIDE_PACKETS = tuple(f"{kind}_blocks" for kind in ("name_resolution", "statistics", "journal", "secrets", "custom", "unknown", "long"))
"""Counters of what a capture has besides packets, which is not written."""

TIMES = "times_before_1970"
"""They become 1970, since a packet's time has no sign in pcapng."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which packets are kept: those that meet all of it.

    Attributes:
        passing: A display filter; None for every packet.
        from_ns, to_ns: The span of time, counted from the first packet, both ends included; None where it is open.
        first_number, last_number: The span of packet numbers, both ends included; None where it is open.
    """

    passing: Filter | None = None
    from_ns: int | None = None
    to_ns: int | None = None
    first_number: int | None = None
    last_number: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of it.

    Attributes:
        packets, of: Packets that were written, and of how many.
        problems: Where the files they came from are damaged.
        left_out: How much there was of `BESIDE_PACKETS` and `TIMES`.
    """

    packets: int
    of: int
    problems: list[Problem]
    left_out: dict[str, int]

    def __str__(self) -> str:
        """Say so.

        >>> str(Kept(3, 10, [], {"secrets_blocks": 1}))
        '3 of 10 packets; not kept: secrets blocks (1)'
        """
        others = ", ".join(f"{name.replace('_', ' ')} ({count:,})" for name, count in self.left_out.items())
        return f"{self.packets:,} of {self.of:,} packets" + (f"; not kept: {others}" if others else "")


def cut(paths: Sequence[Path], wanted: Cut, output: Path, progress: Callable[[float], None]) -> Kept:
    """Write the packets of captures, merged by time, that are wanted to a pcapng file, which gets its name when it is complete.

    Nothing is left behind where it is asked to end meanwhile.

    Raises:
        CaptureError: Where one cannot be read or the other not be written.
    """
    source, reading = open_captures(paths), Reading(known_devices())
    origin_ns: int | None = None
    seen = early = 0
    with ending_tidily(), PcapngWriter(output, source.interface) as writer:
        for batch in source.batches():
            if not len(batch):
                continue
            origin_ns = int(batch.time_ns[0]) if origin_ns is None else origin_ns
            rows = _in_span(batch, wanted, origin_ns)
            if wanted.passing:
                rows &= _passing(batch, reading, wanted.passing)
            writer.write(batch, rows)
            seen += len(batch)
            early += int(np.count_nonzero(batch.time_ns[rows] < 0))
            progress(source.progress())
    source.close()
    counters = {**source.counters, TIMES: early}
    left_out = {name: counters[name] for name in (*BESIDE_PACKETS, TIMES) if counters.get(name)}
    return Kept(writer.packets, seen, list(source.problems), left_out)


def output_at(path: Path, *, is_forced: bool) -> Path:
    """Return where to write, standard output for `-`; see that there is a folder for it and, unless forced, that no file is lost.

    Raises:
        CaptureError: Where there is no folder, or a file of that name; a device or a pipe has nothing to lose.
    """
    if str(path) == "-":
        return STANDARD_OUTPUT
    if not os.path.isdir(path.parent):  # unlike Path.is_dir, it takes every name
        raise CaptureError(no_folder(path))
    if not is_forced:
        _refuse_to_overwrite(path)
    return path


def _refuse_to_overwrite(path: Path) -> None:
    if path.is_dir():
        raise CaptureError(Problem("this is a folder", "name a file in it", str(path)))
    if os.path.lexists(path) and not is_special(path):
        raise CaptureError(Problem("there is such a file already", "name another one, or say --force", str(path)))


def _in_span(batch: PacketBatch, wanted: Cut, origin_ns: int) -> NDArray[np.bool_]:
    rows = np.ones(len(batch), np.bool_)
    if wanted.from_ns is not None:
        rows &= batch.time_ns - origin_ns >= wanted.from_ns
    if wanted.to_ns is not None:
        rows &= batch.time_ns - origin_ns <= wanted.to_ns
    number = np.arange(batch.first_number, batch.first_number + len(batch))
    if wanted.first_number is not None:
        rows &= number >= wanted.first_number
    if wanted.last_number is not None:
        rows &= number <= wanted.last_number
    return rows


def _passing(batch: PacketBatch, reading: Reading, passing: Filter) -> NDArray[np.bool_]:
    """Tell which packets pass, in the order of capture."""
    seen = reading.advance(batch)
    rows = np.zeros(len(batch), np.bool_)
    rows[seen.columns.position] = passing.mask(seen.columns, seen.labels)
    return rows
