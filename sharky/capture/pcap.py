"""The format of libpcap: a file header, then records of a 16-octet header and a packet (draft-ietf-opsawg-pcap)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sharky.capture.blanks import MOST_BLANK, Blanks
from sharky.capture.chain import Layout, Positions
from sharky.capture.chunk import Chunk
from sharky.capture.damage import DamageError, Findings
from sharky.capture.packets import LARGER_PACKETS, MAXIMUM_CLAIM, MAXIMUM_PACKET, NO_SNAPLEN, Records, uniform
from sharky.model.captures import UNTOLD, Interface, Section
from sharky.tables.strides import Voids

FILE_HEADER = 24

PCAP, MODIFIED = 0xA1B2C3D4, 0xA1B2CD34
MAGICS = {
    PCAP: ("pcap", 16, 1000, FILE_HEADER),
    0xA1B23C4D: ("nsecpcap", 16, 1, FILE_HEADER),
    MODIFIED: ("modpcap", 24, 1000, FILE_HEADER),
    0x1C0001AC: ("pcap", 16, 1000, FILE_HEADER + 4),
    0x1C0001AB: ("pcap", 16, 1000, FILE_HEADER + 4),
}
"""The name, octets of a record's header, nanoseconds in a unit of its time, and where the first record stands.

The third is Alexey Kuznetzov's modified format, the last two are Ixia's, which say behind the header how much follows.
"""

VARIANTS = {PCAP: {"pcap": 16, "rh6_1pcap": 24, "nokiapcap": 20}, MODIFIED: {"modpcap": 24, "suse6_3pcap": 28}}
"""Octets of a record's header by the name of the format, the usual one first: Red Hat 6.1, Nokia's firewalls and SuSE 6.3, which has a
later modification of Kuznetzov's, say nowhere that it is theirs."""

HEAD = 4096
"""By so many octets a format is recognised."""

MOST_TRIED, MOST_WIRE = 3, 128 << 20
"""Usual records that have to be sound, and the longest packet that is believed on the wire; as Wireshark has it (wiretap, libpcap.c)."""

SECOND_NS = 1_000_000_000

TELLS_CHECK, CHECK_AT, CHECK_UNIT = 0x04000000, 28, 2
"""In the upper bits of the link type: whether they tell how long the frame check sequence is, from which bit on, and in how many octets."""

AIX_LINKTYPES = {6: 1, 9: 6, 15: 10, 24: 0}
"""Interface types (RFC 1573) that AIX writes for link types, in files of version 2.2 whose times are in nanoseconds."""


