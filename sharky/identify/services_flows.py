"""What flows are for: the server that each one goes to, its service, and which way its packets go.

A flow gets what its addresses tell with its first packet, and the server's name from the packet on that says it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.identify.addresses import Addresses, ipv4_numbers, is_local, upper_halves
from sharky.identify.house import House
from sharky.identify.parts import Part
from sharky.identify.payloads import Numbers
from sharky.identify.services import Ids, services
from sharky.identify.services_discovery import found_in
from sharky.identify.services_octets import Hit, ServiceOctets
from sharky.identify.services_servers import ServerNames, Told
from sharky.identify.signatures import TRANSPORTS
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.names import DIRECTIONS, NameTables
from sharky.model.protocols import MAXIMUM_NODES, Nodes, ProtocolTree
from sharky.tables import GrowingColumn, among

_HIGH, _LOW = 1, 2
"""Bits of a flow: whether its higher and its lower end is in the house."""

_NOWHERE, _IN, _OUT, _LOCAL = map(DIRECTIONS.index, ("", "in", "out", "local"))
_DIRECTION = np.array([[_NOWHERE, _NOWHERE], [_OUT, _IN], [_IN, _OUT], [_LOCAL, _LOCAL]], np.uint8)
"""By these bits, and by whether the packet goes from the lower to the higher end."""

_INDEX_BITS = 32


class ServiceFinder:
    """Remembers for each flow what it is for.

    Attributes:
        state: Columns of what is known of each flow, by its place; a row begins as zeros.
    """

    def __init__(self, tree: ProtocolTree, tables: NameTables) -> None:
        self.servers = ServerNames(tables.servers)
        self._house = House()
        self._protocols, self._octets = _Protocols(tree), ServiceOctets()
        self._server, self._ends = GrowingColumn(np.int32), GrowingColumn(np.uint8)
        self._service, self._by_address = GrowingColumn(np.int16), GrowingColumn(np.int16)
        self.state = (self._server, self._ends, self._service, self._by_address, *self._octets.state)

    @property
    def counters(self) -> Counters:
        """Names of servers that found no room."""
        return Counters(servers_refused=self.servers.refused)

    def learn_house(self, columns: Columns) -> None:
        """Learn from a batch, ahead of its parts, which networks are in the house."""
        self._house.learn(columns)

    def label(self, part: Part, labels: Labels) -> None:
        """Fill in what some packets' flows are for."""
        rows, place = part.rows, part.place
        addresses = Addresses.of_flows(part.columns, rows.take(part.starts)) if len(part.starts) else Addresses.none()
        if len(part.starts):
            self._begin(part, addresses)
        server, service = self._server.values.take(place), self._service.values.take(place)
        told = self.servers.told(part, addresses)
        if told:
            self._apply(part, told, server, service)
        direction = self._directions(part)
        alone, joined = _sorted_out(part, direction)
        for hit in [*self._octets.look(part), *joined]:
            self._take_for(hit, place[hit.index :], service[hit.index :])
        service = np.where(service > 0, service, self._protocols.services(labels.path.take(rows)))
        for index, about in alone:
            service[index] = about
        labels.alone = [*labels.alone, *(int(rows[index]) for index, _ in alone)]
        labels.server[rows] = server
        labels.service[rows] = service
        labels.category[rows] = services().category.take(service)
        labels.direction[rows] = direction

    def _directions(self, part: Part) -> NDArray[np.uint8]:
        direction = _DIRECTION[self._ends.values.take(part.place), part.columns.is_forward.take(part.rows).astype(np.intp)]
        return np.where(part.columns.flow_key.take(part.rows) == 0, np.uint8(_LOCAL), direction)

    def _begin(self, part: Part, addresses: Addresses) -> None:
        """Note what the addresses of new flows tell."""
        place, rows = part.place.take(part.starts), part.rows.take(part.starts)
        numbers = part.columns.position.take(rows) + part.columns.first_number
        ends = addresses.ends.reshape(-1, 16)
        is_inside = is_local(ends, _twice(addresses.is_ipv4)) | self._house.has(ends, _twice(numbers))
        source, destination = is_inside.reshape(2, -1)
        is_forward = part.columns.is_forward.take(rows)
        self._ends.values[place] = np.where(is_forward, source, destination) * _LOW + np.where(is_forward, destination, source) * _HIGH
        self._service.values[place] = self._by_address.values[place] = _services_of(addresses)

    def _apply(self, part: Part, told: list[Told], server: NDArray[Any], service: NDArray[Any]) -> None:
        """Change flows from the packets on that tell of their servers: in memory, and in columns of this part's packets."""
        told = sorted(told, key=lambda each: (each.place, each.index))
        place, index, servers, by_name = (
            np.array([getattr(each, column) for each in told], np.int64) for column in ("place", "index", "server", "service")
        )
        meant = np.where(by_name > 0, by_name, self._by_address.values.take(place))
        later = among(part.place, place).nonzero()[0]
        key = (part.place.take(later) << _INDEX_BITS) + later
        last = np.searchsorted((place << _INDEX_BITS) + index, key, side="right") - 1
        has_event = (last >= 0) & (place.take(last, mode="clip") == part.place.take(later))
        later, last = later[has_event], last[has_event]
        server[later], service[later] = servers.take(last), meant.take(last)
        self._server.values[place], self._service.values[place] = servers, meant

    def _take_for(self, hit: Hit, place: Numbers, service: Ids) -> None:
        """Change a flow from the packet on that tells what it is for, as far as only its address has told so far.

        Args:
            hit: What the packet tells.
            place: (m,) of this packet's and all later packets' flows.
            service: (m,) what they are for, which is changed.
        """
        by_address = self._by_address.values[hit.place]
        service[(place == hit.place) & (service == by_address)] = hit.service
        if self._service.values[hit.place] == by_address:
            self._service.values[hit.place] = hit.service
        self._by_address.values[hit.place] = hit.service


