"""The table of services: what a flow is for, by the server's name, by its protocol, or by its address.

`services.csv` has a row a service. What it does not need is left out at the end of the row.

- service, category: what it is called, and one of `CATEGORIES`.
- names: what its servers' names end with; of several that fit, the longest counts.
- addresses: the networks that are its alone.
- protocols: those that nobody else speaks.
- ports: where its names count, if not everywhere: who asks a resolver in the clear looks up the same name.
- discovery: what it is called where things in the house find each other (`services_discovery`): types of DNS-SD; UPnP's types,
  as far as they tell; products, with a slash.

A name says more than the first octets (`services_octets`), these more than an address, and an address more than a protocol.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_network

import numpy as np
from numpy.typing import NDArray

from sharky.identify.signatures import expand
from sharky.model.names import CATEGORIES

Ids = NDArray[np.int16]
"""Index in `Services.names`; 0 where nothing is known."""


class Services:
    """All services.

    Attributes:
        names: By their numbers; the first one is empty.
        category: (services,) uint8, an index in `CATEGORIES`.
        by_protocol: The service of each protocol that has one.
    """

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.names = ("", *(row["service"] for row in rows))
        self.category = np.array([0, *(CATEGORIES.index(row["category"]) for row in rows)], np.uint8)
        self.by_protocol: dict[str, int] = {}
        self._by_suffix: dict[str, int] = {}
        self._by_discovery = {word.lower(): number for number, row in enumerate(rows, start=1) for word in row["discovery"].split()}
        self._ports = {number: frozenset(expand(row["ports"])) for number, row in enumerate(rows, start=1) if row["ports"]}
        networks: list[tuple[IPv4Network | IPv6Network, int]] = []
        for number, row in enumerate(rows, start=1):
            self.by_protocol |= dict.fromkeys(row["protocols"].split(), number)
            self._by_suffix |= dict.fromkeys(row["names"].split(), number)
            networks += [(ip_network(network), number) for network in row["addresses"].split()]
        self._networks = _Networks([(network, number) for network, number in networks if network.version == 4], 32)
        self._networks6 = _Networks([(network, number) for network, number in networks if network.version == 6], 64)

    def by_name(self, name: str, ports: Iterable[int] = (443,)) -> int:
        """Return the service of a server, 0 where it is not known.

        Args:
            name: The server's name in small letters.
            ports: Of the flow that goes there.

        >>> table = services()
        >>> table.names[table.by_name("r4---sn-4g5e6nz7.googlevideo.com")], table.by_name("notyoutube.com")
        ('youtube', 0)
        >>> [table.names[table.by_name("dns.quad9.net", ports)] for ports in ((40000, 853), (40000, 53))]
        ['encrypted-dns', 'quad9']
        """
        while name:
            number = self._by_suffix.get(name)
            if number and (number not in self._ports or not self._ports[number].isdisjoint(ports)):
                return number
            _, _, name = name.partition(".")
        return 0

    def by_discovery(self, word: str) -> int:
        """Return the service that is looked for or announced, 0 where it is not known; of several types that fit, the longest counts.

        >>> table = services()
        >>> [table.names[table.by_discovery(word)] for word in ("_raop._tcp", "Sonos/", "urn:dial-multiscreen-org:service:dial:1", "urn:")]
        ['airplay', 'sonos', 'dial', '']
        """
        word = word.lower()
        while word:
            number = self._by_discovery.get(word)
            if number:
                return number
            word, _, _ = word.rpartition(":")
        return 0

    def by_ipv4(self, addresses: NDArray[np.uint64]) -> Ids:
        """Return the service of each IPv4 address: (m,)."""
        return self._networks.find(addresses)

    def by_ipv6(self, upper_halves: NDArray[np.uint64]) -> Ids:
        """Return the service of each IPv6 address, given its upper half: (m,)."""
        return self._networks6.find(upper_halves)


class _Networks:
    """Networks as spans of numbers, each number in the smallest network that has it; a longer one may lie within a shorter one."""

    def __init__(self, networks: list[tuple[IPv4Network | IPv6Network, int]], bits: int) -> None:
        spans = [(*_span(network, bits), number) for network, number in networks]
        starts = sorted({0, *(first for first, _, _ in spans), *(last + 1 for _, last, _ in spans if last + 1 < 1 << bits)})
        self._starts = np.array(starts, np.uint64)
        self._numbers = np.array([_smallest(start, spans) for start in starts], np.int16)

    def find(self, addresses: NDArray[np.uint64]) -> Ids:
        found: Ids = self._numbers.take(np.searchsorted(self._starts, addresses, side="right") - 1)
        return found


def _span(network: IPv4Network | IPv6Network, bits: int) -> tuple[int, int]:
    """Return the first and the last number of a network, in the upper `bits` of addresses."""
    beyond = network.max_prefixlen - bits
    return int(network.network_address) >> beyond, int(network.broadcast_address) >> beyond


def _smallest(number: int, spans: list[tuple[int, int, int]]) -> int:
    """Return what the smallest span that has a number stands for, 0 where none has it."""
    return min(((last - first, service) for first, last, service in spans if first <= number <= last), default=(0, 0))[1]


def service_rows() -> list[dict[str, str]]:
    """Return the rows of the table that Sharky comes with."""
    return list(csv.DictReader(files("sharky.identify").joinpath("services.csv").read_text("utf-8").splitlines(), restval=""))


@cache
def services() -> Services:
    """Return the table that Sharky comes with."""
    return Services(service_rows())
