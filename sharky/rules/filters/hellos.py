"""Packets with the hello of a TLS client (RFC 8446 section 4): the one message of the handshake that is seen everywhere.

Others may stand behind a certificate that takes several packets, or be encrypted within QUIC.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.reading import Reading

HELLO = "tls.handshake.type"
"""The field of which only one value can be asked for."""

TCP = 6
CLIENT_HELLO = 1
"""That value."""

HEARD = ("sni", "ech")
"""What a client's hello was heard to say, in QUIC and in the last of several segments too."""

MOST_RECORDS = 4
"""That are looked at in one packet: a second hello comes behind one other record."""

HEAD, MESSAGE_HEAD = 5, 4
KINDS = (20, 23)
"""Lowest and highest kind of a record."""

HANDSHAKE, MAJOR = 22, 3


@dataclass(frozen=True, slots=True)
class SaysHello:
    """Packets in which a client's hello ends."""

    def mask(self, reading: Reading) -> Mask:
        """Look for hellos in segments, and for those that were heard."""
        result, has_tls = reading.nowhere(), reading.carries("tls")
        result[client_hellos(reading.columns, has_tls)] = True
        can_say = has_tls | reading.carries("quic")
        for row, heard in reading.labels.heard:
            result[row] |= heard.kind in HEARD and can_say[row]
        return result


def client_hellos(columns: Columns, has_tls: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the packets in which a record begins and ends that begins with a client's hello.

    Args:
        columns: The batch.
        has_tls: (n,) which packets carry TLS.
    """
    buffer, found = columns.buffer, [np.empty(0, np.intp)]
    rows = np.flatnonzero(has_tls & (columns.transport == TCP))
    at, end = columns.payload_offset[rows], (columns.payload_offset + columns.payload_captured)[rows]
    for _ in range(MOST_RECORDS):
        is_there = at + HEAD + MESSAGE_HEAD <= end
        rows, at, end = rows[is_there], at[is_there], end[is_there]
        length = _number(columns, at + 3, 2)
        is_record = (buffer[at] >= KINDS[0]) & (buffer[at] <= KINDS[1]) & (buffer[at + 1] == MAJOR) & (at + HEAD + length <= end)
        is_hello = is_record & (buffer[at] == HANDSHAKE) & (buffer[at + HEAD] == CLIENT_HELLO)
        is_hello &= _number(columns, at + HEAD + 1, 3) + MESSAGE_HEAD <= length
        found.append(rows[is_hello])
        goes_on = is_record & ~is_hello
        rows, at, end = rows[goes_on], (at + HEAD + length)[goes_on], end[goes_on]
    return np.concatenate(found)


def _number(columns: Columns, at: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    number = np.zeros(len(at), np.int64)
    for behind in range(width):
        number = number << 8 | columns.buffer[at + behind]
    return number
