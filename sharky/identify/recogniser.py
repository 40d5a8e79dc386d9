"""What packets carry, and which flow they belong to: layer 7 of whole batches by signature first and port second.

Flows are numbered, those that are not settled are looked at, and packets step from layer 4 to the names of protocols.
This is all that counting needs; `identifier` goes on from here to servers, services and devices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sharky.identify.announced import ANNOUNCING, EXPECTED
from sharky.identify.expectations import Expectations
from sharky.identify.flow_table import MOST_FLOWS, FlowTable
from sharky.identify.flows import ByFlow, FlowMemory, Looked
from sharky.identify.matcher import Matcher
from sharky.identify.passes import MOST_OF_EACH, Chooser, Pass, by_flows
from sharky.identify.payloads import Mask, Numbers, Payloads
from sharky.identify.ports import ports
from sharky.identify.signatures import signatures
from sharky.identify.steps import Steps
from sharky.identify.vocabulary import Names, Vocabulary
from sharky.model.columns import RESET_CAUSE, Columns, Labels
from sharky.model.counters import Counters
from sharky.model.protocols import ProtocolTree
from sharky.tables import GrowingColumn


class Recogniser:
    """Names what packets carry, and remembers it for each flow, both directions.

    Attributes:
        counters: `flows_evicted`: flows that were forgotten to make room for others; `flows_refused`: packets whose flow
            found no place, so that each was named for itself; `announcements_refused`: announced ends that found no room.
    """

    def __init__(self, tree: ProtocolTree, most_flows: int = MOST_FLOWS, state: Sequence[GrowingColumn] = ()) -> None:
        """Begin with nothing known.

        Args:
            tree: To which the nodes of packets belong.
            most_flows: How many flows are remembered.
            state: Columns of what others know of each flow, by place; a row begins as zeros.
        """
        self._vocabulary = Vocabulary(signatures(), ports(), EXPECTED)
        self._matcher = Matcher(signatures())
        self._flows = FlowMemory(self._vocabulary)
        self._chooser = Chooser()
        self._table = FlowTable([*self._flows.state, *state], most_flows)
        self._expectations = Expectations(self._vocabulary.names)
        self._announces = np.array([name in ANNOUNCING for name in self._vocabulary.names])
        self._steps = Steps(tree, self._vocabulary.names)

    @property
    def counters(self) -> Counters:
        """How often there was no room."""
        return Counters(
            flows_evicted=self._table.evicted,
            flows_refused=self._table.refused,
            announcements_refused=self._expectations.refused,
        )

    def leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward."""
        self._table.leap(by_ns)
        self._expectations.leap(by_ns)

    def identify(self, columns: Columns) -> Labels:
        """Name the topmost layer of each packet, and number its flow.

        Args:
            columns: A dissected batch; batches must come in the order of capture.
        """
        labels = Labels(np.empty(len(columns), np.int32), np.empty(len(columns), np.int64))
        for _ in self.parts(columns, labels):
            pass
        return labels

    def parts(self, columns: Columns, labels: Labels) -> Iterator[tuple[NDArray[np.intp], Numbers]]:
        """Fill in paths and flows, and stop after as many packets as the flow table had room for at a time.

        Args:
            columns: A dissected batch.
            labels: Its labels, of which `path` and `flow` are filled in.

        Yields:
            The rows of these packets, in the order of capture, and the places of their flows in the columns of state; 0
            where there is none.
        """
        count = len(columns)
        rows = np.empty(count, np.intp)
        rows[columns.position] = np.arange(count)
        name: Names = np.empty(count, np.int32)
        has_payload = self._steps.is_transport(columns.path) & (columns.payload_length > 0)
        for cause in columns.headers.get(RESET_CAUSE, ()):
            has_payload[cause.rows] = False
        has_payload, keys, time_ns = has_payload.take(rows), columns.flow_key.take(rows), columns.time_ns.take(rows)
        begin = 0
        for stop in self._table.ends(keys, time_ns):
            while begin < stop:
                place = self._table.place(keys[begin:stop], time_ns[begin:stop])
                end = begin + len(place)
                some = rows[begin:end]
                labels.flow[some] = self._table.numbers(place)
                name[some] = self._name(columns, some, place, has_payload[begin:end])
                labels.path[some] = self._steps.step(columns.path.take(some), name.take(some))
                yield some, place
                begin = end

    def _name(self, columns: Columns, rows: NDArray[np.intp], place: Numbers, has_payload: Mask) -> Names:
        """Return the names of some packets.

        Args:
            columns: The batch.
            rows: (n,) their rows, in the order of capture.
            place: (n,) the places of their flows.
            has_payload: (n,) which of them may have a name.
        """
        passes = self._learn(columns, rows, place, has_payload)
        name = self._named_so_far(place, has_payload, passes)
        self._listen(columns, rows, name)
        if passes and self._expectations.has_any:
            expected = self._expect(columns, rows, place, name, passes)
            name = self._named_so_far(place, has_payload, [*passes, expected])
        return name

    def _named_so_far(self, place: Numbers, has_payload: Mask, passes: Sequence[Pass]) -> Names:
        """Return the names of packets: what they were called when they were looked at, else what their flows are."""
        name = self._flows.names(place)
        name *= has_payload
        for each in passes:
            name[each.look] = each.name
        return name

    def _learn(self, columns: Columns, rows: NDArray[np.intp], place: Numbers, has_payload: Mask) -> list[Pass]:
        """Look at packets until no flow is open that has more."""
        passes: list[Pass] = []
        waiting = (has_payload & ~self._flows.is_settled(place)).nonzero()[0]
        for most in MOST_OF_EACH:
            if not len(waiting):
                break
            look, by_flow, rest = self._chooser.choose(place, waiting, most)
            name, is_unknown = self._flows.learn(self._look(columns, rows[look], by_flow))
            passes.append(Pass(by_flow, look, name, is_unknown))
            waiting = rest[~self._flows.is_settled(place[rest])]
        return passes

    def _look(self, columns: Columns, rows: NDArray[np.intp], by_flow: ByFlow) -> Looked:
        """Hold packets against the signatures."""
        payloads = Payloads(columns, rows)
        by_port = self._vocabulary.by_port(payloads.transport, payloads.source_port, payloads.destination_port)
        return Looked(by_flow, self._matcher.match(payloads), payloads.captured > 0, by_port)

    def _expect(self, columns: Columns, rows: NDArray[np.intp], place: Numbers, name: Names, passes: Sequence[Pass]) -> Pass:
        """Name those packets that were looked at in vain, and that other flows have announced."""
        is_unknown = np.zeros(len(name), np.bool_)
        for each in passes:
            is_unknown[each.look] = each.is_unknown
        look, by_flow = by_flows(place, np.concatenate([each.look for each in passes]))
        announced = self._expectations.names(columns, rows[look], is_unknown[look])
        expected = self._flows.expect(by_flow, name[look], is_unknown[look], announced)
        return Pass(by_flow, look, expected, is_unknown[look])

    def _listen(self, columns: Columns, rows: NDArray[np.intp], name: Names) -> None:
        """Read what packets of announcing protocols announce."""
        self._expectations.listen(columns, rows[self._announces.take(name).nonzero()[0]])
