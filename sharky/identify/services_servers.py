"""Which server each flow goes to: what its hello says, or else the name by which its address was last looked up."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from sharky.identify.addresses import Addresses, packed_address
from sharky.identify.names_cache import AddressNames
from sharky.identify.parts import Part
from sharky.identify.services import services
from sharky.model.names import ENCRYPTED, Heard

MOST_SERVERS = 1 << 15
"""Different names of servers that are told apart, ten times what a busy house asks for in a day: 5 MiB when full."""

LONGEST_NAME = 255
"""Characters of a server's name; what is longer is none."""

ANSWERS = ("dns_answer", "mdns_host", "llmnr_host")
SAYING = ("sni", "ech", "http_host")
"""Kinds of names that say which server a flow goes to; of several in one packet the last counts."""

_OF_SERVERS = frozenset((*ANSWERS, *SAYING))


@dataclass(frozen=True, slots=True)
class Told:
    """From one packet on it is known which server a flow goes to.

    Attributes:
        place: Of the flow in the columns of state.
        index: Of the packet in its part of a batch.
        server: Number of the server's name.
        service: Number of the service that has such names, 0 where none has.
    """

    place: int
    index: int
    server: int
    service: int


class ServerNames:
    """Knows the names of servers.

    Attributes:
        refused: How many names found no room.
    """

    def __init__(self, names: list[str], most: int = MOST_SERVERS) -> None:
        """Begin with no name.

        Args:
            names: Table that the names are added to; their indices are their numbers.
            most: How many it may hold.
        """
        self.refused = 0
        self._names = names
        self._most = most
        self._number = {"": 0}
        self._by_address = AddressNames()

    def told_since(self, time_ns: int) -> list[tuple[bytes, str]]:
        """Return the addresses that were given a name at or after a moment of packet time, as `AddressNames` has them."""
        return self._by_address.told_since(time_ns)

    def called(self, address: bytes, since_ns: int) -> str:
        """Return the name that an address (16 octets) was last looked up by, empty where none held at a moment or later."""
        return self._by_address.find(address, since_ns)

    def leap(self, by_ns: int) -> None:
        """Take the names along with a clock that was set forward."""
        self._by_address.leap(by_ns)

    def told(self, part: Part, addresses: Addresses) -> list[Told]:
        """Go through what some packets tell, in the order of capture.

        Args:
            part: The packets.
            addresses: Of those with which flows begin.
        """
        queue: list[tuple[int, int | Heard]] = [(part.index_of(row), heard) for row, heard in part.said if heard.kind in _OF_SERVERS]
        answered = {packed_address(heard.about) for _, heard in queue if isinstance(heard, Heard) and heard.kind in ANSWERS}
        starts = self._worth_looking_up(part, addresses, answered)
        if starts:
            queue = sorted([*starts, *queue], key=itemgetter(0))
        found: list[Told] = []
        for index, what in queue:
            row = part.rows[index]
            now_ns = int(part.columns.time_ns[row])
            name = self._looked_up(part, addresses, what, now_ns) if isinstance(what, int) else self._heard(what, now_ns)
            place = int(part.place[index]) if name else 0
            if place:
                ports = int(part.columns.source_port[row]), int(part.columns.destination_port[row])
                found.append(Told(place, index, self._server(name), services().by_name(name.removesuffix(ENCRYPTED), ports)))
        return found

    def _worth_looking_up(self, part: Part, addresses: Addresses, answered: set[bytes]) -> list[tuple[int, int]]:
        """Return where flows begin one of whose addresses has a name, or will have within this part."""
        ends = addresses.destination.tobytes(), addresses.source.tobytes()
        return [
            (start, number)
            for number, start in enumerate(part.starts.tolist())
            for end in ends
            if (address := end[number * 16 : number * 16 + 16]) in answered or address in self._by_address
        ]

    def _looked_up(self, part: Part, addresses: Addresses, index: int, now_ns: int) -> str:
        """Return the name of where a new flow goes; one that is seen first from the other side comes from the lower port."""
        name = self._by_address.find(addresses.destination[index].tobytes(), now_ns)
        row = part.rows[part.starts[index]]
        if name or part.columns.source_port[row] >= part.columns.destination_port[row]:
            return name
        return self._by_address.find(addresses.source[index].tobytes(), now_ns)

    def _heard(self, heard: Heard, now_ns: int) -> str:
        """Return the server that a packet names for its own flow; remember what it says of addresses."""
        name = _server_name(heard)
        if heard.kind in SAYING:
            return name + ENCRYPTED if heard.kind == "ech" else name
        if name:
            self._by_address.tell(packed_address(heard.about), name, heard.lifetime_s, now_ns)
        return ""

    def _server(self, name: str) -> int:
        number = self._number.get(name)
        if number is None:
            if len(self._names) >= self._most:
                self.refused += 1
                return 0
            number = self._number[name] = len(self._names)
            self._names.append(name)
        return number


def _server_name(heard: Heard) -> str:
    """Return a name as it is compared: in small letters, without port and root, empty where it is none.

    >>> _server_name(Heard("http_host", "WWW.Example.org.:8080")), _server_name(Heard("http_host", "[2001:db8::1]:80"))
    ('www.example.org', '2001:db8::1')
    """
    name = heard.name.strip().lower()
    if heard.kind == "http_host":
        name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    name = name.rstrip(".")
    return name if len(name) <= LONGEST_NAME else ""
