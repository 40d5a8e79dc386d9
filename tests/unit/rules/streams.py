"""Segments of one TCP connection, and which of them pass a filter, in one batch or in several."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from struct import pack

import numpy as np

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import HOST_A, HOST_B, Packet, batch, eth, ip

SYN, ACK, FIN, RST, PUSH = 0x02, 0x10, 0x01, 0x04, 0x08


@dataclass(frozen=True)
class Segment:
    """One segment; it comes from the client unless it `comes_back`."""

    sequence: int
    acknowledgement: int = 1
    payload: bytes = b""
    flags: int = ACK
    window: int = 1000
    comes_back: bool = False
    options: bytes = b""
    at_ms: int = 0
    port: int = 443

    def octets(self) -> bytes:
        """Return the whole packet."""
        ports = (self.port, 50_000) if self.comes_back else (50_000, self.port)
        head = pack(">HHIIBBHHH", *ports, self.sequence, self.acknowledgement, (20 + len(self.options)) * 4, self.flags, self.window, 0, 0)
        ends = (HOST_B, HOST_A) if self.comes_back else (HOST_A, HOST_B)
        return eth(0x0800, ip(6, head + self.options + self.payload, ends=ends))


def passing(text: str, segments: Sequence[Segment], cuts: Sequence[int] = (), *, is_as_shown: bool = False) -> list[bool]:
    """Return which segments pass a filter, with batches cut ahead of some."""
    tree = ProtocolTree()
    identifier, wanted, passed = Identifier(tree), compile_filter(text, is_as_shown=is_as_shown), []
    edges = sorted({0, *cuts, len(segments)})
    for begin, end in pairwise(edges):
        packets = batch([Packet(one.octets()) for one in segments[begin:end]])
        times = np.array([one.at_ms * 1_000_000 for one in segments[begin:end]], np.int64)
        columns = dissect(dataclasses.replace(packets, time_ns=times, first_number=begin + 1), tree)
        mask = wanted.mask(columns, identifier.identify(columns))
        passed += [bool(mask[row]) for row in columns.position.argsort()]
    return passed
