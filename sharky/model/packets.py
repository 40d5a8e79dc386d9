"""Packets as they leave a source: one buffer of octets, and columns that say where each packet lies in it.

Files, streams and the live ring all hand out the same `PacketBatch`, so that nothing behind the source
can tell a replay from a live network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sharky.model.captures import Interface
from sharky.model.counters import Counters

PAD = 256
"""Octets that a batch's buffer holds behind the last packet, so that a header may be gathered before its length is checked."""

SPARE = 4 << 20
"""Octets that the buffer of a file or a ring has behind everything, for datagrams that come in fragments; else they take no memory."""

FIRST_OCTETS = 80
"""Of each packet of a large batch: Ethernet, a tag, IPv6 and TCP have 78."""

LARGE_BATCH = 4096
"""From so many packets on their first octets are worth a copy: of the whole buffer no cache near the processor holds enough."""

LINKTYPE_ETHERNET = 1
"""DLT_EN10MB in the registry of link-layer header types (tcpdump.org/linktypes.html)."""

FOREVER_NS = 1 << 62
"""A packet time that no packet reaches."""

Octets = NDArray[np.uint8]
Offsets = NDArray[np.int64]

_PADDING, _NOTHING, _NOTHING_SHORT = np.zeros(PAD, np.uint8), np.empty(0, np.int64), np.empty(0, np.uint16)
for _column in (_PADDING, _NOTHING, _NOTHING_SHORT):
    _column.setflags(write=False)


@dataclass(frozen=True, slots=True)
class PacketBatch:
    """Some packets in the order in which they were captured; none at all in a tick.

    Attributes:
        buffer: uint8, the octets of all packets and at least `PAD` octets behind the last of them. Not to be written to,
            and valid only until the next batch is asked for: what is kept must be copied.
        offset: (n,) int64, where each packet begins in `buffer`.
        captured: (n,) int64, how many octets of each packet are in `buffer`.
        wire_length: (n,) int64, how many octets each packet had on the wire.
        time_ns: (n,) int64, nanoseconds since 1970 in UTC.
        linktype: (n,) uint16, LINKTYPE_ value of each packet (zero strides where all are alike).
        interface: (n,) uint16, number of the interface in its source (zero strides where all are alike).
        first_number: Number of the first packet, counted from 1 as Wireshark does.
        now_ns: The packet clock at the end of this batch: at least the time of the last packet. A batch without packets is a tick.
        first_octets: (n,) void, the first `FIRST_OCTETS` octets of each packet, or of what stands behind a short one, where the source
            has copied them.
        spare: uint8, the end of `buffer`, behind all packets and `PAD`, which alone may be written to; None where it has none.
        leapt_ns: How far the packet clock leapt ahead of this batch since somebody set the clock, so that nothing grew older by it.
        interface_of: Tells what the source knows of an interface by its number; None where it knows nothing.
        comments_of: Given offsets and captured lengths of packets in `buffer`, tells what somebody noted of them, each with the place
            among these, as long as `buffer` is valid; None where nobody can have noted anything.
    """

    buffer: Octets
    offset: Offsets
    captured: NDArray[np.int64]
    wire_length: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    linktype: NDArray[np.uint16]
    interface: NDArray[np.uint16]
    first_number: int
    now_ns: int
    leapt_ns: int = 0
    first_octets: NDArray[np.void] | None = None
    spare: Octets | None = None
    interface_of: Callable[[int], Interface] | None = None
    comments_of: Callable[[Offsets, NDArray[np.int64]], list[tuple[int, str]]] | None = None

    def __len__(self) -> int:
        return len(self.offset)

    @classmethod
    def tick(cls, now_ns: int, next_number: int, leapt_ns: int = 0) -> PacketBatch:
        """Make a batch that carries no packet and moves the packet clock on.

        >>> len(PacketBatch.tick(now_ns=5, next_number=1))
        0
        """
        return cls(_PADDING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING_SHORT, _NOTHING_SHORT, next_number, now_ns, leapt_ns)


class PacketSource(Protocol):
    """Where packets come from. One thread pulls `batches` until they end; `close` may be called from another thread."""

    counters: Counters

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out batches in the order of capture until the source ends or is closed."""

    def close(self) -> None:
        """Release files and sockets; `batches` ends soon after."""
