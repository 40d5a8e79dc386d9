"""Layer 7 of whole batches: number the flows, look at those that are not settled, and step from layer 4 to the names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.identify.flow_table import MOST_FLOWS, FlowTable
from sharky.identify.flows import FlowMemory, Looked
from sharky.identify.matcher import Matcher
from sharky.identify.payloads import Mask, Numbers, Payloads
from sharky.identify.ports import ports
from sharky.identify.signatures import signatures
from sharky.identify.vocabulary import NOTHING, Names, Vocabulary
from sharky.model.columns import Columns, Labels, Rows
from sharky.model.counters import Counters
from sharky.model.protocols import MAXIMUM_NODES, Nodes, ProtocolTree

TRANSPORT_NAMES = ("tcp", "udp")


class Identifier:
    """Names what packets carry, and remembers it for each flow, both directions.

    Attributes:
        counters: `flows_evicted`: flows that were forgotten to make room for others; `flows_refused`: packets whose flow
            found no place, so that each was named for itself.
    """

    def __init__(self, tree: ProtocolTree, most_flows: int = MOST_FLOWS) -> None:
        self._tree = tree
        self._vocabulary = Vocabulary(signatures(), ports())
        self._matcher = Matcher(signatures())
        self._flows = FlowMemory(self._vocabulary)
        self._table = FlowTable(self._flows.state, most_flows)
        self._has_transport: Mask = np.zeros(MAXIMUM_NODES, np.bool_)
        self._known_nodes = 0
        self._steps = np.zeros((MAXIMUM_NODES, len(self._vocabulary.names)), np.int32)

    @property
    def counters(self) -> Counters:
        """How often there was no room."""
        return Counters({"flows_evicted": self._table.evicted, "flows_refused": self._table.refused})

    def identify(self, columns: Columns) -> Labels:
        """Name the topmost layer of each packet, and number its flow.

        Args:
            columns: A dissected batch; batches must come in the order of capture.
        """
        count = len(columns)
        name: Names = np.zeros(count, np.int32)
        flow = np.zeros(count, np.int64)
        has_payload = self._has_payload(columns)
        keys, time_ns = np.empty(count, np.uint64), np.empty(count, np.int64)
        keys[columns.position], time_ns[columns.position] = columns.flow_key, columns.time_ns
        begin = 0
        while begin < count:
            place = self._table.place(keys[begin:], time_ns[begin:])
            end = begin + len(place)
            rows: Rows = slice(0, count)
            if len(place) < count:
                rows = np.flatnonzero((columns.position >= begin) & (columns.position < end))
            place = place.take(columns.position[rows] - begin)
            flow[rows] = self._table.numbers(place)
            name[rows] = self._name(columns, rows, place, has_payload[rows])
            begin = end
        return Labels(self._step(columns.path, name), flow)

    def _has_payload(self, columns: Columns) -> Mask:
        for node in range(self._known_nodes, len(self._tree)):
            self._has_transport[node] = self._tree.protocol(node) in TRANSPORT_NAMES
        self._known_nodes = len(self._tree)
        has_payload: Mask = self._has_transport.take(columns.path)
        has_payload &= columns.payload_length > 0
        return has_payload

    def _name(self, columns: Columns, rows: Rows, place: Numbers, has_payload: Mask) -> Names:
        """Return the names of some rows, given the places of their flows."""
        name = self._flows.names(place)
        name *= has_payload
        look = np.flatnonzero(has_payload & ~self._flows.is_settled(place))
        if len(look):
            place = place[look]
            looked_rows = look if isinstance(rows, slice) else rows[look]
            flow_or_row = np.where(place > 0, place, -looked_rows)
            order = np.lexsort((columns.position[looked_rows], flow_or_row))
            name[look[order]] = self._look(columns, looked_rows[order], flow_or_row[order])
        return name

    def _look(self, columns: Columns, rows: NDArray[np.intp], flow: Numbers) -> Names:
        """Hold packets, sorted by flow and capture, against the signatures, and return their names."""
        payloads = Payloads.gather(columns, rows)
        by_port = self._vocabulary.by_port(payloads.transport, payloads.source_port, payloads.destination_port)
        return self._flows.learn(Looked.sorted(flow, self._matcher.match(payloads), payloads.captured > 0, by_port))

    def _step(self, path: Nodes, name: Names) -> Nodes:
        """Return the node of each packet after the layers that `name` names."""
        place = path * np.int32(self._steps.shape[1]) + name
        reached: Nodes = self._steps.take(place)
        if len(reached) and not reached.all():
            for missing in np.unique(place[reached == 0]).tolist():
                self._fill(*divmod(missing, self._steps.shape[1]))
            reached = self._steps.take(place)
        return reached - 1

    def _fill(self, node: int, name: int) -> None:
        """Remember where one step leads; the table holds the node's number plus one, so that zero is what is not known yet."""
        reached = node
        if name != NOTHING:
            for protocol in self._vocabulary.names[name].split(":"):
                reached = self._tree.node(reached, protocol)
        self._steps[node, name] = reached + 1
