"""TCP connections that begin anew between the same ports, as Wireshark tells them: by a SYN with another number than the first one's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.rules.filters.gathering import numbers_at
from sharky.tables import Firsts, Numbers

TCP = 6
SEQUENCE, FLAGS, SYN, ACK = 4, 13, 0x02, 0x10
MASK = 0xFFFFFFFF


class ReusedPorts:
    """Remembers from where each direction of a connection counts: a row a connection, the number plus one, 0 where none is known."""

    def __init__(self, connections: int) -> None:
        self._base = np.zeros((connections, 2), np.int64)
        self._firsts = Firsts()

    def forget(self, places: Numbers) -> None:
        """Forget connections."""
        self._base[places] = 0

    def find(self, columns: Columns, rows: NDArray[np.intp], place: Numbers) -> tuple[list[int], dict[int, int]]:
        """Find the packets that begin a connection anew.

        Args:
            columns: A batch.
            rows: (n,) its packets in the order of capture.
            place: (n,) of their connections, -1 where there is none.

        Returns:
            Their indices, and by index for those and all packets behind them in the same connection the last of them so far.
        """
        index, sequence, is_syn = _segments(columns, rows, place)
        if not len(index):
            return [], {}
        place, side = place.take(index), columns.is_forward.take(rows.take(index)).astype(np.int64)
        base = (sequence - ~is_syn & MASK) + 1
        self._note(2 * place + side, base)
        others = place[is_syn & (self._base[place, side] != base)]
        if not len(others):
            return [], {}
        those = np.isin(place, others).nonzero()[0]
        return self._follow(*(column[those].tolist() for column in (index, place, side, base, is_syn)))

    def _note(self, direction: Numbers, base: Numbers) -> None:
        """Note the base of each direction that has none yet, by the first segment of it."""
        known = self._base.reshape(-1)
        new = (known.take(direction) == 0).nonzero()[0]
        first = new[self._firsts.mark(direction.take(new))]
        known[direction.take(first)] = base.take(first)

    def _follow(
        self, index: list[int], place: list[int], side: list[int], base: list[int], is_syn: list[bool]
    ) -> tuple[list[int], dict[int, int]]:
        """Go through all segments of connections that may begin anew, one by one."""
        found: list[int] = []
        behind: dict[int, int] = {}
        last: dict[int, int] = {}
        for at, where, which, number, begins in zip(index, place, side, base, is_syn, strict=True):
            bases = self._base[where]
            if begins and bases[which] not in (0, number):
                found.append(at)
                last[where] = at
                bases[:] = 0
            if not bases[which]:
                bases[which] = number
            if where in last:
                behind[at] = last[where]
        return found, behind


def _segments(columns: Columns, rows: NDArray[np.intp], place: Numbers) -> tuple[NDArray[np.intp], Numbers, NDArray[np.bool_]]:
    """Return the indices of TCP's segments in connections, their numbers, and which of them begin one."""
    sequence, flags = np.full(len(columns), -1, np.int64), np.zeros(len(columns), np.uint8)
    for header in columns.headers.get("tcp", ()):
        sequence[header.rows] = numbers_at(columns.buffer, header.offset + SEQUENCE, 4)
        flags[header.rows] = columns.buffer.take(header.offset + FLAGS)
    sequence[columns.transport != TCP] = -1
    index = ((sequence.take(rows) >= 0) & (place >= 0)).nonzero()[0]
    those = rows.take(index)
    return index, sequence.take(those), flags.take(those) & (SYN | ACK) == SYN
