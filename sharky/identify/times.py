"""When the capture began, and when the packet ahead of a batch came, so that times between packets do not hang on how batches are cut."""

from __future__ import annotations

from sharky.model.columns import Columns


class PacketTimes:
    """Remembers the first packet's time and the last one's."""

    def __init__(self) -> None:
        self._first_ns: int | None = None
        self._last_ns = 0

    def see(self, columns: Columns) -> tuple[int, int]:
        """Return when the capture's first packet came and the one ahead of a batch; ahead of the first batch that is the first."""
        if not len(columns):
            return self._first_ns or 0, self._last_ns
        if self._first_ns is None:
            self._first_ns = self._last_ns = int(columns.time_ns[columns.position.argmin()])
        before_ns, self._last_ns = self._last_ns, int(columns.time_ns[columns.position.argmax()])
        return self._first_ns, before_ns
