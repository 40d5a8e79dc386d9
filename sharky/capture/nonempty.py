"""A source that fails where it brings nothing: a shark that stays dark for ever does not say why."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.model.errors import CaptureError, Problem
from sharky.model.packets import PacketBatch, PacketSource

NOTHING = Problem("there is no packet to play", "sharky info FILE tells what is in a capture")


class NonEmpty:
    """Another source's packets, of which there is at least one.

    Attributes:
        counters: Those of the source.
    """

    def __init__(self, source: PacketSource) -> None:
        self.counters = source.counters
        self._source = source
        self._is_closed = False

    def close(self) -> None:
        """Close the source."""
        self._is_closed = True
        self._source.close()

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out batches (see `PacketSource`).

        Raises:
            CaptureError: At the end, where no batch had a packet.
        """
        packets = 0
        for batch in self._source.batches():
            packets += len(batch)
            yield batch
        if not packets and not self._is_closed:
            raise CaptureError(NOTHING)
