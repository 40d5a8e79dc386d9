"""Slots as the kernel writes them, into memory that a ring reads: the kernel's side of the ring, without a kernel."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.capture.ringslots import QUEUED, READY

SLOT, FIRST_OCTET = 256, 66


@dataclass
class Arrival:
    """A packet as the kernel hands it over; `tag` and `tag_type` are what it has taken out."""

    octets: bytes
    time_ns: int = 1_700_000_000_000_000_000
    status: int = 0
    wire_length: int = 0
    tag: int = 0
    tag_type: int = 0
    direction: int = 0
    begin: int = FIRST_OCTET


def slot(arrival: Arrival, size: int = SLOT) -> bytes:
    seconds, nanoseconds = divmod(arrival.time_ns, 1_000_000_000)
    captured = arrival.octets[: size - arrival.begin]
    header = struct.pack(
        "=IIIHHIIHH4x",
        READY | arrival.status,
        arrival.wire_length or len(arrival.octets),
        len(captured),
        arrival.begin,
        arrival.begin + 14,
        seconds,
        nanoseconds,
        arrival.tag,
        arrival.tag_type,
    )
    sender = struct.pack("=H2siHBB8x", 17, b"\x08\x00", 2, 1, arrival.direction, 6)
    return (header + sender).ljust(arrival.begin, b"\xee") + captured.ljust(size - arrival.begin, b"\xee")


class KernelSide:
    """Fills slots in their order, and drops what finds the next one taken."""

    def __init__(self, slots: int = 64, size: int = SLOT) -> None:
        self.memory: NDArray[np.uint8] = np.zeros(slots * size, np.uint8)
        self.dropped = 0
        self.queue: list[bytes] = []
        self._slots = self.memory.reshape(slots, size)
        self._next = 0

    def receive(self, *arrivals: Arrival) -> None:
        for arrival in arrivals:
            row = self._slots[self._next]
            if row[:4].view(np.uint32)[0] & READY:
                self.dropped += 1
                continue
            row[:] = np.frombuffer(slot(arrival, len(row)), np.uint8)
            if arrival.status & QUEUED:
                self.queue.append(arrival.octets)
            self._next = (self._next + 1) % len(self._slots)
