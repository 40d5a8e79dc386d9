"""What a machine wrote to its card, in order, and the cards that a power cut could have left of it.

The format is that of the kernel's dm-log-writes (drivers/md/dm-log-writes.c), which qemu's blklogwrites writes.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = 0x6A736677736872
HEAD, ENTRY = struct.Struct("<QQQI"), struct.Struct("<QQQQ")
SECTOR = 512
FLUSH, DISCARD = 1, 4
KEPT_SHARE = 0.5
"""Of what was written after the last flush, the share that reached the card."""


@dataclass(frozen=True, slots=True)
class Write:
    """One entry of the log.

    Attributes:
        at: Where on the card, in octets.
        size: How much, in octets; 0 for a mere flush.
        is_flush: Whether all that came before is on the card for good.
        data: Where in the log its octets are; 0 where it has none.
    """

    at: int
    size: int
    is_flush: bool
    data: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A moment at which the power fails: after a flush, with a part of what came then."""

    kept: int
    some: tuple[Write, ...]


def entries_so_far(log: Path) -> int:
    """Return how many entries a log has, as of its last flush."""
    with log.open("rb") as file:
        magic, _, count, _ = HEAD.unpack(file.read(HEAD.size))
    if magic != MAGIC:
        raise ValueError(f"{log} is no log of writes")
    return int(count)


def read_log(log: Path) -> list[Write]:
    """Read what was written."""
    writes, at = list[Write](), SECTOR
    with log.open("rb") as file:
        for _ in range(entries_so_far(log)):
            file.seek(at)
            sector, sectors, flags, _ = ENTRY.unpack(file.read(ENTRY.size))
            has_data = sectors and not flags & DISCARD
            writes.append(Write(sector * SECTOR, sectors * SECTOR, bool(flags & FLUSH), at + SECTOR if has_data else 0))
            at += SECTOR + (sectors * SECTOR if has_data else 0)
    return writes


def cuts(writes: Sequence[Write], count: int, chance: random.Random) -> list[Cut]:
    """Choose moments for power cuts, the earliest first."""
    flushes = [number for number, write in enumerate(writes) if write.is_flush]
    ends = dict(zip(flushes, [*flushes[1:], len(writes)], strict=True))
    chosen = sorted(chance.choice(flushes) for _ in range(count))
    return [Cut(at + 1, tuple(write for write in writes[at + 1 : ends[at]] if chance.random() < KEPT_SHARE)) for at in chosen]


def outside(writes: Sequence[Write], *areas: tuple[int, int]) -> list[Write]:
    """Return what was written elsewhere than in some areas, each from its first octet to before its last."""
    return [write for write in writes if write.size and not any(begin <= write.at and write.at + write.size <= end for begin, end in areas)]


def apply(writes: Sequence[Write], log: BinaryIO, area: BinaryIO, begin: int, size: int) -> None:
    """Write again what was written in an area of the card."""
    for write in (write for write in writes if write.data and begin <= write.at < begin + size):
        log.seek(write.data)
        area.seek(write.at - begin)
        area.write(log.read(write.size))
    area.flush()


def steps(writes: Sequence[Write], moments: Sequence[Cut]) -> Iterator[tuple[Sequence[Write], Cut]]:
    """Yield for each cut what was written for good since the cut before it."""
    done = 0
    for moment in moments:
        yield writes[done : moment.kept], moment
        done = moment.kept
