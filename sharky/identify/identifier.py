"""Layer 7 of whole batches: number the flows, look at those that are not settled, and step from layer 4 to the names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sharky.identify.announced import ANNOUNCING, EXPECTED
from sharky.identify.datagrams import Datagrams
from sharky.identify.devices import DeviceRegistry, KnownDevices
from sharky.identify.expectations import Expectations
from sharky.identify.flow_table import MOST_FLOWS, FlowTable
from sharky.identify.flows import ByFlow, FlowMemory, Looked
from sharky.identify.matcher import Matcher
from sharky.identify.names import NameListener
from sharky.identify.parts import FlowStarts, Part
from sharky.identify.passes import MOST_OF_EACH, Chooser, Pass, by_flows
from sharky.identify.payloads import Mask, Numbers, Payloads
from sharky.identify.ports import ports
from sharky.identify.services import services
from sharky.identify.services_flows import ServiceFinder
from sharky.identify.signatures import signatures
from sharky.identify.steps import Steps
from sharky.identify.vocabulary import Names, Vocabulary
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.devices import DeviceReport
from sharky.model.names import NameTables
from sharky.model.protocols import ProtocolTree


class Identifier:
    """Names what packets carry, and remembers it for each flow, both directions.

    Attributes:
        counters: `flows_evicted`: flows that were forgotten to make room for others; `flows_refused`: packets whose flow
            found no place, so that each was named for itself; `announcements_refused`: announced ends that found no room;
            `names_skipped`: packets that were not read for names since the budget of their second was spent;
            `hellos_given_up`: beginnings of streams that were forgotten to make room for others;
            `datagrams_unnamed`: datagrams in pieces whose names were forgotten to make room for others.
    """

    def __init__(
        self,
        tree: ProtocolTree,
        most_flows: int = MOST_FLOWS,
        names_per_second: int | None = None,
        known_devices: KnownDevices | None = None,
    ) -> None:
        """Begin with nothing known.

        Args:
            tree: To which the nodes of packets belong.
            most_flows: How many flows are remembered.
            names_per_second: How many packets may be read for names in a second of packet time; None for all.
            known_devices: What is known of devices before they say anything.
        """
        self._vocabulary = Vocabulary(signatures(), ports(), EXPECTED)
        self._matcher = Matcher(signatures())
        self._flows = FlowMemory(self._vocabulary)
        self._chooser = Chooser()
        self._listener = NameListener(tree, names_per_second)
        self._starts = FlowStarts()
        self._names = NameTables(services=services().names)
        self._services = ServiceFinder(tree, self._names)
        self._devices = DeviceRegistry(self._names, known_devices or KnownDevices())
        keepers = (self._flows, self._listener, self._starts, self._services)
        self._table = FlowTable([column for keeper in keepers for column in keeper.state], most_flows)
        self._expectations = Expectations(self._vocabulary.names)
        self._announces = np.array([name in ANNOUNCING for name in self._vocabulary.names])
        self._datagrams = Datagrams()
        self._steps = Steps(tree, self._vocabulary.names)

    @property
    def counters(self) -> Counters:
        """How often there was no room or no time."""
        own = Counters(
            flows_evicted=self._table.evicted,
            flows_refused=self._table.refused,
            announcements_refused=self._expectations.refused,
            datagrams_unnamed=self._datagrams.given_up,
        )
        return own + self._listener.counters + self._services.counters + self._devices.counters

    def devices(self) -> list[DeviceReport]:
        """Return all that is known of the devices that were seen, in the order in which they were."""
        return self._devices.reports()

    def identify(self, columns: Columns) -> Labels:
        """Name the topmost layer of each packet, number its flow, and read the names that it carries.

        Args:
            columns: A dissected batch; batches must come in the order of capture.
        """
        count = len(columns)
        labels = Labels(np.empty(count, np.int32), np.empty(count, np.int64), names=self._names)
        rows = np.empty(count, np.intp)
        rows[columns.position] = np.arange(count)
        name: Names = np.empty(count, np.int32)
        self._services.learn_house(columns)
        is_transport = self._steps.is_transport(columns.path)
        has_payload = is_transport & (columns.payload_length > 0)
        has_payload[list(columns.datagrams)] = True
        has_payload, keys, time_ns = has_payload.take(rows), columns.flow_key.take(rows), columns.time_ns.take(rows)
        starts, begin = [rows[:0]], 0
        while begin < count:
            place = self._table.place(keys[begin:], time_ns[begin:])
            end = begin + len(place)
            starts.append(self._label(columns, rows[begin:end], place, has_payload[begin:end], labels, name))
            begin = end
        self._carry_over(columns, labels, name, is_transport)
        labels.heard = sorted([*labels.heard, *self._listener.listen_to_frames(columns)], key=lambda said: columns.position[said[0]])
        self._devices.label(columns, labels, np.concatenate(starts))
        return labels

    def _label(  # noqa: PLR0913, PLR0917 - two columns are filled part by part
        self, columns: Columns, rows: NDArray[np.intp], place: Numbers, has_payload: Mask, labels: Labels, name: Names
    ) -> NDArray[np.intp]:
        """Label some packets, given as for `_name`; return the rows of those with which flows begin."""
        flow = labels.flow[rows] = self._table.numbers(place)
        name[rows] = self._name(columns, rows, place, has_payload)
        path = labels.path[rows] = self._steps.step(columns.path.take(rows), name.take(rows))
        said = self._listener.listen(columns, rows, place, flow, path)
        part = Part(columns, rows, place, self._starts.find(place), said)
        self._services.label(part, labels)
        labels.heard = [*labels.heard, *said]
        return rows.take(part.starts)

    def _carry_over(self, columns: Columns, labels: Labels, name: Names, is_transport: Mask) -> None:
        """Name the pieces that make datagrams whole by what their first pieces said."""
        carried = list(self._datagrams.carry_over(name, is_transport, columns.datagrams))
        if carried:
            rows = np.array([row for row, _ in carried], np.intp)
            names = np.array([its_name for _, its_name in carried], np.int32)
            labels.path[rows] = self._steps.step(columns.path.take(rows), names)

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
        waiting = np.flatnonzero(has_payload & ~self._flows.is_settled(place))
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
        payloads = Payloads.gather(columns, rows)
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
        heard = np.flatnonzero(self._announces.take(name))
        if len(heard):
            self._expectations.listen(columns, rows[heard])
