"""Whose packets are and what for, beyond their protocols: names, services and devices, batch by batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.identify.addresses import mapped_address
from sharky.identify.devices import DeviceRegistry, KnownDevices
from sharky.identify.flow_table import MOST_FLOWS
from sharky.identify.names import NameListener
from sharky.identify.parts import FlowStarts, Part
from sharky.identify.payloads import Numbers
from sharky.identify.recogniser import Recogniser
from sharky.identify.services import services
from sharky.identify.services_flows import ServiceFinder
from sharky.identify.text import printable
from sharky.identify.times import PacketTimes
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.devices import DeviceReport
from sharky.model.names import NameTables
from sharky.model.protocols import ProtocolTree
from sharky.model.windows import Present

MINUTE_NS = 60 * 1_000_000_000


class Identifier:
    """Names what packets carry, where to and whose they are, and remembers it for each flow, both directions.

    Attributes:
        counters: Those of `Recogniser`; `names_skipped`: packets that were not read for names since the budget of their second
            was spent; `hellos_given_up`: beginnings of streams that were forgotten to make room for others.
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
        self._listener = NameListener(tree, names_per_second)
        self._starts = FlowStarts()
        known = known_devices or KnownDevices()
        self._names = NameTables(services=services().names, categories=services().category.tolist(), vendor_of=known.vendor_of)
        self._times = PacketTimes()
        self._services = ServiceFinder(tree, self._names)
        self._devices = DeviceRegistry(self._names, known)
        keepers = (self._listener, self._starts, self._services)
        self._recogniser = Recogniser(tree, most_flows, [column for keeper in keepers for column in keeper.state])

    @property
    def counters(self) -> Counters:
        """How often there was no room or no time."""
        return self._recogniser.counters + self._listener.counters + self._services.counters + self._devices.counters

    def devices(self) -> list[DeviceReport]:
        """Return all that is known of the devices that were seen, in the order in which they were."""
        return self._devices.reports()

    def called(self, address: bytes, now_ns: int) -> str:
        """Return what the device that has an address is called, or else the server there by its last look-up; fit to be shown.

        Args:
            address: 4 or 16 octets.
            now_ns: Packet time; a look-up has to have held within the minute before.
        """
        mapped = mapped_address(address)
        return printable(self._devices.called(mapped) or self._services.servers.called(mapped, now_ns - MINUTE_NS))

    def present(self, now_ns: int) -> Present:
        """Return whose devices are here, at a moment of packet time."""
        return self._devices.present(now_ns)

    def names_since(self, time_ns: int) -> list[tuple[bytes, str]]:
        """Return what DNS has answered at or after a moment of packet time: addresses of 16 octets, and their names."""
        return self._services.servers.told_since(time_ns)

    def leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward: nothing grew older meanwhile."""
        self._recogniser.leap(by_ns)
        self._services.servers.leap(by_ns)
        self._devices.leap(by_ns)

    def identify(self, columns: Columns) -> Labels:
        """Name the topmost layer of each packet, number its flow, and read the names that it carries.

        Args:
            columns: A dissected batch; batches must come in the order of capture.
        """
        count = len(columns)
        labels = Labels(np.empty(count, np.int32), np.empty(count, np.int64), names=self._names)
        labels.first_ns, labels.before_ns = self._times.see(columns)
        self._services.learn_house(columns)
        starts = [np.empty(0, np.intp)]
        starts += [self._label(columns, rows, place, labels) for rows, place in self._recogniser.parts(columns, labels)]
        labels.heard = self._listener.listen_to_frames(columns, labels.heard)
        self._devices.label(columns, labels, np.concatenate(starts))
        return labels

    def _label(self, columns: Columns, rows: NDArray[np.intp], place: Numbers, labels: Labels) -> NDArray[np.intp]:
        """Label some packets whose paths and flows are known; return the rows of those with which flows begin."""
        said = self._listener.listen(columns, rows, place, labels.flow.take(rows), labels.path.take(rows))
        part = Part(columns, rows, place, self._starts.find(place), said)
        self._services.label(part, labels)
        labels.heard = [*labels.heard, *said]
        return rows.take(part.starts)
