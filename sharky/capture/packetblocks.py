"""The three kinds of pcapng block that carry a packet, read as columns (draft-ietf-opsawg-pcapng section 4.3, 4.4, appendix A)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chain import Positions
from sharky.capture.chunk import Chunk
from sharky.capture.damage import Findings
from sharky.capture.packets import LARGER_PACKETS, MAXIMUM_PACKET
from sharky.capture.scopes import Known

OBSOLETE, SIMPLE, ENHANCED = 2, 3, 6

HEADER = 28
"""Octets before the packet in an enhanced and in an obsolete block; a simple block has only `SIMPLE_HEADER`."""
SIMPLE_HEADER = 12
TRAILER = 4

Column = NDArray[np.int64]
Words = NDArray[np.uint32]


@dataclass(slots=True)
class Fields:
    """What n packet blocks say, unchecked.

    Attributes:
        position: (n,) where each block begins in the chunk.
        offset: (n,) where its packet begins.
        room: (n,) octets between there and the block's end.
        captured, wire_length: (n,) as in `PacketBatch`.
        interface: (n,) number of the interface, in its section to begin with (see `number_anew`).
        stamp: (n,) uint64, time in the interface's units.
        is_simple: (n,) bool, whether the block has no time.
    """

    position: Positions
    offset: Positions
    room: Column
    captured: Column
    wire_length: Column
    interface: Column
    stamp: NDArray[np.uint64]
    is_simple: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.position)

    def where(self, is_kept: NDArray[np.bool_]) -> Fields:
        """Return some of them."""
        return Fields(*(getattr(self, name)[is_kept] for name in self.__slots__))


def read_fields(order: str, positions: Positions, words: Words) -> Fields:
    """Read blocks of the three kinds.

    Args:
        order: Byte order of the section.
        positions: (n,) where each block begins.
        words: (n, 7) uint32, its first `HEADER` octets.
    """
    kinds, lengths = words[:, 0], words[:, 1].astype(np.int64)
    fields = Fields(
        positions,
        positions + HEADER,
        lengths - (HEADER + TRAILER),
        words[:, 5].astype(np.int64),
        words[:, 6].astype(np.int64),
        words[:, 2].astype(np.int64),
        (words[:, 3].astype(np.uint64) << np.uint64(32)) | words[:, 4],
        kinds == SIMPLE,
    )
    obsolete = np.flatnonzero(kinds == OBSOLETE)
    if len(obsolete):  # 16 bits of interface, 16 bits of drops.
        fields.interface[obsolete] = fields.interface[obsolete] & 0xFFFF if order == "<" else fields.interface[obsolete] >> 16
    simple = np.flatnonzero(fields.is_simple)
    if len(simple):
        fields.offset[simple] = positions[simple] + SIMPLE_HEADER
        fields.room[simple] = lengths[simple] - (SIMPLE_HEADER + TRAILER)
        fields.captured[simple] = fields.wire_length[simple] = words[simple, 2]
        fields.interface[simple] = 0
    return fields


def number_anew(fields: Fields, first: Known, known: Known) -> None:
    """Number interfaces through all sections of a file instead of one; what a section has not declared becomes less than 0.

    Args:
        fields: All.
        first: Number of the first interface of a packet's section.
        known: How many interfaces the section has declared up to there.
    """
    numbers = fields.interface
    is_undeclared = numbers >= known
    fields.interface = np.where(is_undeclared, ~numbers, numbers + first) if is_undeclared.any() else numbers + first


def limit_simple(fields: Fields, snaplen: Column) -> None:
    """Cut what simple blocks claim at the snaplen of their interface: they do not say how much was captured."""
    rows = np.flatnonzero(fields.is_simple & (fields.interface >= 0)) if fields.is_simple.any() else ()
    if len(rows):
        most = snaplen[fields.interface[rows]]
        fields.captured[rows] = np.where(most > 0, np.minimum(fields.captured[rows], most), fields.captured[rows])


def keep_sound(fields: Fields, linktype: NDArray[np.uint16], chunk: Chunk, findings: Findings) -> Fields:
    """Return the packets that can be read; of the others tell what is wrong with them."""
    if (fields.interface >= 0).all() and (fields.captured <= fields.room).all() and fields.captured.max() <= MAXIMUM_PACKET:
        return fields
    for fault in (_undeclared, _beyond_block, _oversized):
        counter, bad, reason = fault(fields, linktype)
        if bad.any():
            row = int(bad.argmax())
            findings.skip(counter, chunk.place(int(fields.position[row])), reason(row), int(np.count_nonzero(bad)))
            fields = fields.where(~bad)
    return fields


Fault = tuple[str, NDArray[np.bool_], Callable[[int], str]]
"""What keeps packets from being read: the counter, of which packets it is true, and what is said of one of them."""


def _undeclared(fields: Fields, _: NDArray[np.uint16]) -> Fault:
    interface = fields.interface
    says = "a packet names interface {:,}, which its section does not declare"
    return "undeclared_interfaces", interface < 0, lambda row: says.format(~int(interface[row]))


def _beyond_block(fields: Fields, _: NDArray[np.uint16]) -> Fault:
    captured, room = fields.captured, fields.room
    says = "a packet claims {:,} octets, and its block has room for {:,}"
    return "beyond_block", captured > room, lambda row: says.format(captured[row], max(0, room[row]))


def _oversized(fields: Fields, linktype: NDArray[np.uint16]) -> Fault:
    captured, limits = fields.captured, np.full(len(fields), MAXIMUM_PACKET)
    rows = np.flatnonzero(captured > MAXIMUM_PACKET)
    limits[rows] = [LARGER_PACKETS.get(value, MAXIMUM_PACKET) for value in linktype[fields.interface[rows]].tolist()]
    says = "a packet claims {:,} octets, and none has more than {:,}"
    return "oversized_packets", captured > limits, lambda row: says.format(captured[row], limits[row])
