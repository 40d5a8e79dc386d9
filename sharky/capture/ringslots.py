"""The kernel's ring of packets as a matrix, a row a slot.

Kernel and reader share the memory. A slot begins with a status word, by which they pass it to each other; a header says how
much of the packet follows, and when it came (Documentation/networking/packet_mmap.rst, TPACKET_V2). What is ready is
copied out in one piece, and the slots go back at once: however long the packets are then looked at, the kernel has its room.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from sharky.capture.packets import Packets, uniform
from sharky.capture.ringclock import PacketClock
from sharky.model.packets import LINKTYPE_ETHERNET, Octets

SLOT_HEADER = np.dtype(
    [
        ("status", "u4"),
        ("length", "u4"),
        ("captured", "u4"),
        ("begin", "u2"),
        ("network", "u2"),
        ("seconds", "u4"),
        ("nanoseconds", "u4"),
        ("tag", "u2"),
        ("tag_type", "u2"),
        ("padding", "u1", 4),
    ]
)
"""struct tpacket2_hdr in <linux/if_packet.h>, in the byte order of the machine."""

SENDER = np.dtype([("family", "u2"), ("protocol", ">u2"), ("interface", "i4"), ("hardware", "u2"), ("direction", "u1"), ("rest", "u1", 9)])
"""struct sockaddr_ll, which follows the header."""

BEFORE_ETHERNET = 66
"""Octets of a slot before the first one of an Ethernet packet: header and sender, so that the IP header stands at a multiple of 16."""

READY, QUEUED, LOSING, HAS_TAG, HAS_TAG_TYPE, IS_MERGED = 1 << 0, 1 << 1, 1 << 2, 1 << 4, 1 << 6, 1 << 8
"""Bits of the status: TP_STATUS_USER, _COPY, _LOSING, _VLAN_VALID, _VLAN_TPID_VALID and _GSO_TCP."""

CUSTOMER_TAG = 0x8100
"""The tag type (IEEE 802.1Q) where the kernel names none."""

DIRECTIONS = ("to_us", "broadcast", "multicast", "to_others", "from_us")
"""PACKET_HOST, _BROADCAST, _MULTICAST, _OTHERHOST and _OUTGOING, by their numbers."""

ADDRESSES, TAG = 12, 4
"""Octets of the two addresses before a tag, and of a tag."""

FEW_SLOTS = 32
"""Looked at first: on a quiet network there are fewer."""


class SlotRing:
    """Slots in memory that is shared with the kernel, read in their order for ever.

    Args:
        memory: uint8, all slots, one behind the other.
        slot_octets: Size of a slot.
    """

    def __init__(self, memory: Octets, slot_octets: int) -> None:
        self.slot_octets = slot_octets
        self._slots = memory.reshape(-1, slot_octets)
        self._status = self._slots[:, :4].view(np.uint32)[:, 0]
        self._head = 0

    def is_ready(self) -> bool:
        """Return whether a packet waits."""
        return bool(self._status[self._head] & READY)

    def take(self, into: Octets, limit: int) -> int:
        """Copy the packets that wait, and give their slots back.

        Args:
            into: uint8, room for `limit` slots.
            limit: How many are taken at most.

        Returns:
            How many were taken.
        """
        count = self._take_run(into, limit)
        if count and self._head == 0 and count < limit:
            count += self._take_run(into[count * self.slot_octets :], limit - count)
        return count

    def _take_run(self, into: Octets, limit: int) -> int:
        """Take packets up to the end of the memory, behind which the ring begins anew."""
        count = self._count(min(FEW_SLOTS, limit))
        if count == FEW_SLOTS:
            count = self._count(self._guess(limit))
        slots = slice(self._head, self._head + count)
        into[: count * self.slot_octets].reshape(count, self.slot_octets)[:] = self._slots[slots]
        self._status[slots] = 0
        self._head = (self._head + count) % len(self._slots)
        return count

    def _guess(self, limit: int) -> int:
        """Return how many of the next slots hold packets, if these follow each other and the first few do; hardly any are looked at.

        Looking at all of them would take their beginnings, megabytes, into this processor's cache: out go the program's own data,
        and the kernel waits for each when it fills them.
        """
        others = self._status[self._head + FEW_SLOTS : self._head + limit]
        return FEW_SLOTS + bisect_left(others, 1, key=lambda status: not status & READY)

    def _count(self, limit: int) -> int:
        is_free = (self._status[self._head : self._head + limit] & READY) == 0
        first = int(is_free.argmax())
        return first if is_free[first] else len(is_free)


class TakenSlots:
    """Slots that were copied out of the ring.

    Attributes:
        is_losing: Whether the kernel says that it had to drop packets.
        merged: How many packets the kernel or the network card has put together from several (generic receive offload).
        directions: (5,) how many packets went which way, by `DIRECTIONS`.
        queued: Which of them the kernel has queued whole as well.
    """

    def __init__(self, buffer: Octets, count: int, slot_octets: int) -> None:
        """Look at slots.

        Args:
            buffer: uint8, the slots, one behind the other.
            count: How many there are; at least one.
            slot_octets: Size of a slot.
        """
        self._buffer = buffer
        self._header = np.ndarray((count,), SLOT_HEADER, buffer, 0, (slot_octets,))
        self._offset = np.arange(count, dtype=np.int64) * slot_octets + self._header["begin"]
        self._captured = self._header["captured"].astype(np.int64)
        self._status = self._header["status"].copy()
        status = int(np.bitwise_or.reduce(self._status))
        sender = np.ndarray((count,), SENDER, buffer, SLOT_HEADER.itemsize, (slot_octets,))
        self.is_losing = bool(status & LOSING)
        self.merged = int(np.count_nonzero(self._status & IS_MERGED)) if status & IS_MERGED else 0
        self.directions: NDArray[np.int64] = np.bincount(sender["direction"], minlength=len(DIRECTIONS))[: len(DIRECTIONS)]
        self._has_tags = bool(status & HAS_TAG)
        self.queued: NDArray[np.intp] = (self._status & QUEUED).nonzero()[0] if status & QUEUED else np.empty(0, np.intp)

    def cut(self) -> int:
        """Return of how many packets only the beginning is there."""
        return int(np.count_nonzero(self._captured < self._header["length"]))

    def begins(self, row: int, octets: memoryview) -> bool:
        """Return whether a packet begins with what its slot holds of it."""
        begin, captured = int(self._offset[row]), int(self._captured[row])
        return self._buffer[begin : begin + captured].tobytes() == octets[:captured]

    def replace(self, rows: NDArray[np.intp], offset: NDArray[np.int64], captured: NDArray[np.int64]) -> None:
        """Let some packets stand elsewhere in the buffer, where more of them is; before each a tag has room."""
        self._offset[rows], self._captured[rows] = offset, captured

    def packets(self, linktype: int, clock: PacketClock) -> Packets:
        """Return the packets, with the tags that the kernel took out of them put back; they stay in the buffer."""
        header, offset, captured = self._header, self._offset, self._captured
        wire_length = header["length"].astype(np.int64)
        time_ns = clock.times(header["seconds"].astype(np.int64) * 1_000_000_000 + header["nanoseconds"])
        if self._has_tags and linktype == LINKTYPE_ETHERNET:
            rows = np.flatnonzero((self._status & HAS_TAG != 0) & (captured >= ADDRESSES))
            self._put_tags_back(rows, offset[rows])
            for column, change in ((offset, -TAG), (captured, TAG), (wire_length, TAG)):
                column[rows] += change
        count = len(offset)
        return Packets(offset, captured, wire_length, time_ns, uniform(linktype, count), uniform(0, count))

    def _put_tags_back(self, rows: NDArray[np.intp], offset: NDArray[np.int64]) -> None:
        """Move the addresses of some packets forward, over the end of what the slot says, and write the tag behind them."""
        tag = np.empty(len(rows), np.dtype([("type", ">u2"), ("control", ">u2")]))
        has_type = self._status[rows] & HAS_TAG_TYPE != 0
        tag["type"] = np.where(has_type, self._header["tag_type"][rows], CUSTOMER_TAG)
        tag["control"] = self._header["tag"][rows]
        addresses = self._buffer[offset[:, None] + np.arange(ADDRESSES)]
        place = offset[:, None] - TAG
        self._buffer[place + np.arange(ADDRESSES)] = addresses
        self._buffer[place + np.arange(ADDRESSES, ADDRESSES + TAG)] = tag.view(np.uint8).reshape(-1, TAG)
