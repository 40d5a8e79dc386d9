"""Values that stand at fixed places in headers and parts of packets, gathered once for all fields that share them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import HeaderPlace
from sharky.rules.filters.fields import Octets, Spot
from sharky.rules.filters.gathering import Values, column_of, header_width, numbers_at, value_of_spot
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.occurrences import Occurrence
from sharky.rules.filters.parts import is_part
from sharky.rules.filters.places import Places, legible
from sharky.tables.strides import at_every_octet

NOTHING = -1
"""The value of a slice that reaches out of what it is a slice of: it is no octets, which are less than any."""


class Spots:
    """Reads the spots of one batch."""

    def __init__(self, places: Places) -> None:
        """Begin with nothing gathered, given where headers and parts stand in the batch."""
        self._places = places
        self._octets: dict[tuple[Octets, int], Values] = {}
        self._headers: dict[tuple[str, int], NDArray[np.void]] = {}

    def read(self, spot: Spot, kind: str, place: int, header: HeaderPlace) -> Occurrence:
        """Return the values at a spot of the headers or parts at one place."""
        if spot.octets is None:
            raise ValueError(f"a field stands in the {spot.header} header and in {spot.column}")
        header = legible(spot.header, header)
        values = value_of_spot(self._gather(spot.octets, place, header), spot, kind)
        return Occurrence(header.rows, values, self._is_there(spot, place, header), is_of_part=is_part(spot.header))

    def read_slice(self, spot: Spot, place: int, header: HeaderPlace) -> list[Occurrence]:
        """Return the numbers that some octets at a spot make, in network order, and NOTHING where these are not all there."""
        if spot.octets is None:
            raise ValueError(f"{spot.column} cannot be sliced")
        first = (header.offset if spot.octets.offset >= 0 else header.end) + spot.octets.offset
        values = np.zeros(len(first), np.uint64)
        for number in range(spot.octets.width):
            values = values << np.uint64(8) | self._places.octets(spot.header).take(first + number, mode="clip")
        is_there = (first >= header.offset) & (first + spot.octets.width <= header.end)
        holds, is_of_part = self._holds(spot, place, header) if spot.given else None, is_part(spot.header)
        found = [Occurrence(header.rows, values, is_there if holds is None else is_there & holds, is_of_part)]
        if not is_there.all():
            nowhere = ~is_there if holds is None else ~is_there & holds
            found.append(Occurrence(header.rows, np.full(len(first), NOTHING), nowhere, is_of_part))
        return found

    def _is_there(self, spot: Spot, place: int, header: HeaderPlace) -> Mask | None:
        """Return which headers have a field: all, where it stands in the part that is always the same."""
        if spot.octets is None or (not spot.given and spot.octets.offset + spot.octets.width <= header.octets.itemsize):
            return None
        return (header.offset + spot.octets.offset + spot.octets.width <= header.end) & self._holds(spot, place, header)

    def _holds(self, spot: Spot, place: int, header: HeaderPlace) -> Mask:
        holds = np.ones(len(header.offset), np.bool_)
        for given in spot.given:
            is_whole = header.offset + given.end <= header.end
            holds &= is_whole & given.is_met(lambda octets: self._gather(octets, place, header))
        return holds

    def _gather(self, octets: Octets, place: int, header: HeaderPlace) -> Values:
        """Gather some octets of each header at one place, in network order; of a width of 0 how many there are."""
        key = (octets, place)
        values = self._octets.get(key)
        if values is None:
            if not octets.width:
                values = header.end - header.offset - octets.offset
            elif is_part(octets.header):
                values = numbers_at(self._places.octets(octets.header), header.offset + octets.offset, octets.width)
            else:
                values = column_of(self._header(octets.header, place, header), octets)
            self._octets[key] = values
        return values

    def _header(self, protocol: str, place: int, header: HeaderPlace) -> NDArray[np.void]:
        """Gather as much of each header as fields are known in, in one go: a view of stride 1 makes that one look-up a packet."""
        key = (protocol, place)
        gathered = self._headers.get(key)
        if gathered is None:
            width = header_width(protocol)
            if width <= header.octets.itemsize:
                self._headers[key] = header.octets
                return header.octets
            gathered = self._headers[key] = at_every_octet(self._places.octets(protocol), width)[header.offset]
        return gathered
