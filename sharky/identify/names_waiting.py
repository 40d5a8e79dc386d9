"""The streams that have begun to say a name and are not through, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from sharky.identify.names_choice import DONE, MARKED, WAITING
from sharky.identify.names_http import METHODS
from sharky.identify.names_streams import DtlsStream, GoogleQuicStream, QuicStream, Stream, TcpStream
from sharky.identify.tls_hello import CLIENT_HELLO, HANDSHAKE
from sharky.model.names import Heard
from sharky.tables import GrowingColumn

MOST_WAITING = 256
"""Streams that wait for more at a time, and directions of flows with strays: 4 MiB each at worst."""

MOST_STRAY_OCTETS = 4096

_METHODS = tuple(f"{method} ".encode() for method in METHODS)


@dataclass(frozen=True, slots=True)
class Segment:
    """One packet of a stream.

    Attributes:
        kind: One of `KINDS`.
        place: Of its flow in the columns of state; 0 where there is none.
        direction: The flow's number, and which of its two directions.
        octets: Its payload.
        sequence: TCP's sequence number; 0 in datagrams.
        is_cut: Whether the payload had more octets than were captured.
    """

    kind: str
    place: int
    direction: tuple[int, bool]
    octets: bytes
    sequence: int
    is_cut: bool

    @property
    def begins(self) -> bool:
        """Whether a stream that may say a name begins here."""
        if self.kind in MARKED:
            is_hello = self.octets[0] == HANDSHAKE and self.octets[5:6] in (b"", bytes([CLIENT_HELLO]))
            return is_hello or self.octets.startswith(_METHODS)
        return True

    def stream(self) -> Stream:
        """Return the stream that begins here."""
        match self.kind:
            case "quic":
                return QuicStream()
            case "gquic":
                return GoogleQuicStream()
            case "dtls":
                return DtlsStream()
            case _:
                return TcpStream(self.sequence, is_dns=self.kind == "dns over tcp")


class Waiting:
    """Feeds packets to the streams that they belong to.

    Attributes:
        stage: Column of how far each flow's hello has come, by the flow's place.
        given_up: How many streams were forgotten to make room for others.
    """

    def __init__(self) -> None:
        self.stage = GrowingColumn(np.uint8)
        self.given_up = 0
        self._streams: OrderedDict[tuple[int, bool], Stream] = OrderedDict()
        self._strays: OrderedDict[tuple[int, bool], list[Segment]] = OrderedDict()

    def feed(self, segment: Segment) -> list[Heard]:
        """Return what a packet says together with those before it."""
        stream = self._streams.get(segment.direction)
        if stream is None or _is_another(stream, segment):
            if not segment.begins:
                self._keep_stray(segment)
                return []
            stream = segment.stream()
        heard = stream.feed(segment.octets, segment.sequence)
        for stray in self._strays.pop(segment.direction, ()):
            if not stream.is_done:
                heard = stream.feed(stray.octets, stray.sequence)
        if segment.is_cut and not stream.is_done:
            heard = stream.finish()
        self._remember(segment, stream)
        return heard

    def _remember(self, segment: Segment, stream: Stream) -> None:
        """Keep a stream while it waits for more, and note how far its flow has come."""
        self._streams.pop(segment.direction, None)
        if segment.place:
            self.stage.values[segment.place] = DONE if stream.is_done else WAITING
        if stream.is_done or not segment.place:
            return
        if len(self._streams) == MOST_WAITING:
            self._streams.popitem(last=False)
            self.given_up += 1
        self._streams[segment.direction] = stream

    def _keep_stray(self, segment: Segment) -> None:
        """Keep a segment that may have overtaken the one in which its stream begins."""
        stage = int(self.stage.values[segment.place])
        if segment.place == 0 or stage in (WAITING, DONE):
            return
        self.stage.values[segment.place] = stage + 1
        if segment.direction not in self._strays and len(self._strays) == MOST_WAITING:
            self._strays.popitem(last=False)
        stray = replace(segment, octets=segment.octets[:MOST_STRAY_OCTETS])
        self._strays.setdefault(segment.direction, []).append(stray)


def _is_another(stream: Stream, segment: Segment) -> bool:
    """Return whether a hello begins while an earlier one, on the same ports, is still waited for."""
    if segment.kind not in MARKED or not isinstance(stream, TcpStream):
        return False
    return segment.begins and not stream.begins_at(segment.sequence)
