"""The rows of the packet list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sharky.app.devices import known_devices
from sharky.app.portions import read_captures
from sharky.identify.endpoints import endpoints
from sharky.identify.info import info
from sharky.model.columns import PROBLEMS, explain_problem
from sharky.model.errors import Problem
from sharky.model.names import DIRECTIONS
from sharky.pipeline.reading import Reading
from sharky.pipeline.recognition import Identified
from sharky.rules import Filter


@dataclass(frozen=True, slots=True)
class PacketRow:
    """One line of the packet list.

    Attributes:
        number: As Wireshark counts, from 1.
        time_ns: Nanoseconds since 1970 in UTC.
        since_ns: Nanoseconds since the first packet of the capture, whether that is shown or not.
        length, captured: Octets on the wire and in the file.
        protocols: All layers, such as `eth:ip:udp:dns`.
        flow: Number of its flow, 0 without one.
        source, destination: Addresses as Wireshark's packet list shows them.
        info: What it says, in a few words.
        service, server: What it or its flow is for and which server it goes to, empty where that is not known.
        source_device, destination_device: Whose it is, empty where that is not known.
        direction: "in", "out" or "local", empty where that is not known.
        problem: What is wrong with it, one of `PROBLEMS`, empty where nothing is.
        stopped_at: Octet of the packet at which dissection stopped for that.
    """

    number: int
    time_ns: int
    since_ns: int
    length: int
    captured: int
    protocols: str
    flow: int
    source: str
    destination: str
    info: str
    service: str
    server: str
    source_device: str
    destination_device: str
    direction: str
    problem: str
    stopped_at: int

    @property
    def trouble(self) -> str:
        """What is wrong with it and where, in words; empty where nothing is."""
        return explain_problem(self.problem, self.stopped_at)


def packet_rows(path: Path, shown: Filter | None, tell: Callable[[Problem], None]) -> Iterator[PacketRow]:
    """List the packets of a capture that pass a filter, in their order; at its end, tell where the file is damaged."""
    first_ns: int | None = None
    for seen in read_captures([path], Reading(known_devices()), tell, is_mapped=False):
        columns = seen.columns
        first_ns = int(columns.time_ns[columns.position.argmin()]) if first_ns is None else first_ns
        mask = shown.mask(columns, seen.labels) if shown else np.ones(len(columns), np.bool_)
        rows = np.flatnonzero(mask)
        for row in rows[np.argsort(columns.position[rows])].tolist():
            yield _packet_row(seen, row, first_ns or 0)


def _packet_row(seen: Identified, row: int, first_ns: int) -> PacketRow:
    columns, labels = seen.columns, seen.labels
    source, destination = endpoints(columns, row)
    names = labels.names
    return PacketRow(
        columns.first_number + int(columns.position[row]),
        int(columns.time_ns[row]),
        int(columns.time_ns[row]) - first_ns,
        int(columns.wire_length[row]),
        int(columns.captured[row]),
        columns.tree.path(int(labels.path[row])),
        int(labels.flow[row]),
        source,
        destination,
        info(columns, labels, row),
        names.services[labels.service[row]],
        names.servers[labels.server[row]],
        names.faces[labels.source_device[row]].name,
        names.faces[labels.destination_device[row]].name,
        DIRECTIONS[labels.direction[row]],
        PROBLEMS[columns.problem[row]],
        int(columns.stopped_at[row]),
    )
