"""The format of Wireshark: a chain of blocks, of which some carry packets (draft-ietf-opsawg-pcapng)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chain import Layout, Positions, rounded_up
from sharky.capture.chunk import Chunk
from sharky.capture.damage import DamageError, Findings
from sharky.capture.interfaces import MAXIMUM_INTERFACES, Interfaces
from sharky.capture.options import Odd, read_options
from sharky.capture.packetblocks import (
    ENHANCED,
    HEADER,
    OBSOLETE,
    SIMPLE,
    Fields,
    Words,
    keep_sound,
    limit_simple,
    number_anew,
    read_fields,
)
from sharky.capture.packets import NO_SNAPLEN, Records, uniform
from sharky.capture.scopes import Scopes
from sharky.capture.texts import OF_SECTION, Texts
from sharky.model.captures import Interface, Section
from sharky.tables.strides import Voids

SECTION, INTERFACE = 0x0A0D0D0A, 1
SECTION_MAGIC = b"\n\r\r\n"
"""The type of a section's header is the same in both byte orders; what follows its length tells which it is."""
BYTE_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}

SECTION_HEADER = 24
"""Octets of a section's header before its options."""

BLOCK = 12
"""Octets of a block around its body: type and length before it, the length once more behind it."""

MINIMUM_BLOCK = {SECTION: 28, INTERFACE: 20, OBSOLETE: 32, SIMPLE: 16, ENHANCED: 32}
LOWEST_LENGTH = np.array([MINIMUM_BLOCK.get(kind, BLOCK) for kind in range(8)])
"""The same as a table, its last row for all greater types."""

MAXIMUM_TURNS = 1000
"""Each change of byte order begins a new walk; real files have none or one, and a file made of them would take hours."""

MAXIMUM_HELD = 129 << 20
"""The largest packet of any link type, and its options; other blocks are passed over without being held."""

PASSED_OVER = {
    4: "name_resolution_blocks",
    5: "statistics_blocks",
    9: "journal_blocks",
    10: "secrets_blocks",
    0xBAD: "custom_blocks",
    0x40000BAD: "custom_blocks",
}
"""Blocks without a packet are counted by kind; those that are not listed as `unknown_blocks`."""

_PATTERNS = {
    "<": re.compile(rb"\x06\0\0\0..[\0-\x04]\0..\0\0.{8}..[\0-\x04]\0..[\0-\x04]\0", re.DOTALL),
    ">": re.compile(rb"\0\0\0\x06\0[\0-\x04]..\0\0...{8}\0[\0-\x04]..\0[\0-\x04]..", re.DOTALL),
}
"""What an enhanced packet block looks like: its type, then small lengths and a small interface number."""