class Pcap:
    """A pcap file of either byte order, in microseconds or nanoseconds."""

    def __init__(self, header: bytes, findings: Findings) -> None:
        """Read the file header.

        Args:
            header: At least the first 24 octets.
            findings: Where what is passed over is counted.
        """
        self._findings = findings
        self._is_in_doubt = False
        self._blanks = Blanks()
        order = "<" if struct.unpack_from("<I", header)[0] in MAGICS else ">"
        magic, major, minor = struct.unpack_from(order + "IHH", header)
        self.kind, self._record, self._unit_ns, self.first = MAGICS[magic]
        # Up to version 2.2 the wire length stood first (libpcap, sf-pcap.c).
        self._captured_at, self._wire_at = (3, 2) if (major, minor) < (2, 3) else (2, 3)
        self._snaplen, linktype = struct.unpack_from(order + "II", header, 16)
        self._linktype = linktype & 0xFFFF
        self._check_octets = (linktype >> CHECK_AT) * CHECK_UNIT if linktype & TELLS_CHECK else UNTOLD
        if (major, minor) == (2, 2) and linktype in AIX_LINKTYPES:
            self.kind, self._linktype, self._unit_ns = "aixpcap", AIX_LINKTYPES[linktype], 1
        self._limit = LARGER_PACKETS.get(self._linktype, MAXIMUM_PACKET)
        if self.kind != "aixpcap":
            sound = (variant for variant in VARIANTS.get(magic, {}).items() if self._is_sound(header, order, variant[1]))
            self.kind, self._record = next(sound, (self.kind, self._record))
        self.resume_at: int | None = None
        self._order = order
        self._hour = b""
        self.layout = Layout(order, 4 * self._captured_at, self._record, self._record)
        self._expect_hour(header[self.first : self.first + 4])

    def _is_sound(self, header: bytes, order: str, size: int) -> bool:
        """Return whether records seem to have headers of `size` octets: the first few usual ones, or all others that begin in `header`.

        Others have a time as well, since long runs of zeros would do for records without; and they are whole, as only usual ones
        need not be.
        """
        place, tried, is_usual = self.first, 0, size == self._record
        while place + 16 <= len(header) and not (is_usual and tried == MOST_TRIED):
            fields = struct.unpack_from(order + "4I", header, place)
            captured, wire = fields[self._captured_at], fields[self._wire_at]
            bounds = self._limit, self._snaplen, wire
            is_timed = fields[1] * self._unit_ns < SECOND_NS and (is_usual or fields[0] > 0)
            if not is_timed or captured > min(bounds) or wire > MOST_WIRE:
                return False
            place, tried = place + size + captured, tried + 1
        return is_usual or place <= len(header) or len(header) >= HEAD

    def interfaces(self) -> list[Interface]:
        """Return the only one, which has no name."""
        return [Interface("", self._linktype, self._snaplen, SECOND_NS // self._unit_ns, check_octets=self._check_octets)]

    def interface(self, number: int) -> Interface:
        """Return that one."""
        return self.interfaces()[number]

    def sections(self) -> list[Section]:
        """Return none: the file does not tell who wrote it."""
        return []

    @staticmethod
    def recognises(header: bytes) -> bool:
        """Return whether a file that begins so is a pcap file."""
        return len(header) >= FILE_HEADER and any(struct.unpack_from(order + "I", header)[0] in MAGICS for order in "<>")

    def packets(self, chunk: Chunk, positions: Positions) -> Iterator[Records]:
        """Read the records at `positions` (see `Format`)."""
        octets, first = chunk.gather_with_first(positions, 16, self._record)
        headers = octets.view(f"{self._order}u4")
        captured = headers[:, self._captured_at].astype(np.int64)
        damaged = None
        self._expect_hour(headers[-1, 0].tobytes())
        if self._is_in_doubt or captured.max() > self._limit:
            sound, damaged = self._pass_over(chunk, positions, headers, captured)
            positions, headers, captured = positions[sound], headers[sound], captured[sound]
        if self._blanks.may_be_many(headers):
            kept = self._blanks.count(headers)
            if kept < len(headers):
                damaged = DamageError(int(positions[kept]), f"the last {MOST_BLANK:,} packets have neither time nor octets")
            positions, headers, captured = positions[:kept], headers[:kept], captured[:kept]
        if len(positions):
            yield self._columns(positions, headers, captured, first if len(positions) == len(octets) else None)
        if damaged:
            raise damaged

    def _columns(
        self, positions: Positions, headers: NDArray[np.uint32], captured: NDArray[np.int64], first_octets: Voids | None
    ) -> Records:
        time_ns = headers[:, 0].astype(np.int64)
        time_ns *= SECOND_NS
        time_ns += headers[:, 1].astype(np.int64) * self._unit_ns
        return Records(
            positions + self._record,
            captured,
            headers[:, self._wire_at].astype(np.int64),
            time_ns,
            uniform(self._linktype, len(positions)),
            uniform(0, len(positions)),
            positions,
            self._snaplen or NO_SNAPLEN,
            first_octets,
        )

    def _pass_over(
        self, chunk: Chunk, positions: Positions, headers: NDArray[np.uint32], captured: NDArray[np.int64]
    ) -> tuple[NDArray[np.intp], DamageError | None]:
        """Find the packets that are not larger than any can be; such a length is believed where another record stands behind it.

        Returns:
            Their rows, up to the damage, and what that is; None where there is none.
        """
        is_large = captured > self._limit
        is_behind = np.concatenate(([self._is_in_doubt], is_large[:-1]))
        is_broken = (captured > max(self._limit, MAXIMUM_CLAIM)) | (is_behind & ~self._seem_sound(headers))
        stop = int(is_broken.argmax()) if is_broken.any() else len(is_broken)
        large = np.flatnonzero(is_large[:stop])
        if len(large):
            claim = self._claim(int(captured[large[0]]))
            self._findings.skip("oversized_packets", chunk.place(int(positions[large[0]])), claim, len(large))
        self._is_in_doubt = bool(is_large[stop - 1]) if stop else self._is_in_doubt
        return np.flatnonzero(~is_large[:stop]), self._damage(int(positions[stop]), int(captured[stop])) if stop < len(captured) else None

    def _seem_sound(self, headers: NDArray[np.uint32]) -> NDArray[np.bool_]:
        captured, wire = headers[:, self._captured_at], headers[:, self._wire_at]
        is_timed = headers[:, 1] < SECOND_NS // self._unit_ns
        return is_timed & (captured <= wire) & (wire <= MOST_WIRE)

    def _damage(self, position: int, captured: int) -> DamageError:
        if captured > max(self._limit, MAXIMUM_CLAIM):
            return DamageError(position, self._claim(captured), "oversized_packets")
        return DamageError(position, "behind a packet that is larger than any can be there is none")

    def _claim(self, captured: int) -> str:
        return f"a packet claims {captured:,} octets, and none has more than {self._limit:,}"

    def _expect_hour(self, seconds: bytes) -> None:
        """Let the layout's pattern look for times near `seconds`, the time of a record as it stands in the file."""
        hour = seconds[2:] if self._order == "<" else seconds[:2]
        if len(hour) == 2 and hour != self._hour:
            self._hour = hour
            pattern, at = _record_pattern(self._order, self._unit_ns, hour)
            other, _ = _record_pattern(self._order, self._unit_ns, b"")
            self.layout = replace(self.layout, pattern=pattern, pattern_at=at, other_pattern=other)

    def length(self, chunk: Chunk, position: int) -> int:
        """Return the length of the record at `position` (see `Format`)."""
        captured: int = struct.unpack_from(self._order + "I", chunk.memory, position + self.layout.length_at)[0]
        if captured > max(self._limit, MAXIMUM_CLAIM):
            raise self._damage(position, captured)
        return self._record + captured

    def is_needed(self, chunk: Chunk, position: int) -> bool:  # noqa: ARG002 - the protocol's arguments
        """Return that every record carries a packet."""
        return True


@lru_cache(maxsize=64)
def _record_pattern(order: str, unit_ns: int, hour: bytes) -> tuple[re.Pattern[bytes], int]:
    """Return what a record's header looks like, and from where on.

    Its fraction is below a second and its lengths below 256 KB; the upper half of its seconds is known (18 hours have the
    same). Where `hour` is empty both lengths have to be the same instead, as they mostly are, and to end in an octet that is
    not 0: among zeros everything looks like a header, and beside a header its neighbour an octet away.
    """
    if order == "<":
        fraction = rb"...[\0-\x3b]" if unit_ns == 1 else rb"..[\0-\x0f]\0"
        start, later, length, ends_in_zero = 2, b"", rb"..[\0-\x03]\0", rb"\0"
    else:
        fraction = rb"[\0-\x3b]..." if unit_ns == 1 else rb"\0[\0-\x0f].."
        start, later, length, ends_in_zero = 0, b"..", rb"\0[\0-\x03]..", rb"...\0"
    lengths = length + length if hour else b"((?!" + ends_in_zero + b")" + length + rb")\1"
    return re.compile((re.escape(hour) or b"..") + later + fraction + lengths, re.DOTALL), start
