"""Which headers are known, how each is laid out, and which number leads to which.

A reader of one kind of header registers itself under a name; tables in `numbers/` say which number on the wire leads to
which name. A name that no reader registered is a protocol whose name is all that is known of it: one row in a table adds it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.protocols import UNLISTED

if TYPE_CHECKING:
    from sharky.dissect.walk import Found, Walk

Fields = NDArray[np.void]
Codes = NDArray[np.uint16]
Read = Callable[["Walk", "Found"], None]
Accept = Callable[[Fields], NDArray[np.bool_]]


class Layer(IntEnum):
    """The order in which pending headers are read, so that one kind is read for as many packets as possible at once."""

    LINK = 0
    SHIM = 1
    NETWORK = 2
    BETWEEN = 3
    TRANSPORT = 4
    TUNNEL = 5


@dataclass(frozen=True, slots=True)
class Header:
    """One kind of header.

    Attributes:
        name: Its name in the tables of numbers.
        names: Wireshark's short names of the layers that it shows for it: mostly one, sometimes none or several.
        layout: The part that has always the same length.
        layer: When it is read.
        read: Looks at the headers that are whole, and says what comes next; None where nothing does.
        accepts: Which headers are what their number says, to be told from the first octet; the others are shown as `data`.
        salvage: Looks at the packets whose header is cut.
        is_odd, read_odd: Which of the headers that are whole are unlike most, and what looks at them; `read` then sees no such ones.
    """

    name: str
    names: tuple[str, ...]
    layout: np.dtype[Any]
    layer: Layer
    read: Read | None = None
    accepts: Accept | None = None
    salvage: Read | None = None
    is_odd: Accept | None = None
    read_odd: Read | None = None


NOTHING = 0
"""The code that ends a packet's walk."""

_codes: dict[str, int] = {"": NOTHING}
_headers: dict[int, Header] = {}
NO_LAYOUT: np.dtype[Any] = np.dtype([])


def code(name: str) -> int:
    """Return the code of the header `name`, a new one where it is seen first."""
    return _codes.setdefault(name, len(_codes))


def header(number: int) -> Header:
    """Return the header with a code; without a reader it has a name and nothing else."""
    known = _headers.get(number)
    if known is None:
        name = next(name for name, other in _codes.items() if other == number)
        known = _headers[number] = Header(name, _names(name), NO_LAYOUT, Layer.TRANSPORT)
    return known


@cache
def rank(number: int) -> int:
    """Return what tells which of the headers that are waited for is read first: the one with the lowest."""
    return header(number).layer << 16 | number


def layer_names() -> frozenset[str]:
    """Return Wireshark's short names of all layers that any header is listed as."""
    return frozenset(name for number in _codes.values() for name in header(number).names) - UNLISTED


def _names(protocol: str) -> tuple[str, ...]:
    return tuple(protocol.split(":")) if protocol else ()


def declare(name: str, layout: np.dtype[Any], layer: Layer, protocol: str | None = None) -> None:
    """Say how the header `name` is laid out, behind which nothing is read."""
    _headers[code(name)] = Header(name, _names(name if protocol is None else protocol), layout, layer)


def register(name: str, layout: np.dtype[Any], layer: Layer, *, protocol: str | None = None, **more: Any) -> Callable[[Read], Read]:
    """Make a function the reader of the header `name`.

    Args:
        name: Its name in the tables.
        layout: The part that has always the same length.
        layer: When it is read.
        protocol: What Wireshark calls it where that is another name; several with colons between them.
        more: `accepts`, `salvage`, `is_odd` and `read_odd`, as in `Header`.
    """

    def keep(read: Read) -> Read:
        _headers[code(name)] = Header(name, _names(name if protocol is None else protocol), layout, layer, read, **more)
        return read

    return keep


def rows(table: str) -> list[list[str]]:
    """Return a table in `numbers/`, without its heading."""
    text = Path(__file__).with_name("numbers").joinpath(f"{table}.csv").read_text("utf-8")
    return list(csv.reader(text.splitlines()))[1:]


def load_codes(table: str, width: int, otherwise: str = "data") -> Codes:
    """Return the code for each number of a table, to be indexed with a column of numbers.

    Args:
        table: Name of a file in `numbers/`: a number and a header's name in each row.
        width: How many numbers there are.
        otherwise: What any number leads to that the table does not have.

    >>> header(int(load_codes("ethertypes", 65536)[0x0806])).name
    'arp'
    """
    codes = np.full(width, code(otherwise), np.uint16)
    for number, name in rows(table):
        codes[int(number, 0)] = code(name)
    return codes
