"""What was found of TLS in the packets of one batch: records, messages, and where each stands in a buffer of their own."""

from __future__ import annotations

import numpy as np

from sharky.model.columns import HeaderPlace
from sharky.model.packets import PAD, Octets

RECORDS, MESSAGES, PIECES, IGNORED = "records", "messages", "pieces", "ignored"
PLACES = (RECORDS, MESSAGES, PIECES, IGNORED)


class Found:
    """Records, messages, pieces of messages in QUIC, and octets that stand where a record ought to begin, of one batch."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._places: dict[str, list[tuple[int, int, int]]] = {name: [] for name in PLACES}
        self.shown: list[int] = []
        """Rows of the packets in which TLS is shown."""

    def add(self, name: str, row: int, octets: bytes) -> None:
        """Note one that ends in a packet: of "records" a kind and the record, of what is "ignored" any octet."""
        begin = len(self._buffer)
        self._buffer += octets
        self._places[name].append((row, begin, len(self._buffer)))

    def octets(self) -> Octets:
        """Return the buffer in which all stand."""
        return np.frombuffer(bytes(self._buffer) + bytes(PAD), np.uint8)

    def place(self, name: str) -> HeaderPlace:
        """Return where those of a name stand in it."""
        rows, begin, end = np.array(self._places[name], np.int64).reshape(-1, 3).T
        return HeaderPlace(rows.astype(np.intp), begin, end, np.empty(len(rows), "V0"))
