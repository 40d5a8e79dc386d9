"""What is known of each flow, and how its packets add to it.

A flow's first packets with payload are held against the signatures. A hit settles the flow, leaves it open for something
that it may turn into, or tells of the one packet only; a flow with such a packet is *mixed*, as a call is that carries
STUN, DTLS and RTP side by side, and all of its packets are looked at. A flow without a hit keeps what its ports suggest.

What a packet is called follows from its flow's packets up to itself and from nothing else, so that it makes no difference
where a source cuts its batches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.identify.matcher import NOTHING as NO_HIT
from sharky.identify.matcher import Hits
from sharky.identify.payloads import Mask, Numbers
from sharky.identify.vocabulary import DATA, FLOW, NOTHING, PACKET, UNKNOWN, Names, Vocabulary
from sharky.tables import GrowingColumn

TRIES = 8
"""Packets with payload of a flow that are held against the signatures; nDPI looks at about as many."""

_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class ByFlow:
    """Packets flow by flow, and within each flow in the order of capture; m packets of k flows.

    Attributes:
        flow: (m,) int64, place of the flow; below 1 where there is none, and then a different one for each packet.
        start: (k,) the first packet of each flow.
        part: (m,) the flow of each packet, as an index of `start`.
    """

    flow: Numbers
    start: NDArray[np.intp]
    part: NDArray[np.intp]

    @classmethod
    def sorted(cls, flow: Numbers) -> ByFlow:
        """Find the flows' first packets in a column that is sorted by flow."""
        is_first = np.ones(len(flow), np.bool_)
        is_first[1:] = flow[1:] != flow[:-1]
        return cls(flow, is_first.nonzero()[0], np.cumsum(is_first) - 1)

    @classmethod
    def all_different(cls, flow: Numbers) -> ByFlow:
        """Take one packet of each flow."""
        place = np.arange(len(flow))
        return cls(flow, place, place)

    def __len__(self) -> int:
        return len(self.flow)

    def first_place(self, which: Mask) -> Numbers:
        """Return the place of each flow's first packet among `which`, `_FAR` where there is none: (k,) int64."""
        place = np.where(which, np.arange(len(which)), _FAR)
        return np.minimum.reduceat(place, self.start)

    def rank(self) -> Numbers:
        """Return how many packets of its flow stand before each: (m,) int64."""
        return np.arange(len(self)) - self.start[self.part]


@dataclass(frozen=True, slots=True)
class Looked:
    """Packets that were looked at; m packets.

    Attributes:
        by_flow: How they are ordered.
        hit: (m,) int16, index of the signature that fits.
        is_tried: (m,) bool, whether there were octets to look at.
        by_port: (m,) what the ports suggest.
    """

    by_flow: ByFlow
    hit: Hits
    is_tried: Mask
    by_port: Names


