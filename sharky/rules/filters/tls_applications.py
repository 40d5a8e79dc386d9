"""Which application Wireshark takes the data of TLS for: what the server chose (RFC 7301), else what its port is for.

Bounded: connections of which something was chosen.
"""

from __future__ import annotations

import csv
from collections import OrderedDict
from functools import cache
from importlib.resources import files

import numpy as np

from sharky.model.columns import Columns, HeaderPlace, Labels
from sharky.rules.filters.applications.readers import lines_of
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.tls_records import DATA, SERVER_HELLO, TlsRecords

APPLICATIONS = "tls-applications"
"""The name under which the columns of fields ask for it, behind "head."."""

CHOSEN = "extensions_alpn_str"
RECORD_HEAD = 6
"""Octets of a record ahead of its content, with the one that tells its kind."""

MOST_CONNECTIONS = 4096


@cache
def _names() -> dict[int | str, str]:
    """Return the names of applications, by port and by what a server says that it chose."""
    rows = csv.DictReader(files("sharky.rules.filters").joinpath("tls_applications.csv").read_text("utf-8").splitlines())
    return {int(row["port"]) if row["port"] else row["chosen"]: row["name"] for row in rows}


class TlsApplications:
    """Follows all connections that speak TLS."""

    def __init__(self) -> None:
        self._records = TlsRecords()
        self._chosen: OrderedDict[int, str] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row: a name for each record of data."""
        octets, places, _ = self._records.follow(columns, labels)
        hellos = _rows(places["messages"], octets.take(places["messages"].offset) == SERVER_HELLO)
        records = places["records"]
        data = _rows(records, (octets.take(records.offset + 1) == DATA) & (records.end - records.offset > RECORD_HEAD))
        found: list[tuple[int, Line]] = []
        events = (*hellos, *((row, 0, 0) for row, _, _ in data))
        in_order = sorted((int(columns.position[row]), end == 0, row, begin, end) for row, begin, end in events)
        for _, is_data, row, begin, end in in_order:
            flow = int(labels.flow[row])
            if not is_data:
                self._note(flow, bytes(octets.data[begin:end]))
            elif name := self._chosen.get(flow) or _of_ports(int(columns.source_port[row]), int(columns.destination_port[row])):
                found.append((row, Line("name", name)))
        return found

    def _note(self, flow: int, hello: bytes) -> None:
        """Note what a server chose."""
        for line in lines_of("tls", hello):
            if line.name == CHOSEN and line.value in _names():
                self._chosen[flow] = _names()[str(line.value)]
                if len(self._chosen) > MOST_CONNECTIONS:
                    self._chosen.popitem(last=False)


def _of_ports(*ports: int) -> str:
    return next((_names()[port] for port in ports if port in _names()), "")


def _rows(place: HeaderPlace, which: Mask) -> list[tuple[int, int, int]]:
    """Return the row, the first octet and the first behind of some."""
    rows = np.asarray(place.rows)[which]
    return [*zip(rows.tolist(), place.offset[which].tolist(), place.end[which].tolist(), strict=True)]
