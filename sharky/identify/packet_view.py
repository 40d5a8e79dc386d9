"""One packet of a batch, for text that a person reads: its headers and its payload as bytes."""

from __future__ import annotations

from dataclasses import dataclass

from sharky.model.columns import Columns, HeaderPlace, Labels

MOST_OCTETS = 2048
"""What is read of a payload: more than a line of text can tell."""


@dataclass(frozen=True, slots=True)
class PacketView:
    """One row of a batch.

    Attributes:
        columns: The batch.
        row: The packet.
        layers: Its protocols from the lowest on.
    """

    columns: Columns
    row: int
    layers: tuple[str, ...]

    @classmethod
    def of(cls, columns: Columns, labels: Labels, row: int) -> PacketView:
        """Look at one row with all that is known of it."""
        return cls(columns, row, tuple(columns.tree.path(int(labels.path[row])).split(":")))

    @property
    def payload(self) -> bytes:
        """What TCP or UDP carries, as far as it was captured."""
        return self._octets(int(self.columns.payload_offset[self.row]), int(self.columns.payload_captured[self.row]))

    @property
    def payload_length(self) -> int:
        """How long the payload was on the wire."""
        return int(self.columns.payload_length[self.row])

    @property
    def ports(self) -> tuple[int, int]:
        """Source and destination port."""
        return int(self.columns.source_port[self.row]), int(self.columns.destination_port[self.row])

    def header(self, protocol: str, before: int | None = None) -> bytes:
        """Return the octets from the innermost header of a protocol on, empty where there is none.

        Args:
            protocol: Its short name.
            before: Only headers that begin ahead of this place in the buffer count.
        """
        places = self.header_places(protocol)
        begin, end = max((place for place in places if before is None or place[0] < before), default=(0, 0))
        return self._octets(begin, end - begin)

    def header_places(self, protocol: str) -> list[tuple[int, int]]:
        """Return where the headers of a protocol begin in the buffer, and where what belongs to them ends."""
        found = ((place, _index(place, self.row)) for place in self.columns.headers.get(protocol, []))
        return [(int(place.offset[index]), int(place.end[index])) for place, index in found if index is not None]

    def _octets(self, offset: int, length: int) -> bytes:
        return self.columns.buffer[offset : offset + max(0, min(length, MOST_OCTETS))].tobytes()


def _index(place: HeaderPlace, row: int) -> int | None:
    """Return where a row stands among those that have a header, None where it does not."""
    if isinstance(place.rows, slice):
        start, stop, _ = place.rows.indices(1 << 62)
        return row - start if start <= row < stop else None
    index = int(place.rows.searchsorted(row))
    return index if index < len(place.rows) and place.rows[index] == row else None