def _sorted_out(part: Part, direction: NDArray[np.uint8]) -> tuple[list[tuple[int, int]], list[Hit]]:
    """Return what single packets are about, each with its index; and of connections within the house what they are for."""
    alone: list[tuple[int, int]] = []
    joined: list[Hit] = []
    for index, service in found_in(part):
        if part.columns.transport[part.rows[index]] != TRANSPORTS["tcp"]:
            alone += [(index, service)] if service != services().by_protocol["ssdp"] else []
        elif direction[index] == _LOCAL and part.place[index]:
            joined.append(Hit(int(part.place[index]), index, service))
    return alone, joined


class _Protocols:
    """The services that are told by their protocols, by node."""

    def __init__(self, tree: ProtocolTree) -> None:
        self._tree = tree
        self._known = 0
        self._service: Ids = np.zeros(MAXIMUM_NODES, np.int16)

    def services(self, path: Nodes) -> Ids:
        """Return the service of each packet's protocol, 0 for most."""
        for node in range(self._known, len(self._tree)):
            own = services().by_protocol.get(self._tree.protocol(node), 0)
            self._service[node] = own or self._service[self._tree.parent[node]]
        self._known = len(self._tree)
        found: Ids = self._service.take(path)
        return found


def _services_of(addresses: Addresses) -> Ids:
    """Return the service that has one of the two addresses for itself."""
    ends = addresses.ends.reshape(-1, 16)
    found = np.where(_twice(addresses.is_ipv4), services().by_ipv4(ipv4_numbers(ends).astype(np.uint64)), np.int16(0))
    found = np.where(_twice(addresses.is_ipv6), services().by_ipv6(upper_halves(ends)), found)
    source, destination = found.reshape(2, -1)
    return np.where(destination > 0, destination, source)


def _twice(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column of packets for both of their ends."""
    return np.concatenate((column, column))
