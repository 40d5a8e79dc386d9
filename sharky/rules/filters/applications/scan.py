"""Reading octets from front to end, up to where a packet was cut off."""

from __future__ import annotations

from dataclasses import dataclass

from sharky.rules.filters.heard import Said


class CutOffError(Exception):
    """There are fewer octets than a message says; what was read before still counts, as in Wireshark."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a packet says.

    Attributes:
        name: Under which the column of a field asks for it; in heads of text protocols that of a header in small letters.
        value: What it says: a text, a number, or octets.
    """

    name: str
    value: Said


@dataclass(slots=True)
class Scan:
    """Octets, and how far they were read.

    Attributes:
        octets: All of them.
        at: Where the next one stands.
    """

    octets: bytes
    at: int = 0

    @property
    def left(self) -> int:
        """Return how many are left."""
        return len(self.octets) - self.at

    def take(self, count: int) -> bytes:
        """Read some octets.

        Raises:
            CutOffError: Where there are fewer.

        >>> Scan(b"abc").take(2)
        b'ab'
        """
        if count < 0 or count > self.left:
            raise CutOffError
        self.at += count
        return self.octets[self.at - count : self.at]

    def number(self, count: int, order: str = "big") -> int:
        """Read a number of some octets.

        >>> Scan(bytes([1, 0])).number(2)
        256
        """
        return int.from_bytes(self.take(count), "little" if order == "little" else "big")

    def within(self, count: int) -> Scan:
        """Read some octets as what is scanned by itself; fewer where there are fewer."""
        count = max(0, min(count, self.left))
        return Scan(self.take(count))

    def rest(self) -> bytes:
        """Read all that are left."""
        return self.take(self.left)


def text_of(octets: bytes) -> str:
    """Return octets as a text, of which those that are none can be made octets again."""
    return octets.decode("utf-8", "surrogateescape")
