"""One large capture read in several parts at once, by several processes, and exactly.

Where a part begins is guessed from what a record looks like, since to know it all records before would have to be
walked. Every part but the first therefore stands on trust until the part before it was read: only then is it known
where the chain really goes on, and with which interfaces. `first_wrong` compares, and what was read on a wrong guess is
read again.

    parts = split_capture(path, 2)
    each process:  source = part.open(); ...read it...; return what was counted, source.mark()
    wrong = first_wrong(parts, marks)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sharky.capture.capturefile import CaptureFile
from sharky.capture.chunk import Chunk, OctetStream
from sharky.capture.damage import DamageError, Losses
from sharky.capture.octets import open_octets
from sharky.capture.packets import Format, Mark

SMALLEST_PART = 8 << 20
"""Less is read sooner than a process starts."""

BEGINNING_OCTETS = 64 << 10
"""A part is taken to know the interfaces that are declared in so many octets at the file's beginning."""

SEARCHED_OCTETS = 1 << 20
PROVEN_RECORDS = 32
"""A guess is good enough where so many records follow each other."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a capture file, to be sent to the process that reads it.

    Attributes:
        path: The file.
        begin: Where the part begins; None for the file's beginning.
        stop: The part ends with the first record that begins at or behind this octet; None for the file's end.
    """

    path: Path
    begin: Mark | None = None
    stop: int | None = None

    def open(self) -> CaptureFile:
        """Open the part as a source; its packets are numbered from 1.

        Raises:
            CaptureError: Where it cannot be read at all.
        """
        capture = CaptureFile(self.path, Losses(), is_mapped=True)
        capture.restrict(self.begin, self.stop)
        return capture


def split_capture(path: Path, parts: int, smallest_part: int = SMALLEST_PART) -> list[Part]:
    """Cut a capture file into at most `parts` parts of about the same size.

    What is compressed, a pipe, or small stays in one part.

    Raises:
        CaptureError: Where it cannot be read at all.
    """
    capture = CaptureFile(path, Losses(), BEGINNING_OCTETS)
    next(capture.batches(), None)
    begin, capture_format = capture.mark(), capture.format
    capture.close()
    stream = open_octets(path)
    begins: list[Mark | None] = [None]
    parts = max(1, min(parts, stream.size // smallest_part))
    for number in range(1, parts):
        place = _find_record(stream, capture_format, stream.size * number // parts)
        if begin and place:
            begins.append(Mark(place, begin.state))
    stream.close()
    stops = [mark.place for mark in begins if mark]
    return [Part(path, mark, stop) for mark, stop in zip(begins, [*stops, None], strict=True)]


def _find_record(stream: OctetStream, capture_format: Format, place: int) -> int:
    """Return where the first likely record behind `place` begins, or 0 where none is found."""
    chunk = Chunk(stream, SEARCHED_OCTETS, place)
    if not stream.seek(place) or not chunk.refill():
        return 0
    for pattern, at in capture_format.likely():
        for found in pattern.finditer(chunk.memory[: chunk.end]):
            if found.start() >= at and _is_chain(chunk, capture_format, found.start() - at):
                return chunk.place(found.start() - at)
    return 0


def _is_chain(chunk: Chunk, capture_format: Format, position: int) -> bool:
    try:
        for _ in range(PROVEN_RECORDS):
            if position + capture_format.layout.header > chunk.end:
                break
            position += capture_format.length(chunk, position)
    except DamageError:
        return False
    return True


def first_wrong(parts: Sequence[Part], marks: Sequence[Mark | None]) -> tuple[int, Part | None]:
    """Find out which parts were read right.

    Args:
        parts: From `split_capture`.
        marks: What `CaptureFile.mark` returned for each part when it was read.

    Returns:
        How many parts count, and the part that has to be read in the place of all others; None where there is none,
        because all count or because the file is damaged in the last that counts.
    """
    for number in range(1, len(parts)):
        end = marks[number - 1]
        if end != parts[number].begin:
            return number, None if end is None else Part(parts[number].path, end)
    return len(parts), None
