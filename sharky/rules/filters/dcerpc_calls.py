"""Calls of DCE/RPC and their answers, which do not say which function they are of: it is known where the interface was agreed on.

Bounded: interfaces, and calls that wait for an answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.dcerpc import (
    ANSWER_KINDS,
    ASKS,
    BIND_KINDS,
    BODY_AT,
    KIND_AT,
    call_of,
    context_of,
    function_of,
    length_of,
    read_contexts,
    read_datagram,
)
from sharky.rules.filters.applications.scan import CutOffError, Line, Scan
from sharky.rules.filters.payloads import payloads
from sharky.rules.filters.whole_messages import WholeMessages

DCERPC = "dcerpc"
"""The name under which the columns of fields ask for it, behind "head."."""

LEAST = BODY_AT + 8
MOST_KNOWN = 4096


class DcerpcCalls:
    """Follows all flows that call functions of other machines."""

    def __init__(self) -> None:
        self._messages = WholeMessages(DCERPC)
        self._interfaces: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._calls: OrderedDict[tuple[int, int], int] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        datagrams = [(row, line) for row, _, octets in payloads(columns, labels, DCERPC) for line in read_datagram(octets)]
        return datagrams + [
            (whole.row, line) for whole in self._messages.follow(columns, labels) for line in self._lines(whole.flow, whole.octets)
        ]

    def _lines(self, flow: int, octets: bytes) -> Iterator[Line]:
        """Yield what a message says; of one that was not all captured Wireshark shows its head alone."""
        yield Line("message", octets)
        if len(octets) < max(LEAST, length_of(octets)):
            return
        yield Line("whole", octets)
        kind = octets[KIND_AT]
        if kind in BIND_KINDS:
            yield from self._bind(flow, octets)
        elif kind in (ASKS, *ANSWER_KINDS):
            yield Line("cn_ctx_id", context_of(octets))
            function = self._ask(flow, octets) if kind == ASKS else self._calls.get((flow, call_of(octets)))
            if function is not None:
                yield Line("opnum", function)

    def _bind(self, flow: int, octets: bytes) -> Iterator[Line]:
        try:
            for line in read_contexts(Scan(octets)):
                yield line
                if line.name == "cn_ctx_id":
                    self._interfaces[flow, int(line.value)] = None
        except CutOffError:
            return
        finally:
            while len(self._interfaces) > MOST_KNOWN:
                self._interfaces.popitem(last=False)

    def _ask(self, flow: int, octets: bytes) -> int:
        function = function_of(octets)
        if (flow, context_of(octets)) in self._interfaces:
            self._calls[flow, call_of(octets)] = function
            if len(self._calls) > MOST_KNOWN:
                self._calls.popitem(last=False)
        return function
