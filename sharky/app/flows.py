"""The flows of a capture: who, what, how much, and what each is for; the numbers are those that `sharky follow` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharky.app.portions import read_captures, unheard
from sharky.identify.endpoints import endpoints
from sharky.model.errors import Problem
from sharky.pipeline.reading import Reading
from sharky.pipeline.recognition import Identified

Ends = frozenset[tuple[str, int]]
"""Address and port of both sides."""


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One flow.

    Attributes:
        number: Of the flow, as `sharky packets --json` has it.
        source, destination: Addresses of the side that sent first, and of the other.
        source_port, destination_port: Their ports; 0 where there are none.
        protocols: All layers of its last packet whose payload has a name; else of its last packet with payload, or of its last packet.
        server, service: Which server it goes to and what it is for, empty where that is not known.
        packets, bytes: Both ways, on the wire.
        ndpi: What nDPI calls it; empty where nobody asked.
    """

    number: int
    source: str
    destination: str
    source_port: int
    destination_port: int
    protocols: str
    server: str
    service: str
    packets: int
    bytes: int
    ndpi: str = ""

    @property
    def sides(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Address and port of the side that sent first, and of the other."""
        return (self.source, self.source_port), (self.destination, self.destination_port)

    @property
    def written_sides(self) -> tuple[str, str]:
        """Both sides as a person reads them."""
        source, destination = (side_text(*side) for side in self.sides)
        return source, destination

    @property
    def ends(self) -> Ends:
        """Both sides, in no order."""
        return frozenset(self.sides)


def side_text(address: str, port: int) -> str:
    """Return one side of a flow, IPv6 in brackets (RFC 5952 section 6); protocols without ports have none.

    >>> side_text("192.168.1.5", 443), side_text("2001:db8::1", 443), side_text("2001:db8::1", 0)
    ('192.168.1.5:443', '[2001:db8::1]:443', '2001:db8::1')
    """
    if not port:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def flow_rows(path: Path, tell: Callable[[Problem], None], progress: Callable[[float], None] = unheard) -> list[FlowRow]:
    """List the flows of a capture in the order in which they began (the arguments are those of `read_captures`)."""
    found: dict[int, FlowRow] = {}
    for seen in read_captures([path], Reading(), tell, progress):
        for row in _of_batch(seen):
            found[row.number] = _joined(found[row.number], row) if row.number in found else row
    return [found[number] for number in sorted(found)]


def with_second_opinion(rows: Iterable[FlowRow], names: dict[Ends, str]) -> list[FlowRow]:
    """Say beside each flow what somebody else calls it."""
    return [replace(row, ndpi=names.get(row.ends, "")) for row in rows]


def _of_batch(seen: Identified) -> Iterator[FlowRow]:
    """Yield what one batch has of each flow."""
    columns, labels = seen.columns, seen.labels
    rows = np.argsort(columns.position)
    rows = rows[labels.flow[rows] > 0]
    numbers, first, which, packets = np.unique(labels.flow[rows], return_index=True, return_inverse=True, return_counts=True)
    octets = np.bincount(which, columns.wire_length[rows]).astype(np.int64)
    has_payload = columns.payload_length[rows] > 0
    is_named = has_payload & ~columns.tree.carries("data").take(labels.path[rows])
    telling = _last(which, len(numbers), has_payload, is_named)
    service = labels.service.copy()
    service[list(labels.alone)] = 0
    meant = _last(which, len(numbers), has_payload & (service[rows] > 0))
    for place, number in enumerate(numbers.tolist()):
        start, told = int(rows[first[place]]), int(rows[telling[place]])
        source, destination = endpoints(columns, start, of_flow=True)
        yield FlowRow(
            number,
            source,
            destination,
            int(columns.source_port[start]),
            int(columns.destination_port[start]),
            columns.tree.path(int(labels.path[told])),
            labels.names.servers[int(labels.server[told])],
            labels.names.services[int(service[rows[meant[place]]])],
            int(packets[place]),
            int(octets[place]),
        )


def _last(which: NDArray[np.intp], count: int, *tellings: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the last packet of each flow, of those that tell most where any do: (count,); each of `tellings` tells more than the last."""
    last = np.zeros(count, np.intp)
    for is_telling in (np.ones(len(which), np.bool_), *tellings):
        last[which[is_telling]] = np.flatnonzero(is_telling)
    return last


def _joined(before: FlowRow, after: FlowRow) -> FlowRow:
    """Return a flow that goes on in another batch; the later protocols count unless they tell less."""
    return replace(
        before,
        protocols=after.protocols if _layers(after.protocols) >= _layers(before.protocols) else before.protocols,
        server=after.server or before.server,
        service=after.service or before.service,
        packets=before.packets + after.packets,
        bytes=before.bytes + after.bytes,
    )


def _layers(protocols: str) -> int:
    """Return how many layers have a name."""
    return protocols.count(":") - protocols.endswith(":data")
