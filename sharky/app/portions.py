"""Batches of a capture, read in portions: where each packet takes much memory besides itself, few are looked at together.

That is so for packets that say names, which become objects, and for any where tables have taken what memory there is. Where batches
are cut makes no difference to what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sharky.app.memory import give_back_freed_memory
from sharky.capture import open_captures
from sharky.capture.packets import BATCH_PACKETS
from sharky.capture.slices import cut
from sharky.model.errors import Problem
from sharky.model.packets import PacketSource
from sharky.pipeline.recognition import Identified, Recognition

FEW_PACKETS = BATCH_PACKETS // 8
"""As many take an eighth of the memory, and half as much time again where none of them is read by itself."""

MANY_NAMES, MANY_FLOWS = 8, 3
"""One packet in so many says a name in a flood of names, or begins a flow in a flood of flows; in a house it is one in fifty."""


def never() -> bool:
    """Tell that memory is not short."""
    return False


def unheard(part: float) -> None:
    """Take note of progress for nobody."""
    del part


def read_captures(
    paths: Sequence[Path],
    reading: Recognition,
    tell: Callable[[Problem], None],
    progress: Callable[[float], None] = unheard,
    *,
    is_mapped: bool = True,
) -> Iterator[Identified]:
    """Yield what is read of captures, merged by time.

    Args:
        paths: The captures.
        reading: What reads them.
        tell: Told at the end where they are damaged.
        progress: Told from time to time which part of them has been read, from 0 to 1.
        is_mapped: Whether the captures are read without a pause: nobody can write to them meanwhile.

    Raises:
        CaptureError: With all that cannot be read at all.
    """
    source = open_captures(paths, is_mapped=is_mapped)
    for seen in read_in_portions(source, reading):
        yield seen
        del seen
        progress(source.progress())
    for problem in source.problems:
        tell(problem)


def read_in_portions(
    source: PacketSource, reading: Recognition, is_short: Callable[[], bool] = never, *, has_names: bool = True
) -> Iterator[Identified]:
    """Yield what is read of a source.

    Args:
        source: The packets.
        reading: What reads them.
        is_short: Tells whether tables leave little memory.
        has_names: Whether packets are read for names; then nobody knows before the first few how many say one.
    """
    few, flows = has_names, 0
    for batch in source.batches():
        if few:
            give_back_freed_memory()
        begin = 0
        while begin < len(batch):
            end = begin + FEW_PACKETS if few else len(batch)
            seen = reading.advance(cut(batch, begin, end, batch.now_ns))
            yield seen
            flows, before = max(flows, int(seen.labels.flow.max())), flows
            few = is_short() or max(len(seen.labels.heard) * MANY_NAMES, (flows - before) * MANY_FLOWS) > len(seen.columns)
            begin = end
            del seen
