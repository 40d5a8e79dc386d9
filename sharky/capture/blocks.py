"""Blocks of a pcapng section, little-endian and in nanoseconds (draft-ietf-opsawg-pcapng)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from sharky.capture.interfaces import IF_FCSLEN, IF_TSRESOL
from sharky.capture.packetblocks import ENHANCED, HEADER, TRAILER
from sharky.capture.pcapng import INTERFACE, SECTION
from sharky.capture.texts import options_of
from sharky.model.captures import UNTOLD, Interface
from sharky.model.packets import Octets, PacketBatch

NANOSECONDS = 9
NAMES = 4
IPV4, IPV6 = 1, 2
"""Kinds of records in a name resolution block."""

MAPPED = bytes(10) + b"\xff\xff"
"""What an IPv4 address begins with where it is written as an IPv6 address (RFC 4291 section 2.5.5.2)."""

LONGEST_NAME = 255


class Section:
    """The blocks of one section, whose interfaces are declared as packets need them."""

    def __init__(self, interface: Callable[[int], Interface] | None = None) -> None:
        """Begin with none.

        Args:
            interface: Tells what is known of the interface that packets name by a number; None where nothing is.
        """
        self._interface = interface
        self._numbers: dict[tuple[int, int], int] = {}

    def begin(self) -> bytes:
        """Return the block with which a section begins, and forget the interfaces of the last one."""
        self._numbers.clear()
        return _block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))

    def packets(self, batch: PacketBatch, rows: NDArray[np.intp]) -> bytes:
        """Return those of a batch's packets that `rows` names, at least one, with the interfaces that are new."""
        declared = self._declare(batch.interface[rows], batch.linktype[rows])
        pairs = _pairs(batch.interface[rows], batch.linktype[rows])
        values, places = np.unique(pairs, return_inverse=True)
        numbers = np.array([self._numbers[value >> 16, value & 0xFFFF] for value in values.tolist()])[places]
        return declared + _enhanced_blocks(batch, rows, numbers).tobytes()

    def _declare(self, interface: NDArray[np.uint16], linktype: NDArray[np.uint16]) -> bytes:
        blocks = b""
        for value in np.unique(_pairs(interface, linktype)).tolist():
            pair = value >> 16, value & 0xFFFF
            if pair not in self._numbers:
                self._numbers[pair] = len(self._numbers)
                blocks += self._described(*pair)
        return blocks

    def _described(self, number: int, linktype: int) -> bytes:
        """Return an interface description block."""
        snaplen, told = 0, b""
        if self._interface:
            known = self._interface(number)
            snaplen, told = known.snaplen, options_of(known)
            if known.check_octets != UNTOLD:
                told += struct.pack("<HHB3x", IF_FCSLEN, 1, known.check_octets)
        resolution = struct.pack("<HHB3xI", IF_TSRESOL, 1, NANOSECONDS, 0)
        return _block(INTERFACE, struct.pack("<HHI", linktype, 0, snaplen) + told + resolution)


def names_block(names: Iterable[tuple[bytes, str]]) -> bytes:
    """Return a name resolution block; nothing where there are no names.

    Args:
        names: Addresses of 16 octets, IPv4 addresses mapped into IPv6, and their names.
    """
    records = b"".join(_name_record(address, name) for address, name in names)
    return _block(NAMES, records + bytes(4)) if records else b""


def _name_record(address: bytes, name: str) -> bytes:
    text = name.encode("utf-8", "replace").replace(b"\0", b"?")[:LONGEST_NAME] + b"\0"
    kind, octets = (IPV4, address[12:]) if address.startswith(MAPPED) else (IPV6, address)
    value = octets + text
    return struct.pack("<HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _pairs(interface: NDArray[np.uint16], linktype: NDArray[np.uint16]) -> NDArray[np.int64]:
    return interface.astype(np.int64) << 16 | linktype


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def _enhanced_blocks(batch: PacketBatch, rows: NDArray[np.intp], numbers: NDArray[np.int64]) -> Octets:
    """Return the packets of `rows` as enhanced packet blocks."""
    captured, offset = batch.captured[rows], batch.offset[rows]
    stamp = np.maximum(batch.time_ns[rows], 0)
    lengths = HEADER + ((captured + 3) & ~3) + TRAILER
    ends = np.cumsum(lengths)
    starts = ends - lengths
    octets = np.zeros(int(ends[-1]), np.uint8)
    words = octets.view("<u4")
    fields = (ENHANCED, lengths, numbers, stamp >> 32, stamp & 0xFFFFFFFF, captured, batch.wire_length[rows])
    for place, field in enumerate(fields):
        words[(starts >> 2) + place] = field
    words[(ends >> 2) - 1] = lengths
    target, source = octets.data, batch.buffer.data
    for to, start, count in zip((starts + HEADER).tolist(), offset.tolist(), captured.tolist(), strict=True):
        target[to : to + count] = source[start : start + count]
    return octets
