"""How a fuzzer's octets are taken apart into packets: for each a link type, what the wire had more, a length, and its octets."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

import numpy as np

from sharky.dissect.registry import rows
from sharky.model.packets import PAD, PacketBatch

HEAD = Struct(">BBH")
MOST_PACKETS = 8
LINKTYPES = [int(number) for number, _ in rows("linktypes")]

Piece = tuple[int, int, bytes]
"""Link type, wire length, octets."""


def pieces(octets: bytes) -> list[Piece]:
    """Take octets apart; the first one of each packet chooses a link type, known or not."""
    found: list[Piece] = []
    place = 0
    while place + HEAD.size <= len(octets) and len(found) < MOST_PACKETS:
        choice, more, size = HEAD.unpack_from(octets, place)
        linktype = LINKTYPES[choice] if choice < len(LINKTYPES) else choice
        content = octets[place + HEAD.size :][:size]
        found.append((linktype, len(content) + more, content))
        place += HEAD.size + size
    return found


def pack(packets: Sequence[tuple[int, bytes]]) -> bytes:
    """Put packets together so that `pieces` takes them apart again."""
    return b"".join(HEAD.pack(LINKTYPES.index(linktype), 0, len(octets)) + octets for linktype, octets in packets)


def batch(packets: Sequence[Piece], between: bytes = b"", behind: int = 0) -> PacketBatch:
    """Lay packets out in one buffer, with `between` before and behind each, and octets of the value `behind` at its end."""
    captured = np.array([len(octets) for _, _, octets in packets], np.int64)
    offset = len(between) + np.concatenate([np.zeros(1, np.int64), np.cumsum(captured + len(between))])[:-1]
    buffer = between + b"".join(octets + between for _, _, octets in packets) + bytes([behind]) * PAD
    return PacketBatch(
        buffer=np.frombuffer(buffer, np.uint8),
        offset=offset[: len(packets)],
        captured=captured,
        wire_length=np.array([wire for _, wire, _ in packets], np.int64),
        time_ns=np.arange(len(packets), dtype=np.int64),
        linktype=np.array([linktype for linktype, _, _ in packets], np.uint16),
        interface=np.zeros(len(packets), np.uint16),
        first_number=1,
        now_ns=len(packets),
    )
