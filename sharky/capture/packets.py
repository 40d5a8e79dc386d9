"""What every format makes of its records: columns that still stand in the chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chain import Layout, Positions
from sharky.capture.chunk import Chunk
from sharky.model.captures import Interface, Section
from sharky.model.packets import Offsets
from sharky.tables.strides import Voids

BATCH_PACKETS = 32_768
"""Each call of numpy costs a microsecond besides its work, and a batch some hundreds of calls: 4,096 packets cost half as much again."""

MAXIMUM_PACKET = 262_144
"""The largest packet that libpcap and Wireshark read (MAXIMUM_SNAPLEN, WTAP_MAX_PACKET_SIZE_STANDARD)."""

LARGER_PACKETS: dict[int, int] = {231: 128 << 20, 249: 128 << 20, 279: (8 << 20) + 4}
"""LINKTYPE_DBUS, _USBPCAP and _EBHSCR carry more, and Wireshark reads it."""

MAXIMUM_CLAIM = 8 << 20
"""Where a record without a second length claims more, its length is not believed."""

NO_SNAPLEN = 1 << 32
"""More than any packet has."""

_UNIFORM = {value: np.broadcast_to(np.uint16(value), (BATCH_PACKETS,)) for value in (0, 1)}


@dataclass(frozen=True, slots=True)
class Packets:
    """Packets of one chunk; columns as in `PacketBatch`."""

    offset: Offsets
    captured: NDArray[np.int64]
    wire_length: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    linktype: NDArray[np.uint16]
    interface: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.offset)


@dataclass(frozen=True, slots=True)
class Records(Packets):
    """The same of a file.

    Attributes:
        position: (n,) where the record of each packet begins.
        snaplen: How many octets of a packet are captured at most, as the file says; one number for all, or (n,).
        first_octets: As in `PacketBatch`.
    """

    position: Offsets
    snaplen: NDArray[np.int64] | int
    first_octets: Voids | None = None


class Format(Protocol):
    """A kind of capture file.

    Attributes:
        kind: What Wireshark calls it.
        layout: How its records are chained; may change behind a record.
        first: How many octets of file header come before the first record.
        resume_at: Where the last call of `packets` stopped because the layout changes there; None where it read all.
    """

    kind: str
    layout: Layout
    first: int
    resume_at: int | None

    def interfaces(self) -> list[Interface]:
        """Return the interfaces that are declared up to now, by their numbers."""

    def interface(self, number: int) -> Interface:
        """Return one of them."""

    def sections(self) -> list[Section]:
        """Return what is known of who wrote the parts that have begun."""

    def packets(self, chunk: Chunk, positions: Positions) -> Iterator[Records]:
        """Read the records at `positions`, all of which are in the chunk with their whole length.

        Raises:
            DamageError: Behind the packets that stand before the damage.
        """

    def length(self, chunk: Chunk, position: int) -> int:
        """Return the length of the record at `position`, of which only `layout.header` octets need be there.

        Raises:
            DamageError: Where it cannot be as long as it says.
        """

    def is_needed(self, chunk: Chunk, position: int) -> bool:
        """Return whether the record at `position` must be held to be read; others may be passed over."""


def uniform(value: int, count: int) -> NDArray[np.uint16]:
    """Return a column that holds the same value in each row, without memory of its own."""
    column = _UNIFORM.get(value)
    if column is None or count > BATCH_PACKETS:
        return np.broadcast_to(np.uint16(value), (count,))
    return column[:count]
