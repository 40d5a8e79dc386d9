"""What was found of TLS in the packets of one batch: records, messages, and where each stands in a buffer of their own."""

from __future__ import annotations

import numpy as np

from sharky.model.columns import HeaderPlace
from sharky.model.packets import PAD, Octets

PLACES = ("records", "messages", "pieces", "ignored")


class Found:
    """Records and messages of one batch."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._records: list[tuple[int, int, int]] = []
        self._messages: list[tuple[int, int, int]] = []
        self._pieces: list[tuple[int, int, int]] = []
        self._ignored: list[tuple[int, int, int]] = []
        self.shown: list[int] = []
        """Rows of the packets in which TLS is shown."""

    def add_record(self, row: int, octets: bytes, kind: int) -> None:
        """Note a record that ends in a packet."""
        begin = len(self._buffer)
        self._buffer += bytes([kind]) + octets
        self._records.append((row, begin, len(self._buffer)))

    def add_message(self, row: int, octets: bytes) -> None:
        """Note a message that ends in a packet."""
        begin = len(self._buffer)
        self._buffer += octets
        self._messages.append((row, begin, len(self._buffer)))

    def add_piece(self, row: int, octets: bytes) -> None:
        """Note a piece of a message in QUIC."""
        begin = len(self._buffer)
        self._buffer += octets
        self._pieces.append((row, begin, len(self._buffer)))

    def add_ignored(self, row: int) -> None:
        """Note octets in a packet that stand where a record ought to begin."""
        begin = len(self._buffer)
        self._buffer += bytes(1)
        self._ignored.append((row, begin, begin + 1))

    def octets(self) -> Octets:
        """Return the buffer in which all stand."""
        return np.frombuffer(bytes(self._buffer) + bytes(PAD), np.uint8)

    def place(self, name: str) -> HeaderPlace:
        """Return where "records", "messages" or "pieces" of these stand in it; for what is "ignored" there is one octet."""
        found = {"records": self._records, "messages": self._messages, "pieces": self._pieces, "ignored": self._ignored}[name]
        rows, begin, end = np.array(found, np.int64).reshape(-1, 3).T
        return HeaderPlace(rows.astype(np.intp), begin, end, np.empty(len(rows), "V0"))
