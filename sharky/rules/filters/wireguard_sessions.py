"""Which session of WireGuard a packet is of: each side names itself by a number when a session begins, and is named by it then.

As in Wireshark, every packet that begins a session counts one on. Bounded: sides that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.payloads import payloads

WG = "wg"
SESSIONS = "wg-sessions"
"""The name under which the columns of fields ask for it, behind "head."."""

BEGIN, ANSWER, COOKIE, DATA = 1, 2, 3, 4
SENDER, RECEIVER_OF_ANSWER = slice(4, 8), slice(8, 12)
MOST_SIDES = 1 << 13


class Side(NamedTuple):
    """The number of a session, and of the packet in which one of its sides said last how it is called."""

    stream: int
    named: int


class WireguardSessions:
    """Follows all sessions."""

    def __init__(self) -> None:
        self._sides: OrderedDict[tuple[int, bytes], Side] = OrderedDict()
        self._streams = 0

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        numbers = columns.position + columns.first_number
        return [(row, line) for row, flow, octets in payloads(columns, labels, WG) for line in self._lines(flow, octets, int(numbers[row]))]

    def _lines(self, flow: int, octets: bytes, number: int) -> Iterator[Line]:
        kind = octets[0]
        if kind == BEGIN:
            yield Line("stream", self._streams)
            self._name(flow, octets[SENDER], Side(self._streams, number))
            self._streams += 1
            return
        side = self._sides.get((flow, octets[RECEIVER_OF_ANSWER if kind == ANSWER else SENDER]))
        if not side or kind not in (ANSWER, COOKIE, DATA):
            return
        yield Line("stream", side.stream)
        if kind != DATA:
            yield Line("answers", side.named)
        if kind == ANSWER:
            self._name(flow, octets[SENDER], Side(side.stream, number))

    def _name(self, flow: int, name: bytes, side: Side) -> None:
        self._sides[flow, name] = side
        if len(self._sides) > MOST_SIDES:
            self._sides.popitem(last=False)
