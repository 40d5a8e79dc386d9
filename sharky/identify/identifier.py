"""Layer 7 of whole batches: number the flows, look at those that are not settled, and step from layer 4 to the names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.identify.flows import FlowMemory, Looked
from sharky.identify.matcher import Matcher
from sharky.identify.payloads import Mask, Numbers, Payloads
from sharky.identify.ports import ports
from sharky.identify.signatures import signatures
from sharky.identify.vocabulary import NOTHING, Names, Vocabulary
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.protocols import MAXIMUM_NODES, Nodes, ProtocolTree
from sharky.tables import KeyTable

TRANSPORT_NAMES = ("tcp", "udp")


class Identifier:
    """Names what packets carry, and remembers it for each flow, both directions.

    Attributes:
        counters: `flows_refused`: packets whose flow found no room, so that each was named for itself.
    """

    def __init__(self, tree: ProtocolTree) -> None:
        self._tree = tree
        self._vocabulary = Vocabulary(signatures(), ports())
        self._matcher = Matcher(signatures())
        self._keys = KeyTable()
        self._flows = FlowMemory(self._vocabulary)
        self._has_transport: Mask = np.zeros(MAXIMUM_NODES, np.bool_)
        self._known_nodes = 0
        self._steps = np.zeros((MAXIMUM_NODES, len(self._vocabulary.names)), np.int32)

    @property
    def counters(self) -> Counters:
        """How often there was no room."""
        return Counters({"flows_refused": self._keys.refused})

    def identify(self, columns: Columns) -> Labels:
        """Name the topmost layer of each packet, and number its flow.

        Args:
            columns: A dissected batch; batches must come in the order of capture.
        """
        flow = self._number(columns)
        has_payload = self._has_payload(columns)
        name = self._flows.names(flow)
        name *= has_payload
        rows = np.flatnonzero(has_payload & ~self._flows.is_settled(flow))
        if len(rows):
            self._look(columns, rows, flow, name)
        return Labels(self._step(columns.path, name), flow)

    def _number(self, columns: Columns) -> Numbers:
        """Number the flows in the order of capture, which is not that of the rows."""
        in_order = np.empty(len(columns), np.uint64)
        in_order[columns.position] = columns.flow_key
        has_flow = in_order != 0
        if has_flow.all():
            numbers = self._keys.index(in_order)
            numbers += 1
        else:
            numbers = np.zeros(len(columns), np.int64)
            numbers[has_flow] = self._keys.index(in_order[has_flow]) + 1
        self._flows.reach(self._keys.count + 1)
        return numbers.take(columns.position)

    def _has_payload(self, columns: Columns) -> Mask:
        for node in range(self._known_nodes, len(self._tree)):
            self._has_transport[node] = self._tree.protocol(node) in TRANSPORT_NAMES
        self._known_nodes = len(self._tree)
        has_payload: Mask = self._has_transport.take(columns.path)
        has_payload &= columns.payload_length > 0
        return has_payload

    def _look(self, columns: Columns, rows: NDArray[np.intp], flow: Numbers, name: Names) -> None:
        """Hold some packets against the signatures, and write their names into `name`."""
        flow_or_row = flow.take(rows)
        flow_or_row = np.where(flow_or_row > 0, flow_or_row, -rows)
        order = np.lexsort((columns.position.take(rows), flow_or_row))
        rows, flow_or_row = rows[order], flow_or_row[order]
        payloads = Payloads.gather(columns, rows)
        by_port = self._vocabulary.by_port(payloads.transport, payloads.source_port, payloads.destination_port)
        looked = Looked.sorted(flow_or_row, self._matcher.match(payloads), payloads.captured > 0, by_port)
        name[rows] = self._flows.learn(looked)

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
