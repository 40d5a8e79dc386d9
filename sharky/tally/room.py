"""The memory that all tables of pairs share, so that it makes no difference to the whole which of them a flood fills."""

from __future__ import annotations

from dataclasses import dataclass

MOST_OCTETS = 16 << 20
"""Enough for 262,144 pairs of IPv4 addresses and 140,000 of IPv6 at once; with what a batch takes the whole stays below 96 MiB."""


@dataclass(slots=True)
class Room:
    """How many octets are left."""

    left: int = MOST_OCTETS

    def is_short(self) -> bool:
        """Whether most of it is taken."""
        return self.left < MOST_OCTETS // 2
