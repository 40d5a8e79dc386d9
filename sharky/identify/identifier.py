"""Layer 7 of whole batches: number the flows, look at those that are not settled, and step from layer 4 to the names."""

from __future__ import annotations

from collections.abc import Sequence

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
from sharky.identify.vocabulary import DATA, Names, Vocabulary
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.protocols import ProtocolTree


class Identifier:
    """Names what packets carry, and remembers it for each flow, both directions.

    Attributes:
        counters: `flows_evicted`: flows that were forgotten to make room for others; `flows_refused`: packets whose flow
            found no place, so that each was named for itself; `announcements_refused`: announced ends that found no room.
    """

    def __init__(self, tree: ProtocolTree, most_flows: int = MOST_FLOWS) -> None:
        self._vocabulary = Vocabulary(signatures(), ports(), EXPECTED)
        self._matcher = Matcher(signatures())
        self._flows = FlowMemory(self._vocabulary)
        self._chooser = Chooser()
        self._table = FlowTable(self._flows.state, most_flows)
        self._expectations = Expectations(self._vocabulary.names)
        self._announces = np.isin(self._vocabulary.names, ANNOUNCING)
        self._steps = Steps(tree, self._vocabulary.names)

    @property
    def counters(self) -> Counters:
        """How often there was no room."""
        table = self._table
        return Counters(flows_evicted=table.evicted, flows_refused=table.refused, announcements_refused=self._expectations.refused)

    def identify(self, columns: Columns) -> Labels:
        """Name the topmost layer of each packet, and number its flow.

        Args:
            columns: A dissected batch; batches must come in the order of capture.
        """
        count = len(columns)
        rows = np.empty(count, np.intp)
        rows[columns.position] = np.arange(count)
        name: Names = np.empty(count, np.int32)
        flow = np.empty(count, np.int64)
        has_payload = self._steps.is_transport(columns.path)
        has_payload &= columns.payload_length > 0
        has_payload, keys, time_ns = has_payload.take(rows), columns.flow_key.take(rows), columns.time_ns.take(rows)
        begin = 0
        while begin < count:
            place = self._table.place(keys[begin:], time_ns[begin:])
            end = begin + len(place)
            flow[begin:end] = self._table.numbers(place)
            name[begin:end] = self._name(columns, rows[begin:end], place, has_payload[begin:end])
            begin = end
        return Labels(self._steps.step(columns.path, name.take(columns.position)), flow.take(columns.position))

    def _name(self, columns: Columns, rows: NDArray[np.intp], place: Numbers, has_payload: Mask) -> Names:
        """Return the names of some packets.

        Args:
            columns: The batch.
            rows: (n,) their rows, in the order of capture.
            place: (n,) the places of their flows.
            has_payload: (n,) which of them may have a name.
        """
        passes = self._learn(columns, rows, place, has_payload)
        name = self._flows.names(place)
        name *= has_payload
        for each in passes:
            name[each.look] = each.name
        self._listen(columns, rows, name)
        if passes and self._expectations.has_any:
            self._expect(columns, rows, place, name, passes)
        return name

    def _learn(self, columns: Columns, rows: NDArray[np.intp], place: Numbers, has_payload: Mask) -> list[Pass]:
        """Look at packets until no flow is open that has more."""
        passes: list[Pass] = []
        waiting = np.flatnonzero(has_payload & ~self._flows.is_settled(place))
        for most in MOST_OF_EACH:
            if not len(waiting):
                break
            look, by_flow, rest = self._chooser.choose(place, waiting, most)
            name, is_open = self._flows.learn(self._look(columns, rows[look], by_flow))
            passes.append(Pass(by_flow, look, name, is_open))
            waiting = rest[~self._flows.is_settled(place[rest])]
        return passes

    def _look(self, columns: Columns, rows: NDArray[np.intp], by_flow: ByFlow) -> Looked:
        """Hold packets against the signatures."""
        payloads = Payloads.gather(columns, rows)
        by_port = self._vocabulary.by_port(payloads.transport, payloads.source_port, payloads.destination_port)
        return Looked(by_flow, self._matcher.match(payloads), payloads.captured > 0, by_port)

    def _expect(self, columns: Columns, rows: NDArray[np.intp], place: Numbers, name: Names, passes: Sequence[Pass]) -> None:
        """Name those packets that were looked at in vain, and that other flows have announced."""
        is_open = np.zeros(len(name), np.bool_)
        for each in passes:
            is_open[each.look] = each.is_open
        look, by_flow = by_flows(place, np.concatenate([each.look for each in passes]))
        announced = self._expectations.names(columns, rows[look], is_open[look] & (name[look] == DATA))
        name[look] = self._flows.expect(by_flow, name[look], announced)

    def _listen(self, columns: Columns, rows: NDArray[np.intp], name: Names) -> None:
        """Read what packets of announcing protocols announce."""
        heard = np.flatnonzero(self._announces.take(name))
        if len(heard):
            self._expectations.listen(columns, rows[heard])
