"""The streams that have begun to say a name and are not through, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

import numpy as np

from sharky.identify.names_choice import DONE, MARKED, MOST_STRAYS, WAITING
from sharky.identify.names_dns_stream import DnsStream
from sharky.identify.names_packets import Segment
from sharky.identify.names_streams import DtlsStream, GoogleQuicStream, QuicStream, Stream, TcpStream
from sharky.model.names import Heard
from sharky.tables import GrowingColumn

MOST_WAITING = 256
"""Streams that wait for more at a time, and directions of flows with strays: 4 MiB each at worst."""

MOST_STRAY_OCTETS = 4096


class Waiting:
    """Feeds packets to the streams that they belong to.

    Attributes:
        stage: Column of how far each flow's hello has come, by the flow's place.
        given_up: How many streams, and directions with strays, were forgotten to make room for others.
    """

    def __init__(self) -> None:
        self.stage = GrowingColumn(np.uint8)
        self.given_up = 0
        self._streams: OrderedDict[tuple[int, bool], Stream] = OrderedDict()
        self._strays: OrderedDict[tuple[int, bool], list[Segment]] = OrderedDict()

    def feed(self, segment: Segment) -> list[Heard]:
        """Return what a packet says together with those before it."""
        direction = segment.direction
        stream = self._streams.get(direction)
        if stream is None or _is_another(stream, segment):
            if not segment.begins:
                self._keep_stray(segment)
                return []
            stream = _stream(segment)
        heard = stream.feed(segment.octets, segment.sequence)
        for stray in self._strays.pop(direction, ()):
            if not stream.is_done:
                heard += stream.feed(stray.octets, stray.sequence)
        if segment.is_cut and not stream.is_done:
            heard += stream.finish()
        self._remember(segment, stream)
        return heard

    def _remember(self, segment: Segment, stream: Stream) -> None:
        """Keep a stream while it waits for more, and note how far its flow has come."""
        if self._streams:
            self._streams.pop(segment.direction, None)
        if not segment.place:
            return
        if stream.is_done:
            self.stage.values[segment.place] = DONE
            return
        if not stream.has_begun:
            self._note_in_vain(segment.place)
            return
        self.stage.values[segment.place] = WAITING
        if len(self._streams) == MOST_WAITING:
            self._streams.popitem(last=False)
            self.given_up += 1
        self._streams[segment.direction] = stream

    def _note_in_vain(self, place: int) -> None:
        """Note that one more packet of a flow led to no hello."""
        stage = int(self.stage.values[place])
        if stage not in (WAITING, DONE):
            self.stage.values[place] = stage + 1 if stage < MOST_STRAYS else DONE

    def _keep_stray(self, segment: Segment) -> None:
        """Keep a segment that may have overtaken the one in which its stream begins."""
        if segment.place == 0 or self.stage.values[segment.place] >= MOST_STRAYS:
            return
        self._note_in_vain(segment.place)
        if segment.direction not in self._strays and len(self._strays) == MOST_WAITING:
            self._strays.popitem(last=False)
            self.given_up += 1
        stray = replace(segment, octets=segment.octets[:MOST_STRAY_OCTETS])
        self._strays.setdefault(segment.direction, []).append(stray)


def _stream(segment: Segment) -> Stream:
    """Return the stream that begins with a packet."""
    match segment.kind:
        case "quic":
            return QuicStream()
        case "gquic":
            return GoogleQuicStream()
        case "dtls":
            return DtlsStream()
        case "dns over tcp":
            return DnsStream(segment.sequence)
        case _:
            return TcpStream(segment.sequence)


def _is_another(stream: Stream, segment: Segment) -> bool:
    """Return whether a hello begins while an earlier one, on the same ports, is still waited for."""
    if segment.kind not in MARKED or not isinstance(stream, TcpStream):
        return False
    return segment.begins and not stream.begins_at(segment.sequence)
