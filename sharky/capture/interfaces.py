"""The interfaces that a pcapng file declares, and the time that its packets' timestamps mean."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from sharky.capture.options import Odd, read_options
from sharky.capture.texts import OF_INTERFACE, Texts
from sharky.model.captures import UNTOLD, Interface
from sharky.model.packets import FOREVER_NS

MAXIMUM_INTERFACES = 65_535
"""What a column of 16 bits can number."""

IF_TSRESOL, IF_FCSLEN, IF_TSOFFSET = 9, 13, 14
"""Options of an interface: the unit of its times, octets of the frame check sequence, and the seconds that are added to times."""

MICROSECONDS = 6
BINARY = 0x80
"""A resolution with this bit is a negative power of two, without it one of ten (if_tsresol)."""

FINEST = {0: 19, BINARY: 63}
"""The last powers of ten and of two at which 64 bits hold a second; with finer units all times are within the first one."""

ROW = np.dtype(
    [
        ("linktype", np.uint16),
        ("snaplen", np.int64),
        ("resolution", np.uint8),
        ("offset_ns", np.int64),
        ("number", np.uint16),
        ("section", np.uint16),
        ("check", np.int16),
    ]
)


class Interfaces:
    """All interfaces of a file as columns, numbered from 0 on through all its sections.

    Attributes:
        first: Number of the current section's first interface.
        count: How many there are in all sections up to now.
    """

    def __init__(self, texts: Texts | None = None) -> None:
        """Begin with none.

        Args:
            texts: Reads what the file says in words.
        """
        self._texts = texts or Texts()
        self.first = 0
        self.count = 0
        self._section = 0
        self._table = np.zeros(16, ROW)
        self._found: dict[int, dict[str, str]] = {}

    def __len__(self) -> int:
        return self.count - self.first

    def begin_section(self) -> None:
        """Forget the declared interfaces: a section knows only its own."""
        self.first = self.count
        self._section += 1

    def declare(self, body: memoryview, order: str) -> list[Odd]:
        """Add the interface that the body of an interface description block declares.

        Returns:
            What is odd about it.

        Raises:
            ValueError: Where there are too many.
        """
        if self.count == MAXIMUM_INTERFACES:
            raise ValueError(f"there are more than {MAXIMUM_INTERFACES:,} interfaces")
        linktype, _, snaplen = struct.unpack_from(order + "HHI", body)
        resolution, offset_seconds, check = MICROSECONDS, 0, UNTOLD
        options, odd = read_options(body[8:], order)
        for code, value in options:
            if code == IF_TSRESOL and len(value) == 1:
                resolution = value[0]
            elif code == IF_FCSLEN and len(value) == 1:
                check = value[0]
            elif code == IF_TSOFFSET and len(value) == 8:
                offset_seconds = struct.unpack(order + "q", value)[0]
        self._found[self.count], forgotten = self._texts.found(options, OF_INTERFACE)
        odd += forgotten
        if resolution & ~BINARY > FINEST[resolution & BINARY]:
            odd.append(Odd("odd_clocks", f"an interface counts time in units of {_unit(resolution)} s"))
        offset_ns = max(-FOREVER_NS, min(offset_seconds * 1_000_000_000, FOREVER_NS - 1))
        if abs(offset_seconds) > FOREVER_NS // 1_000_000_000:
            odd.append(Odd("odd_clocks", f"an interface counts time from {offset_seconds:,} s behind 1970 on"))
        if self.count == len(self._table):
            self._table = np.concatenate((self._table, np.zeros_like(self._table)))
        self._table[self.count] = linktype, snaplen, resolution, offset_ns, len(self), self._section, check
        self.count += 1
        return odd

    def declared(self) -> list[Interface]:
        """Return all interfaces, with the texts of those that were read here."""
        return [self.one(number) for number in range(self.count)]

    def one(self, number: int) -> Interface:
        """Return one of them."""
        linktype, snaplen, resolution, _, own, section, check = self._table[number].tolist()
        found = {"name": "", **self._found.get(number, {})}
        ticks = ticks_of(resolution)
        return Interface(**found, linktype=linktype, snaplen=snaplen, ticks=ticks, number=own, section=section, check_octets=check)

    @property
    def linktype(self) -> NDArray[np.uint16]:
        """Link type of each interface."""
        return self._table["linktype"]

    @property
    def snaplen(self) -> NDArray[np.int64]:
        """Most octets that each interface captures of a packet; 0 for no limit."""
        return self._table["snaplen"]

    def time_ns(self, interface: NDArray[np.int64], stamp: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the time that each stamp means at its interface, in nanoseconds since 1970.

        Times beyond `FOREVER_NS` either way are moved there.
        """
        low = int(interface.min())
        if low == int(interface.max()):
            return _shift(nanoseconds(stamp, int(self._table["resolution"][low])), self._table["offset_ns"][low])
        resolution = self._table["resolution"][interface]
        time_ns = np.empty(len(stamp), np.int64)
        for value in np.unique(resolution).tolist():
            rows = np.flatnonzero(resolution == value)
            time_ns[rows] = nanoseconds(stamp[rows], value)
        return _shift(time_ns, self._table["offset_ns"][interface])


