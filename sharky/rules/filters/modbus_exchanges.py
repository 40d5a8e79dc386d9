"""Questions and answers of Modbus: which registers an answer tells of is said by the question alone.

Bounded: questions that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.modbus import TO_THE_END, Asked, read_answer, read_question
from sharky.rules.filters.applications.scan import CutOffError, Line, Scan
from sharky.rules.filters.payloads import payloads
from sharky.rules.filters.whole_messages import Whole, WholeMessages

MODBUS = "modbus"
"""The name under which the columns of fields ask for it, behind "head."."""

PORT, HEAD, LENGTH_BEHIND = 502, 7, 6
MOST_QUESTIONS = 4096

Key = tuple[int, int, int, int]
"""The number of a flow, that of an exchange, that of a machine, and the function."""


class ModbusExchanges:
    """Follows all connections that speak Modbus."""

    def __init__(self) -> None:
        self._messages = WholeMessages("mbtcp")
        self._asked: OrderedDict[Key, Asked] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        numbers = columns.position + columns.first_number
        found: list[tuple[int, Line]] = []
        for whole in self._found(columns, labels):
            is_answer = int(columns.source_port[whole.row]) == PORT
            try:
                for line in self._lines(whole, int(columns.time_ns[whole.row]), int(numbers[whole.row]), is_answer=is_answer):
                    if line.name not in TO_THE_END or _is_all_there(whole.octets):
                        found.append((whole.row, line))  # noqa: PERF401 - what was told ahead of where a message was cut stays told
            except CutOffError:
                continue
        return found

    def _found(self, columns: Columns, labels: Labels) -> Iterator[Whole]:
        """Yield messages over UDP, then those over TCP."""
        yield from (Whole(row, flow, octets) for row, flow, octets in payloads(columns, labels, "mbudp"))
        yield from self._messages.follow(columns, labels)

    def _lines(self, whole: Whole, time_ns: int, number: int, *, is_answer: bool) -> Iterator[Line]:
        if len(whole.octets) <= HEAD:
            return
        function, scan = whole.octets[HEAD], Scan(whole.octets, HEAD + 1)
        key = whole.flow, int.from_bytes(whole.octets[:2]), whole.octets[HEAD - 1], function
        asked = self._asked.get(key) if is_answer else None
        if asked:
            yield from (Line("request_frame", asked.number), Line("response_time", time_ns - asked.time_ns))
        if is_answer:
            yield from read_answer(function, scan, asked)
            return
        self._remember(key, Asked(number, time_ns, int.from_bytes(scan.octets[HEAD + 1 : HEAD + 3]), _count(scan.octets)))
        yield from read_question(function, scan)

    def _remember(self, key: Key, asked: Asked) -> None:
        self._asked[key] = asked
        self._asked.move_to_end(key)
        if len(self._asked) > MOST_QUESTIONS:
            self._asked.popitem(last=False)


def _is_all_there(octets: bytes) -> bool:
    return len(octets) >= LENGTH_BEHIND + int.from_bytes(octets[LENGTH_BEHIND - 2 : LENGTH_BEHIND])


def _count(octets: bytes) -> int:
    return int.from_bytes(octets[HEAD + 3 : HEAD + 5])
