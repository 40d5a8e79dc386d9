"""Segments of TCP with which messages end that go on until their connection does: bodies of HTTP without a length (RFC 9112 section 6.3).

Wireshark shows all of such a message, but of the segment no payload of its own.
"""

from __future__ import annotations

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.put_together import TO_THE_END, PutTogether


class LastSegments:
    """Follows all connections that speak HTTP."""

    def __init__(self) -> None:
        self._put_together = PutTogether(["http"])

    def follow(self, columns: Columns, labels: Labels) -> list[int]:
        """Return the rows of a batch that are such segments."""
        return [row for row, line in self._put_together.follow(columns, labels) if line.name == TO_THE_END]