class FlowMemory:
    """The state of every flow, by its place; place 0 stands for packets without a flow and keeps no state.

    Attributes:
        state: The columns; a row begins as zeros.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._name = GrowingColumn(np.int32, fill=NOTHING)
        self._tries = GrowingColumn(np.uint8)
        self._is_settled = GrowingColumn(np.bool_)
        self._is_mixed = GrowingColumn(np.bool_)
        self._is_told = GrowingColumn(np.bool_)
        self.state = (self._name, self._tries, self._is_settled, self._is_mixed, self._is_told)

    def is_settled(self, place: Numbers) -> Mask:
        """Return for each packet whether nothing that it carries can change its flow's name any more."""
        settled: Mask = self._is_settled.values.take(place)
        return settled

    def names(self, place: Numbers) -> Names:
        """Return the name of each packet's flow."""
        names: Names = self._name.values.take(place)
        return names

    def learn(self, looked: Looked) -> tuple[Names, Mask]:
        """Name packets, and remember what their flows are from now on.

        Returns:
            Each packet's name, and whether nothing but its ports told it: (m,) both.
        """
        by_flow = looked.by_flow
        start, part = by_flow.start, by_flow.part
        known = np.maximum(by_flow.flow[start], 0)
        tries = self._tries.values[known].astype(np.int64)
        was_mixed = self._is_mixed.values[known]
        before = self._name.values[known]
        before = np.where(before == NOTHING, looked.by_port[start], before)

        tried = np.cumsum(looked.is_tried, dtype=np.int64)
        tried += (tries - (tried - looked.is_tried)[start])[part]
        is_early = tried <= TRIES
        hold = np.where(looked.hit == NO_HIT, NO_HIT, self._vocabulary.hold.take(looked.hit))
        settled_at = by_flow.first_place(is_early & (hold == FLOW))
        mixed_at = by_flow.first_place(is_early & (hold == PACKET))
        mixed_at = np.where(was_mixed, NO_HIT, np.where(mixed_at < settled_at, mixed_at, _FAR))
        settled_at[mixed_at < _FAR] = _FAR

        place = np.arange(len(by_flow))
        is_open = (is_early | (place > mixed_at[part])) & (place <= settled_at[part])
        own, rest = self._meanings(looked.hit, is_open, settled_at)
        rest = _carry_on(rest, before, by_flow)

        last = np.append(start[1:], len(place)) - 1
        is_told = (settled_at < _FAR) | (rest[last] != looked.by_port[last])
        kept = known > 0
        flows, last = known[kept], last[kept]
        self._name.values[flows] = rest[last]
        self._tries.values[flows] = np.minimum(tried[last], TRIES)
        self._is_mixed.values[flows] = (mixed_at < _FAR)[kept]
        self._is_told.values[flows] = is_told[kept]
        self._is_settled.values[flows] = (settled_at < _FAR)[kept] | ((tried[last] >= TRIES) & (mixed_at == _FAR)[kept])
        return np.where(own != UNKNOWN, own, rest), is_open & (own == UNKNOWN) & (rest == looked.by_port)

    def expect(self, by_flow: ByFlow, names: Names, is_unknown: Mask, announced: Names) -> Names:
        """Name the packets of which nothing else is known, from the first that was announced on; remember it unless a later one told more.

        Args:
            by_flow: How the packets are ordered.
            names: (m,) what `learn` returned.
            is_unknown: (m,) the same.
            announced: (m,) what other flows have announced, `UNKNOWN` for most.
        """
        first = by_flow.first_place(announced != UNKNOWN)
        expected = np.where(first < _FAR, announced[np.where(first < _FAR, first, 0)], UNKNOWN)
        is_meant = (is_unknown | (names == DATA)) & (np.arange(len(names)) >= first[by_flow.part])
        flow = by_flow.flow[by_flow.start]
        is_met = np.logical_or.reduceat(is_meant, by_flow.start)
        place = np.maximum(flow, 0)
        is_data = self._name.values.take(place) == DATA
        is_met |= (first < _FAR) & is_data
        is_met &= (flow > 0) & (is_data | ~self._is_told.values.take(place))
        self._name.values[flow[is_met]] = expected[is_met]
        return np.where(is_meant, expected[by_flow.part], names)

    def _meanings(self, hit: Hits, is_open: Mask, settled_at: Numbers) -> tuple[Names, Names]:
        """Return what each packet says of itself, and of its flow's further packets."""
        counts = is_open & (hit != NO_HIT)
        own = np.where(counts, self._vocabulary.protocol.take(hit), UNKNOWN)
        rest = np.where(counts, self._vocabulary.then.take(hit), UNKNOWN)
        settling = settled_at[settled_at < _FAR]
        rest[settling] = own[settling]
        return own, rest


def _carry_on(rest: Names, before: Names, by_flow: ByFlow) -> Names:
    """Fill each packet that says nothing of its flow with what was last said, `before` up to the first time."""
    place = np.arange(len(rest))
    said = np.maximum.accumulate(np.where(rest != UNKNOWN, place, NO_HIT))
    return np.where(said >= by_flow.start[by_flow.part], rest[said], before[by_flow.part])
