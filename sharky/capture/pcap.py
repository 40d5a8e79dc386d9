"""The format of libpcap: a file header, then records of a 16-octet header and a packet (draft-ietf-opsawg-pcap)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from sharky.capture.chunk import Chunk
from sharky.capture.damage import DamageError
from sharky.capture.packets import LARGER_PACKETS, MAXIMUM_PACKET, Packets, uniform
from sharky.capture.walk import Layout, Positions
from sharky.model.captures import Interface

FILE_HEADER = 24

PCAP = 0xA1B2C3D4
MAGICS = {
    PCAP: ("pcap", 16, 1000, FILE_HEADER),
    0xA1B23C4D: ("nsecpcap", 16, 1, FILE_HEADER),
    0xA1B2CD34: ("modpcap", 24, 1000, FILE_HEADER),
    0x1C0001AC: ("pcap", 16, 1000, FILE_HEADER + 4),
    0x1C0001AB: ("pcap", 16, 1000, FILE_HEADER + 4),
}
"""The name, octets of a record's header, nanoseconds in a unit of its time, and where the first record stands.

The third is Alexey Kuznetzov's modified format, the last two are Ixia's, which say behind the header how much follows.
"""

VARIANTS = {"pcap": 16, "rh6_1pcap": 24, "nokiapcap": 20}
"""Octets of a record's header in pcap, and in what Red Hat 6.1 and Nokia's firewalls write, who say nowhere that it is theirs."""

HEAD = 4096
"""By so many octets a format is recognised."""

MOST_TRIED, MOST_WIRE = 3, 128 << 20
"""Usual records that have to be sound, and the longest packet that is believed on the wire; as Wireshark has it (wiretap, libpcap.c)."""

SECOND_NS = 1_000_000_000

AIX_LINKTYPES = {6: 1, 9: 6, 15: 10, 24: 0}
"""Interface types (RFC 1573) that AIX writes for link types, in files of version 2.2 whose times are in nanoseconds."""


class Pcap:
    """A pcap file of either byte order, in microseconds or nanoseconds."""

    def __init__(self, header: bytes) -> None:
        """Read the file header.

        Args:
            header: At least the first 24 octets.
        """
        order = "<" if struct.unpack_from("<I", header)[0] in MAGICS else ">"
        magic, major, minor = struct.unpack_from(order + "IHH", header)
        self.kind, self._record, self._unit_ns, self.first = MAGICS[magic]
        # Up to version 2.2 the wire length stood first (libpcap, sf-pcap.c).
        self._captured_at, self._wire_at = (3, 2) if (major, minor) < (2, 3) else (2, 3)
        # The upper bits of the link type tell how long the frame check sequence is.
        self._snaplen, linktype = struct.unpack_from(order + "II", header, 16)
        self._linktype = linktype & 0xFFFF
        if (major, minor) == (2, 2) and linktype in AIX_LINKTYPES:
            self.kind, self._linktype, self._unit_ns = "aixpcap", AIX_LINKTYPES[linktype], 1
        self._limit = LARGER_PACKETS.get(self._linktype, MAXIMUM_PACKET)
        if self.kind == "pcap" and magic == PCAP:
            sound = (variant for variant in VARIANTS.items() if self._is_sound(header, order, variant[1]))
            self.kind, self._record = next(sound, (self.kind, self._record))
        self.resume_at: int | None = None
        self._order = order
        self._hour = b""
        self.layout = Layout(order, 4 * self._captured_at, self._record, self._record)
        self._expect_hour(header[self.first : self.first + 4])

    def _is_sound(self, header: bytes, order: str, size: int) -> bool:
        """Return whether records seem to have headers of `size` octets: the first few usual ones, or all others that begin in `header`.

        Others have a time as well, since long runs of zeros would do for records without.
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
        return place <= len(header) or len(header) >= HEAD

    def interfaces(self) -> list[Interface]:
        """Return the only one, which has no name."""
        return [Interface("", self._linktype, self._snaplen, 1_000_000_000 // self._unit_ns)]

    def interface(self, number: int) -> Interface:
        """Return that one."""
        return self.interfaces()[number]

    @staticmethod
    def recognises(header: bytes) -> bool:
        """Return whether a file that begins so is a pcap file."""
        return len(header) >= FILE_HEADER and any(struct.unpack_from(order + "I", header)[0] in MAGICS for order in "<>")

    def packets(self, chunk: Chunk, positions: Positions) -> Iterator[Packets]:
        """Read the records at `positions` (see `Format`)."""
        headers = chunk.gather(positions, 16).view(f"{self._order}u4")
        captured = headers[:, self._captured_at].astype(np.int64)
        good = len(captured) if captured.max() <= self._limit else int((captured > self._limit).argmax())
        self._expect_hour(headers[-1, 0].tobytes())
        if good:
            time_ns = headers[:good, 0].astype(np.int64)
            time_ns *= 1_000_000_000
            time_ns += headers[:good, 1].astype(np.int64) * self._unit_ns
            yield Packets(
                positions[:good] + self._record,
                captured[:good],
                headers[:good, self._wire_at].astype(np.int64),
                time_ns,
                uniform(self._linktype, good),
                uniform(0, good),
            )
        if good < len(captured):
            self.length(chunk, int(positions[good]))

    def _expect_hour(self, seconds: bytes) -> None:
        """Let the layout's pattern look for times near `seconds`, the time of a record as it stands in the file."""
        hour = seconds[2:] if self._order == "<" else seconds[:2]
        if len(hour) == 2 and hour != self._hour:
            self._hour = hour
            (pattern, at), (other, _) = self.likely()
            self.layout = replace(self.layout, pattern=pattern, pattern_at=at, other_pattern=other)

    def length(self, chunk: Chunk, position: int) -> int:
        """Return the length of the record at `position` (see `Format`)."""
        captured: int = struct.unpack_from(self._order + "I", chunk.memory, position + self.layout.length_at)[0]
        if captured > self._limit:
            raise DamageError(position, f"a packet claims {captured:,} octets, and none has more than {self._limit:,}", "oversized_packets")
        return self._record + captured

    def is_needed(self, chunk: Chunk, position: int) -> bool:  # noqa: ARG002 - the protocol's arguments
        """Return that every record carries a packet."""
        return True

    def likely(self) -> Sequence[tuple[re.Pattern[bytes], int]]:
        """Return what a record of about the same time looks like, and one of any time."""
        return _record_pattern(self._order, self._unit_ns, self._hour), _record_pattern(self._order, self._unit_ns, b"")

    def state(self) -> bytes:
        """Return nothing: the records say all there is to know."""
        return b""

    def restore(self, state: bytes) -> None:
        """Go on; there is nothing to be known."""


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
