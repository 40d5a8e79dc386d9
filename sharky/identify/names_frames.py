"""The names that switches, routers and telephones give themselves right above the link layer: LLDP and CDP.

Bounded: `MOST_FIELDS` fields of one frame; what stands behind a broken one is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from sharky.identify.text import from_octets
from sharky.model.columns import Columns
from sharky.model.names import Heard

MOST_FIELDS = 32
MOST_OCTETS = 1500

LLDP_FIELDS = {5: "lldp_name", 6: "lldp_about"}
"""System name and system description (IEEE 802.1AB section 8.5)."""

CDP_FIELDS = {1: "cdp_name", 6: "cdp_about"}
"""Device ID and platform, as Cisco numbers them."""

CDP_HEAD = 4


def lldp(octets: bytes) -> Iterator[Heard]:
    """Fields of seven bits of type and nine of length."""
    place = 0
    for _ in range(MOST_FIELDS):
        head = int.from_bytes(octets[place : place + 2])
        kind, length = head >> 9, head & 0x1FF
        if not kind or place + 2 + length > len(octets):
            return
        if kind in LLDP_FIELDS and length:
            yield Heard(LLDP_FIELDS[kind], from_octets(octets[place + 2 : place + 2 + length]))
        place += 2 + length


def cdp(octets: bytes) -> Iterator[Heard]:
    """Fields of two octets of type and two of length, which counts itself."""
    place = CDP_HEAD
    for _ in range(MOST_FIELDS):
        kind, length = int.from_bytes(octets[place : place + 2]), int.from_bytes(octets[place + 2 : place + 4])
        if length < 4 or place + length > len(octets):
            return
        if kind in CDP_FIELDS and length > 4:
            yield Heard(CDP_FIELDS[kind], from_octets(octets[place + 4 : place + length]))
        place += length


FRAMES: dict[str, Callable[[bytes], Iterator[Heard]]] = {"lldp": lldp, "cdp": cdp}


def frames_with_names(columns: Columns) -> list[tuple[int, str, bytes]]:
    """Return row, protocol and octets of each packet of these protocols."""
    found: list[tuple[int, str, bytes]] = []
    for protocol in FRAMES:
        for place in columns.headers.get(protocol, ()):
            rows: NDArray[np.intp] = np.arange(len(columns))[place.rows]
            for row, begin, end in zip(rows.tolist(), place.offset.tolist(), place.end.tolist(), strict=True):
                found.append((row, protocol, columns.buffer[begin : min(end, begin + MOST_OCTETS)].tobytes()))
    return found
