"""What sources know of packets beside their octets: which interface they came by, and how their links are encapsulated."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sharky.model.captures import Interface
from sharky.model.columns import Columns
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.heard import Said
from sharky.rules.filters.masks import Mask

INTERFACE = "interface"
"""What the columns of these fields begin with."""

COMMENT = "comment"
"""The column of what somebody noted of packets."""

NAMELESS = "unknown"
"""What Wireshark calls an interface of which its file says neither a name nor what it is."""

UNKNOWN = Interface("", 0, 0, 1)
"""An interface of which nothing is known: files without numbers of interfaces have one."""


@cache
def encapsulations() -> NDArray[np.int16]:
    """Return Wireshark's own number for each link type, 0 where it has none."""
    table = np.zeros(1 << 16, np.int16)
    for row in csv.DictReader(files("sharky.rules.filters").joinpath("encapsulations.csv").read_text("utf-8").splitlines()):
        table[int(row["linktype"])] = int(row["encapsulation"])
    return table


def interface_numbers(columns: Columns, name: str) -> tuple[Values, Mask]:
    """Return a number for each packet, and which have it: "number" or "section" of the interface, or the "encapsulation"."""
    if name == "encapsulation":
        is_known = np.full(len(columns), columns.batch is not None)
        linktype = columns.batch.linktype[columns.position] if columns.batch is not None else np.zeros(len(columns), np.uint16)
        return encapsulations().take(linktype), is_known
    interfaces, which = _interfaces(columns)
    values = np.array([getattr(one, name) for one in interfaces], np.int64)
    is_numbered = np.array([one.number >= 0 for one in interfaces], np.bool_)
    return values[which], is_numbered[which]


def check_sizes(columns: Columns) -> NDArray[np.int64]:
    """Return how many octets of a frame check sequence each packet has, `UNTOLD` where nobody knows."""
    interfaces, which = _interfaces(columns)
    return np.array([one.check_octets for one in interfaces], np.int64)[which]


def interface_texts(columns: Columns, name: str) -> tuple[list[str], NDArray[np.intp]]:
    """Return the different texts of the interfaces, empty where one has none, and for each packet which of these it has."""
    interfaces, which = _interfaces(columns)
    return [_name(one) if name == "name" else one.description for one in interfaces], which


def _name(interface: Interface) -> str:
    return interface.name or interface.description or NAMELESS if interface.number >= 0 else ""


def _interfaces(columns: Columns) -> tuple[list[Interface], NDArray[np.intp]]:
    """Return the interfaces of a batch, and for each packet which of these it came by."""
    batch = columns.batch
    if batch is None or batch.interface_of is None:
        return [UNKNOWN], np.zeros(len(columns), np.intp)
    numbers, which = np.unique(batch.interface, return_inverse=True)
    return [batch.interface_of(number) for number in numbers.tolist()], which[columns.position]


def packet_comments(columns: Columns) -> list[tuple[int, Said]]:
    """Return what somebody noted of packets, each with the row of its packet."""
    batch = columns.batch
    if batch is None or batch.comments_of is None:
        return []
    return [*batch.comments_of(batch.offset[columns.position], batch.captured[columns.position])]
