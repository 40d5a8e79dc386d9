"""The ends of flows that were announced, each for a while."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharky.identify.addresses import Addresses
from sharky.identify.announced import EXPECTED, End, read_announcement
from sharky.identify.flow_table import IDLE_NS
from sharky.identify.matcher import NOTHING as NO_HIT
from sharky.identify.matcher import Matcher
from sharky.identify.packet_view import PacketView
from sharky.identify.payloads import Mask, Payloads
from sharky.identify.signatures import Signature, parse_signatures
from sharky.identify.vocabulary import UNKNOWN, Names
from sharky.model.columns import Columns

LIFETIME_NS = 60 * 60 * 1_000_000_000
"""How long an announcement counts: media and data begin soon, or after a call was held."""

MOST_ENDS = 4096
"""Ends that are remembered at a time."""

_KEPT_NS = LIFETIME_NS + IDLE_NS
"""When one may be forgotten to make room."""

_NEVER_NS = 1 << 63


Announced = tuple[str, int, int]
"""What is expected, the number of the packet that says so, and when it came."""


@cache
def announcing() -> tuple[Signature, ...]:
    """Return the table of packets that announce; `protocol` names the reader."""
    return parse_signatures(Path(__file__).with_name("announcing.csv").read_text("utf-8"))


class Expectations:
    """Which protocol is expected at which end.

    Attributes:
        refused: How many announced ends found no room.
    """

    def __init__(self, names: list[str]) -> None:
        self.refused = 0
        self._number = {name: names.index(name) for name in EXPECTED}
        self._matcher = Matcher(announcing())
        self._ends: dict[End, Announced] = {}
        self._before: dict[End, list[Announced]] = {}
        self._is_port = np.zeros(1 << 16, np.bool_)
        self._forgets_from_ns = _NEVER_NS

    @property
    def has_any(self) -> bool:
        """Whether anything is expected anywhere."""
        return bool(self._ends)

    def leap(self, by_ns: int) -> None:
        """Take what was announced along with a clock that was set forward."""
        self._ends = {end: (protocol, number, time_ns + by_ns) for end, (protocol, number, time_ns) in self._ends.items()}
        self._forgets_from_ns += by_ns

    def listen(self, columns: Columns, rows: NDArray[np.intp]) -> None:
        """Read what some packets announce, in the order of capture.

        What they replace counts until the next call, for the packets ahead of them.
        """
        self._before.clear()
        if not len(rows):
            return
        hit = self._matcher.match(Payloads(columns, rows))
        heard = (hit != NO_HIT).nonzero()[0]
        for place in heard[np.argsort(columns.position[rows[heard]])].tolist():
            row = int(rows[place])
            time_ns, number = int(columns.time_ns[row]), int(columns.position[row]) + columns.first_number
            for end, protocol in read_announcement(announcing()[hit[place]].protocol, PacketView(columns, row, ())).items():
                self._expect(end, protocol, number, time_ns)

    def _expect(self, end: End, protocol: str, number: int, time_ns: int) -> None:
        known = self._ends.get(end)
        if known and known[0] == protocol and time_ns - known[2] <= LIFETIME_NS:
            return
        if len(self._ends) >= MOST_ENDS and time_ns > self._forgets_from_ns:
            self._make_room(time_ns)
        if len(self._ends) >= MOST_ENDS:
            self.refused += 1
            return
        if known:
            self._before.setdefault(end, []).append(known)
        self._ends[end] = protocol, number, time_ns
        self._is_port[end[1]] = True
        self._forgets_from_ns = min(self._forgets_from_ns, time_ns + _KEPT_NS)

    def _make_room(self, time_ns: int) -> None:
        """Forget what is old enough; this goes through all ends, so it is done only where there is any such."""
        for other in [other for other, what in self._ends.items() if time_ns - what[2] > _KEPT_NS]:
            self._before.setdefault(other, []).append(self._ends.pop(other))
        self._is_port[:] = False
        self._is_port[[port for _, port in (*self._ends, *self._before)]] = True
        self._forgets_from_ns = min((what[2] + _KEPT_NS for what in self._ends.values()), default=_NEVER_NS)

    def names(self, columns: Columns, rows: NDArray[np.intp], is_asked: Mask) -> Names:
        """Return what was announced for each packet ahead of it, `UNKNOWN` for most: (m,).

        Args:
            columns: The batch.
            rows: (m,) packets.
            is_asked: (m,) those of which nothing else is known.
        """
        names: Names = np.full(len(rows), UNKNOWN, np.int32)
        if self._ends:
            is_port = self._is_port.take(columns.source_port.take(rows)) | self._is_port.take(columns.destination_port.take(rows))
            places = (is_port & is_asked).nonzero()[0]
            names[places] = list(self._names(columns, rows.take(places)))
        return names

    def _names(self, columns: Columns, rows: NDArray[np.intp]) -> Iterator[int]:
        source, destination = (map(bytes, ends) for ends in Addresses.of_flows(columns, rows).ends)
        ports = zip(columns.destination_port.take(rows).tolist(), columns.source_port.take(rows).tolist(), strict=True)
        numbers, time_ns = (columns.position.take(rows) + columns.first_number).tolist(), columns.time_ns.take(rows).tolist()
        for to, by, (to_port, by_port), number, now_ns in zip(destination, source, ports, numbers, time_ns, strict=True):
            yield self._name(((to, to_port), (by, by_port)), number, now_ns)

    def _name(self, ends: tuple[End, End], number: int, time_ns: int) -> int:
        for end in ends:
            announced = (what for what in self._announced(end) if what[1] < number)
            protocol, _, announced_ns = next(announced, ("", 0, 0))
            if protocol and time_ns - announced_ns <= LIFETIME_NS:
                return self._number[protocol]
        return UNKNOWN

    def _announced(self, end: End) -> Iterator[Announced]:
        """Go through what was announced for an end, the newest first."""
        if end in self._ends:
            yield self._ends[end]
        yield from reversed(self._before.get(end, ()))
