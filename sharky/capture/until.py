"""A source that ends when something else is to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sharky.model.packets import PacketBatch, PacketSource


class Until:
    """Another source's packets, up to the batch before which `is_over` says so.

    Attributes:
        counters: Those of the source.
    """

    def __init__(self, source: PacketSource, is_over: Callable[[], bool]) -> None:
        self.counters = source.counters
        self._source = source
        self._is_over = is_over

    def close(self) -> None:
        """Close the source."""
        self._source.close()

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out batches (see `PacketSource`)."""
        for batch in self._source.batches():
            if self._is_over():
                return
            yield batch