class Pcapng:
    """A pcapng file: sections of either byte order, each with its own interfaces."""

    kind = "pcapng"

    def __init__(self, header: bytes, findings: Findings) -> None:
        """Begin a file.

        Args:
            header: At least the first 12 octets.
            findings: Where what is passed over is counted.
        """
        self._findings = findings
        self._texts = Texts()
        self._interfaces = Interfaces(self._texts)
        self._sections: list[Section] = []
        self._last_ns = 0
        self._turns = 0
        self.layout: Layout
        self._turn(section_order(header))
        self.first = 0
        self.resume_at: int | None = None

    def interfaces(self) -> list[Interface]:
        """Return those of all sections up to now."""
        return self._interfaces.declared()

    def interface(self, number: int) -> Interface:
        """Return one of them."""
        return self._interfaces.one(number)

    def sections(self) -> list[Section]:
        """Return those that have begun."""
        return self._sections

    @staticmethod
    def recognises(header: bytes) -> bool:
        """Return whether a file that begins so is a pcapng file."""
        return header[:4] == SECTION_MAGIC and bool(section_order(header))

    def packets(self, chunk: Chunk, positions: Positions) -> Iterator[Records]:
        """Read the blocks at `positions` (see `Format`)."""
        self.resume_at = None
        octets, first = chunk.gather_with_first(positions, HEADER, HEADER)
        words = octets.view(f"{self._order}u4")
        sound = self._count_sound(chunk, positions, words)
        if self.layout.rounds_up:
            words[:, 1] = rounded_up(words[:, 1])
        scopes = Scopes(self._interfaces)
        stop, damaged = self._read_control(chunk, positions[:sound], words[:sound, 0], scopes)
        yield from self._read_packets(chunk, positions[:stop], words[:stop], scopes, None if first is None else first[:stop])
        if damaged:
            raise damaged
        if stop == sound < len(positions):
            self._doubt(chunk, int(positions[sound]), int(words[sound, 1]))

    def _doubt(self, chunk: Chunk, position: int, length: int) -> None:
        """Round lengths up from here on where that may be what is wrong with a block; else say what is."""
        self.length(chunk, position)
        if not length % 4 or self.layout.rounds_up:
            raise DamageError(position, "the lengths at both ends of a block differ")
        self.layout = replace(self.layout, rounds_up=True)
        self.resume_at = position

    def length(self, chunk: Chunk, position: int) -> int:
        """Return the length of the block at `position` with what fills it up (see `Format`)."""
        head = chunk.memory[position : position + BLOCK].tobytes()
        order = section_order(head) if head[:4] == SECTION_MAGIC else self._order
        if not order:
            raise DamageError(position, "a section does not tell its byte order")
        kind, length = struct.unpack_from(order + "II", head)
        longest = MAXIMUM_HELD if kind in MINIMUM_BLOCK else 0xFFFFFFFF
        whole = rounded_up(int(length))
        if not MINIMUM_BLOCK.get(kind, BLOCK) <= whole <= longest:
            raise DamageError(position, f"a block of type {kind} claims {length:,} octets", "" if length else "zero_length_blocks")
        return whole

    def is_needed(self, chunk: Chunk, position: int) -> bool:
        """Return whether the block carries a packet or says how packets are to be read."""
        kind: int = struct.unpack_from(self._order + "I", chunk.memory, position)[0]
        return kind in MINIMUM_BLOCK

    def _turn(self, order: str, *, rounds_up: bool = False) -> None:
        self._order = order
        self.layout = Layout(order, length_at=4, added=0, header=BLOCK, pattern=_PATTERNS[order], rounds_up=rounds_up)

    def _count_sound(self, chunk: Chunk, positions: Positions, words: Words) -> int:
        """Return how many blocks stand before the first whose lengths cannot be; sections are looked at later."""
        kinds, lengths = words[:, 0], words[:, 1]
        everywhere = chunk.words(self._order)
        whole = rounded_up(lengths) if self.layout.rounds_up else lengths
        repeated = everywhere[np.minimum(positions + np.maximum(whole, BLOCK) - 4, len(everywhere) - 1)]
        is_sound = (repeated == lengths) & (whole >= LOWEST_LENGTH.take(np.minimum(kinds, len(LOWEST_LENGTH) - 1)))
        is_sound |= kinds == SECTION
        is_sound &= whole & 3 == 0
        return len(kinds) if is_sound.all() else int(is_sound.argmin())

    def _begin_section(self, chunk: Chunk, position: int) -> bool:
        """Read a section's header; false where the blocks behind it have to be walked again, in another byte order."""
        length = self.length(chunk, position)
        order = section_order(chunk.memory[position : position + BLOCK].tobytes())
        if order != self._order:
            self._turns += 1
            if self._turns > MAXIMUM_TURNS:
                raise DamageError(position, f"the byte order has changed {MAXIMUM_TURNS:,} times")
            self._turn(order, rounds_up=self.layout.rounds_up)
            self.resume_at = position
            return False
        if rounded_up(int(chunk.words(order)[position + length - 4])) != length:
            raise DamageError(position, "the lengths at both ends of a section's header differ")
        major: int = struct.unpack_from(f"{order}H", chunk.memory, position + 12)[0]
        if major != 1:
            raise DamageError(position, f"a section has version {major} of the format, which is not known")
        if len(self._sections) == MAXIMUM_INTERFACES:
            raise DamageError(position, f"there are more than {MAXIMUM_INTERFACES:,} sections")
        options, odd = read_options(chunk.memory[position + SECTION_HEADER : position + length - 4], order)
        texts, forgotten = self._texts.found(options, OF_SECTION)
        self._note(odd + forgotten, chunk, position)
        self._sections.append(Section(**texts))
        self._interfaces.begin_section()
        return True

    def _declare(self, chunk: Chunk, position: int) -> None:
        length = self.length(chunk, position)
        try:
            odd = self._interfaces.declare(chunk.memory[position + 8 : position + length - 4], self._order)
        except ValueError as trouble:
            raise DamageError(position, str(trouble)) from None
        self._note(odd, chunk, position)

    def _note(self, odd: Sequence[Odd], chunk: Chunk, position: int) -> None:
        for counter, reason in odd:
            self._findings.note(counter, chunk.place(position), reason)

    def _read_control(
        self, chunk: Chunk, positions: Positions, kinds: NDArray[np.uint32], scopes: Scopes
    ) -> tuple[int, DamageError | None]:
        """Read the blocks that say how packets are to be read, and note what holds behind each.

        Returns:
            How many blocks can be read now, and what is wrong with the next; None where nothing is.
        """
        for row in np.flatnonzero((kinds == SECTION) | (kinds == INTERFACE)).tolist():
            try:
                if kinds[row] == INTERFACE:
                    self._declare(chunk, int(positions[row]))
                elif not self._begin_section(chunk, int(positions[row])):
                    return row, None
            except DamageError as damaged:
                return row, damaged
            scopes.add(row, self._interfaces)
        return len(kinds), None

    def _read_packets(
        self, chunk: Chunk, positions: Positions, words: Words, scopes: Scopes, first_octets: Voids | None
    ) -> Iterator[Records]:
        """Read the packets among some blocks, whose interfaces are declared; `first_octets` are of those in enhanced blocks."""
        kinds = words[:, 0]
        rows = np.arange(len(kinds))
        if not (kinds == ENHANCED).all():
            is_packet = (kinds == ENHANCED) | (kinds == SIMPLE) | (kinds == OBSOLETE)
            self._count_others(kinds[~is_packet & (kinds != SECTION) & (kinds != INTERFACE)])
            positions, words, rows = positions[is_packet], words[is_packet], rows[is_packet]
            first_octets = None if first_octets is None else first_octets[is_packet]
        if not len(positions):
            return
        fields = read_fields(self._order, positions, words)
        number_anew(fields, *scopes.of(rows))
        limit_simple(fields, self._interfaces.snaplen)
        fields = keep_sound(fields, self._interfaces.linktype, chunk, self._findings)
        if len(fields):
            is_whole = first_octets is not None and len(fields) == len(first_octets) and not fields.is_simple.any()
            yield self._columns(fields, first_octets if is_whole else None)

    def _count_others(self, kinds: NDArray[np.uint32]) -> None:
        for kind, count in zip(*np.unique(kinds, return_counts=True), strict=True):
            self._findings.counters[PASSED_OVER.get(int(kind), "unknown_blocks")] += int(count)

    def _columns(self, fields: Fields, first_octets: Voids | None) -> Records:
        interface = fields.interface
        time_ns = self._interfaces.time_ns(interface, fields.stamp)
        if fields.is_simple.any():  # A simple block has no time: it takes that of the packet before it.
            timed = np.maximum.accumulate(np.where(fields.is_simple, -1, np.arange(len(fields))))
            time_ns = np.where(timed < 0, self._last_ns, time_ns[timed])
        self._last_ns = int(time_ns[-1])
        linktype = self._interfaces.linktype
        low = int(interface.min())
        is_one = low == int(interface.max())
        snaplen = self._interfaces.snaplen
        return Records(
            fields.offset,
            fields.captured,
            fields.wire_length,
            time_ns,
            uniform(int(linktype[low]), len(fields)) if is_one else linktype[interface],
            uniform(low, len(fields)) if is_one else interface.astype(np.uint16),
            fields.position,
            (int(snaplen[low]) or NO_SNAPLEN) if is_one else np.where(snaplen[interface] > 0, snaplen[interface], NO_SNAPLEN),
            first_octets,
        )


def section_order(header: bytes) -> str:
    """Return the byte order that a section's header tells, "<" or ">", or nothing where it tells none.

    >>> section_order(bytes.fromhex("0a0d0d0a 0000001c 1a2b3c4d"))
    '>'
    """
    return BYTE_ORDERS.get(header[8:12], "")
