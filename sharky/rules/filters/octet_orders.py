"""Octets that are less or greater than others, as Wireshark has it: the fewer are less, and of as many the first that differs decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.rules.filters.fields import Spot
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.places import Region
from sharky.rules.filters.reading import Reading

Signs = NDArray[np.int8]
"""-1 of what is less, 0 of what is equal, 1 of what is greater."""

ORDERS: dict[str, Callable[[Signs], Mask]] = {
    "<": lambda signs: signs < 0,
    "<=": lambda signs: signs <= 0,
    ">": lambda signs: signs > 0,
    ">=": lambda signs: signs >= 0,
}


@dataclass(frozen=True, slots=True)
class Orders:
    """Packets in which some octets stand so to others."""

    spots: tuple[Spot, ...]
    relation: str
    other: bytes

    def mask(self, reading: Reading) -> Mask:
        """Compare octet by octet."""
        result = reading.nowhere()
        for region in reading.regions(self.spots):
            result[region.rows[ORDERS[self.relation](_signs(reading, region, self.other))]] = True
        return result


@dataclass(frozen=True, slots=True)
class OctetsWithin:
    """Packets in which some octets are in a set of ranges, or are not."""

    spots: tuple[Spot, ...]
    ranges: tuple[tuple[bytes, bytes], ...]
    is_negated: bool = False

    def mask(self, reading: Reading) -> Mask:
        """Try all ranges."""
        result = reading.nowhere()
        for region in reading.regions(self.spots):
            member = np.zeros(len(region.rows), np.bool_)
            for low, high in self.ranges:
                member |= (_signs(reading, region, low) >= 0) & (_signs(reading, region, high) <= 0)
            result[region.rows[member ^ self.is_negated]] = True
        return result


def _signs(reading: Reading, region: Region, other: bytes) -> Signs:
    """Compare what stands at a region of each packet with other octets: (n,)."""
    length, buffer = region.end - region.offset, reading.octets(region.header)
    signs: Signs = np.sign(length - len(other)).astype(np.int8)
    is_open = signs == 0
    for behind, octet in enumerate(other):
        if not is_open.any():
            break
        differs = np.sign(buffer.take(region.offset + behind, mode="clip").astype(np.int16) - octet)
        signs[is_open] = differs[is_open]
        is_open &= differs == 0
    return signs
