"""The three kinds of pcapng block that carry a packet, read as columns (draft-ietf-opsawg-pcapng section 4.3, 4.4, appendix A)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.capture.damage import DamageError
from sharky.capture.interfaces import Interfaces
from sharky.capture.packets import LARGER_PACKETS, MAXIMUM_PACKET
from sharky.capture.walk import Positions

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
        interface: (n,) number of the interface in its section.
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


def limit_simple(fields: Fields, interfaces: Interfaces) -> None:
    """Cut what simple blocks claim at the snaplen of the section's first interface: they do not say how much was captured."""
    snaplen = int(interfaces.snaplen[interfaces.first]) if len(interfaces) else 0
    if snaplen:
        np.minimum(fields.captured, snaplen, out=fields.captured, where=fields.is_simple)


def count_sound(fields: Fields, interfaces: Interfaces) -> int:
    """Return how many blocks stand before the first that contradicts itself."""
    is_bad = (fields.captured > fields.room) | (fields.interface >= len(interfaces))
    if fields.captured.max() > MAXIMUM_PACKET and not is_bad.any():
        is_bad = fields.captured > _limits(fields, interfaces)
    return int(is_bad.argmax()) if is_bad.any() else len(is_bad)


def _limits(fields: Fields, interfaces: Interfaces) -> Column:
    linktypes = interfaces.linktype[fields.interface + interfaces.first].tolist()
    return np.array([LARGER_PACKETS.get(linktype, MAXIMUM_PACKET) for linktype in linktypes], np.int64)


def damage(fields: Fields, row: int, interfaces: Interfaces) -> DamageError:
    """Say what is wrong with one block."""
    position, captured, interface = int(fields.position[row]), int(fields.captured[row]), int(fields.interface[row])
    if interface >= len(interfaces):
        return DamageError(
            position, f"a packet names interface {interface}, of {len(interfaces)} that are declared", "undeclared_interfaces"
        )
    if captured > fields.room[row]:
        return DamageError(position, f"a packet claims {captured:,} octets, and its block has room for {max(0, int(fields.room[row])):,}")
    return DamageError(position, f"a packet claims {captured:,} octets, and none has more than {MAXIMUM_PACKET:,}", "oversized_packets")
