"""Remote procedure calls and their replies, which say of what they are replies by a number alone.

Bounded: calls that wait for a reply.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.rpc import REPLY, Call, read_call, read_credentials, read_reply
from sharky.rules.filters.applications.scan import CutOffError, Line
from sharky.rules.filters.payloads import payloads
from sharky.rules.filters.whole_messages import WholeMessages

RPC = "rpc"
"""The name under which the columns of fields ask for it, behind "head."."""

MARK = 4
"""Octets of the mark that stands ahead of messages over TCP."""

MOST_CALLS = 4096


class RpcCalls:
    """Follows all flows that call procedures."""

    def __init__(self) -> None:
        self._over_tcp = WholeMessages(RPC)
        self._calls: OrderedDict[tuple[int, int], Call] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        numbers = columns.position + columns.first_number
        found: list[tuple[int, Line]] = []
        for row, flow, octets in self._messages(columns, labels):
            try:
                for line in self._lines(flow, octets, int(columns.time_ns[row]), int(numbers[row])):
                    found.append((row, line))  # noqa: PERF401 - what was told ahead of where a message was cut stays told
            except CutOffError:
                continue
        return found

    def _messages(self, columns: Columns, labels: Labels) -> Iterator[tuple[int, int, bytes]]:
        """Yield the row, flow and octets of each message: those over UDP, then those over TCP."""
        yield from payloads(columns, labels, RPC)
        yield from ((one.row, one.flow, one.octets[MARK:]) for one in self._over_tcp.follow(columns, labels))

    def _lines(self, flow: int, octets: bytes, time_ns: int, number: int) -> Iterator[Line]:
        exchange, kind = int.from_bytes(octets[:4]), int.from_bytes(octets[4:8])
        call, asked = read_call(octets, time_ns, number), self._calls.get((flow, exchange))
        if call:
            self._calls[flow, exchange] = call
            if len(self._calls) > MOST_CALLS:
                self._calls.popitem(last=False)
            yield from (Line("xid", exchange), Line("msgtyp", kind), *call.lines())
            yield from read_credentials(octets)
        elif kind == REPLY and asked and len(octets) >= 8:
            yield from (Line("xid", exchange), Line("msgtyp", kind), *asked.lines())
            yield from (Line("answers", asked.number), Line("time", time_ns - asked.time_ns))
            yield from read_reply(octets, asked)
