"""What a capture file is, without a look into its packets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from sharky.capture.linktypes import linktype_name
from sharky.model.captures import Interface, Section
from sharky.model.errors import Problem
from sharky.model.packets import PacketBatch
from sharky.model.pseudo_headers import octets_before
from sharky.tables import Accumulator

MIXED, NONE = "per-packet", "unknown"
HASHES = ("sha256", "sha1")
"""The two of those that capinfos tells which every OpenSSL has."""


@dataclass(slots=True)
class PacketSums:
    """What the packets of a file add up to.

    Attributes:
        packets, bytes: How many, and how many octets they had on the wire.
        captured: How many of these octets are in the file.
        first_ns, last_ns: Earliest and latest packet time; 0 without packets.
        is_in_order: Whether no packet is older than the one before it.
        shortest_cut, longest_cut: Fewest and most octets that are captured of a packet that had more; 0 where all are whole.
        by_interface: The same by the number of the interface.
    """

    packets: int = 0
    bytes: int = 0
    captured: int = 0
    first_ns: int = 0
    last_ns: int = 0
    is_in_order: bool = True
    shortest_cut: int = 0
    longest_cut: int = 0
    by_interface: Accumulator = field(default_factory=Accumulator)
    _before_ns: int = np.iinfo(np.int64).min

    def add(self, batch: PacketBatch) -> None:
        """Add a batch."""
        if not len(batch):
            return
        self._add_times(batch.time_ns)
        self.packets += len(batch)
        before = int(octets_before(batch.linktype).sum())
        self.bytes += int(batch.wire_length.sum()) - before
        self.captured += int(batch.captured.sum()) - before
        self.by_interface.add(batch.interface.astype(np.int64), batch.wire_length)
        self._add_cuts(batch.captured[batch.captured < batch.wire_length])

    def _add_times(self, time_ns: NDArray[np.int64]) -> None:
        low, high = int(time_ns.min()), int(time_ns.max())
        self.first_ns = min(self.first_ns, low) if self.packets else low
        self.last_ns = max(self.last_ns, high) if self.packets else high
        self.is_in_order &= self._before_ns <= int(time_ns[0]) and bool((time_ns[1:] >= time_ns[:-1]).all())
        self._before_ns = int(time_ns[-1])

    def _add_cuts(self, lengths: NDArray[np.int64]) -> None:
        if len(lengths):
            self.shortest_cut = min(int(lengths.min()), self.shortest_cut or int(lengths.min()))
            self.longest_cut = max(int(lengths.max()), self.longest_cut)


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """What is known of one file.

    Attributes:
        name: As it was given.
        kind: What Wireshark calls its format.
        packing: How it is compressed; empty where it is not.
        encapsulation: What Wireshark calls the link type of all its interfaces; `MIXED` where they differ, `NONE` without any.
        file_octets: How large it is; 0 for a pipe.
        sums: Of its packets.
        sections: Who wrote its parts; none where the format does not tell.
        interfaces: Each with how many packets it has.
        hashes: Of the file as it lies there, by the name of the algorithm; none unless they are wanted.
        problems: Where the file is damaged.
        counters: What was damaged or passed over.
    """

    name: str
    kind: str
    packing: str
    encapsulation: str
    file_octets: int
    sums: PacketSums
    sections: tuple[Section, ...]
    interfaces: tuple[tuple[Interface, int], ...]
    hashes: dict[str, str]
    problems: tuple[Problem, ...]
    counters: dict[str, int]


def examine(path: Path, progress: Callable[[float], None], hashes: Sequence[str] = ()) -> CaptureFacts:
    """Read a file from its beginning to its end.

    Args:
        path: Its name.
        progress: Is told which part has been read.
        hashes: Which are wanted of the file, such as `HASHES`; a pipe has none.

    Raises:
        CaptureError: Where it cannot be read at all.
    """
    capture, sums = CaptureFile(path, Losses(), is_mapped=True), PacketSums()
    for batch in capture.batches():
        sums.add(batch)
        progress(capture.progress())
    capture.close()
    interfaces = capture.format.interfaces()
    names = {linktype_name(interface.linktype) for interface in interfaces}
    packets = sums.by_interface.packets(len(interfaces)).tolist()
    return CaptureFacts(
        name=capture.name,
        kind=capture.format.kind,
        packing=capture.packing,
        encapsulation=MIXED if len(names) > 1 else next(iter(names), NONE),
        file_octets=capture.octets,
        sums=sums,
        sections=tuple(capture.format.sections()),
        interfaces=tuple(zip(interfaces, packets, strict=True)),
        hashes={name: _hash(path, name) for name in hashes} if path.is_file() else {},
        problems=tuple(capture.problems),
        counters=dict(+capture.counters),
    )


def _hash(path: Path, name: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, name).hexdigest()