def _unit(resolution: int) -> str:
    """Return a unit of time in words.

    >>> _unit(0x80 | 70), _unit(30)
    ('2^-70', '10^-30')
    """
    return f"2^-{resolution & ~BINARY}" if resolution & BINARY else f"10^-{resolution}"


def ticks_of(resolution: int) -> int:
    """Return how many units a second has (draft-ietf-opsawg-pcapng section 4.2).

    >>> ticks_of(6), ticks_of(0x80 | 9)
    (1000000, 512)
    """
    base, power = (2, resolution & ~BINARY) if resolution & BINARY else (10, resolution)
    return int(base**power)


def nanoseconds(stamp: NDArray[np.uint64], resolution: int) -> NDArray[np.int64]:
    """Return stamps as nanoseconds; what lies beyond `FOREVER_NS` becomes the last nanosecond before it.

    Args:
        stamp: (n,) in units of the resolution.
        resolution: As if_tsresol has it (draft-ietf-opsawg-pcapng section 4.2).

    >>> stamp = np.array([3 << 9 | 256], np.uint64)
    >>> [int(nanoseconds(stamp, resolution)[0]) for resolution in (6, 9, 12, 0x80 | 9)]
    [1792000, 1792, 1, 3500000000]
    """
    power = resolution & ~BINARY
    if resolution & BINARY:
        return _binary_nanoseconds(stamp, power)
    if power > 9:
        return _cap(stamp // np.uint64(10 ** min(power - 9, 19)))
    factor = 10 ** (9 - power)
    return _cap(np.minimum(stamp, np.uint64(FOREVER_NS // factor + 1)) * np.uint64(factor))


def _binary_nanoseconds(stamp: NDArray[np.uint64], power: int) -> NDArray[np.int64]:
    if power > 63:
        return np.zeros(len(stamp), np.int64)
    seconds = stamp >> np.uint64(power)
    fraction = stamp & np.uint64((1 << power) - 1)
    if power > 34:  # 34 bits times 10**9 still fit into 64.
        fraction >>= np.uint64(power - 34)
    fraction = (fraction * np.uint64(1_000_000_000)) >> np.uint64(min(power, 34))
    return _cap(np.minimum(seconds, np.uint64(FOREVER_NS // 1_000_000_000 + 1)) * np.uint64(1_000_000_000) + fraction)


def _cap(time_ns: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.minimum(time_ns, np.uint64(FOREVER_NS - 1)).view(np.int64)


def _shift(time_ns: NDArray[np.int64], offset_ns: NDArray[np.int64] | np.int64) -> NDArray[np.int64]:
    if not np.any(offset_ns):
        return time_ns
    shifted: NDArray[np.int64] = np.clip(time_ns + offset_ns, -FOREVER_NS, FOREVER_NS - 1)
    return shifted
