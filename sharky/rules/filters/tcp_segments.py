"""The segments of a batch as TCP analysis sees them: one by one, in the order of capture, with what their headers say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels

TCP = 6
FIN, SYN, RST, PUSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
HEAD = 20
END, FILLER, SCALE, SACK = 0, 1, 3, 5
STAMPS = 12
"""Octets of options that everyday segments have: two that fill, and timestamps."""

MOST_OPTIONS = 40
BROKEN_OFF = ("icmp", "icmpv6")
"""Protocols that quote segments."""


@dataclass(slots=True)
class Segment:
    """One segment.

    Attributes:
        row: In the batch.
        number: Of the packet.
        flow: The flow's number.
        is_forward: Which of its two directions.
        time_ns: Packet time.
        sequence, acknowledgement: As sent.
        flags: All of the last octet.
        window: As sent.
        length: Octets of payload; none of a segment that is quoted, and all behind the header that it claims of one that is short.
        is_quoted: Whether an ICMP error quotes it.
        is_short: Whether its header says that it is shorter than headers are.
        scale: By how many bits windows are to be shifted; None where it does not say.
        sacked: What it acknowledges out of order.
    """

    row: int
    number: int
    flow: int
    is_forward: bool
    time_ns: int
    sequence: int
    acknowledgement: int
    flags: int
    window: int
    length: int
    is_quoted: bool = False
    is_short: bool = False
    scale: int | None = None
    sacked: tuple[tuple[int, int], ...] = ()


def segments(columns: Columns, labels: Labels) -> Iterator[Segment]:
    """Yield the segments of a batch in the order of capture, also those that ICMP errors quote."""
    is_quoted = np.logical_or.reduce([columns.tree.carries(name) for name in BROKEN_OFF]).take(labels.path)
    at, limit = np.full((2, len(columns)), -1, np.int64)
    for place in columns.headers.get("tcp", ()):
        at[place.rows], limit[place.rows] = place.offset, place.end
    rows = np.flatnonzero((columns.transport == TCP) & (labels.flow > 0) & (at >= 0))
    rows = rows[columns.position[rows].argsort()]
    head = columns.buffer.take(at[rows][:, np.newaxis] + np.arange(HEAD), mode="clip")
    size = (head[:, 12] >> 4).astype(np.int64) * 4
    options, is_short = (size - HEAD).clip(0), size < HEAD
    ends = np.minimum(at[rows] + HEAD + options, limit[rows])
    fields = (
        rows,
        columns.position[rows] + columns.first_number,
        labels.flow[rows],
        columns.is_forward[rows],
        columns.time_ns[rows],
        _number(head, 4, 4),
        _number(head, 8, 4),
        head[:, 13],
        _number(head, 14, 2),
        np.where(is_quoted[rows], 0, np.where(is_short, limit[rows] - at[rows] - size, columns.payload_length[rows])),
        is_quoted[rows],
        is_short,
    )
    buffer = columns.buffer.data
    for values, begin, end in zip(zip(*(field.tolist() for field in fields), strict=True), at[rows].tolist(), ends.tolist(), strict=True):
        segment = Segment(*values)
        if end > begin + HEAD and (segment.flags & SYN or end > begin + HEAD + STAMPS):
            _read_options(segment, bytes(buffer[begin + HEAD : end]))
        yield segment


def _number(head: NDArray[np.uint8], first: int, width: int) -> NDArray[np.int64]:
    number = np.zeros(len(head), np.int64)
    for column in range(first, first + width):
        number = number << 8 | head[:, column]
    return number


def _read_options(segment: Segment, octets: bytes) -> None:
    at = 0
    for _ in range(MOST_OPTIONS):
        if at >= len(octets) or octets[at] == END:
            return
        if octets[at] == FILLER:
            at += 1
            continue
        size = octets[at + 1] if at + 1 < len(octets) else 0
        if size < 2 or at + size > len(octets):
            return
        if octets[at] == SCALE and size == 3:
            segment.scale = min(octets[at + 2], 14)
        elif octets[at] == SACK:
            edges = [int.from_bytes(octets[edge : edge + 4]) for edge in range(at + 2, at + size - 3, 4)]
            segment.sacked = tuple(zip(edges[::2], edges[1::2], strict=False))
        at += size
