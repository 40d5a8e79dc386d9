"""Several captures as one, in the order of time.

As when decks of cards are merged: whichever capture's next packet is the earliest comes first, of equals the capture that was
named first. A packet whose clock ran backwards in its own capture comes right behind the one before it, so the order
is that of each capture's running maximum of time, and whole batches are merged by one sort.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sharky.capture.damage import Losses
from sharky.capture.packets import BATCH_PACKETS
from sharky.capture.slices import cut
from sharky.capture.source import CaptureSource
from sharky.model.captures import Interface
from sharky.model.packets import PAD, PacketBatch

LAST_INTERFACE = 65_535
"""Interfaces beyond what the column can number share the last number."""


class Merged:
    """Packets of several captures, merged by time; interfaces are numbered anew, in order of first sight.

    Attributes:
        counters, problems: Those which the captures share.
    """

    def __init__(self, captures: Sequence[CaptureSource], losses: Losses) -> None:
        self.counters = losses.counters
        self.problems = losses.problems
        self._captures = captures
        self._numbers = _Numbers()

    def progress(self) -> float:
        """Return which part of the files was read, from 0 to 1."""
        return sum(capture.progress() for capture in self._captures) / len(self._captures)

    def interface(self, number: int) -> Interface:
        """Return what is known of an interface (see `CaptureSource`)."""
        place, own = self._numbers.origins[number]
        return self._captures[place].interface(own)

    def close(self) -> None:
        """Close all captures."""
        for capture in self._captures:
            capture.close()

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out the packets of all captures (see `PacketSource`)."""
        decks = [_Deck(capture, place, self._numbers) for place, capture in enumerate(self._captures)]
        number, now_ns = 1, 0
        while decks := [deck for deck in decks if deck.has_packets()]:
            lowest = min(decks, key=lambda deck: int(deck.key[-1]))
            horizon = lowest.key[-1]
            merged = _merge([deck.take(horizon, is_inclusive=deck.place <= lowest.place) for deck in decks])
            for start in range(0, len(merged), BATCH_PACKETS):
                part = cut(merged, start, min(start + BATCH_PACKETS, len(merged)), 0)
                now_ns = max(now_ns, int(part.time_ns.max()))
                yield replace(part, first_number=number, now_ns=now_ns, interface_of=self.interface)
                number += len(part)


class _Numbers:
    """Numbers of the captures' interfaces.

    Attributes:
        origins: Of each the place of its capture, and its number there.
    """

    def __init__(self) -> None:
        self.origins: list[tuple[int, int]] = []
        self._numbers: dict[tuple[int, int], int] = {}

    def of(self, place: int, own: int) -> int:
        """Return the number of an interface, a new one at first sight."""
        number = self._numbers.setdefault((place, own), len(self.origins))
        if number == len(self.origins):
            self.origins.append((place, own))
        return min(number, LAST_INTERFACE)


class _Deck:
    """The packets of one capture that are not merged yet.

    Attributes:
        place: The capture's place in the order in which they were named.
        key: (n,) int64, the running maximum of time of the packets that are left of the current batch.
    """

    def __init__(self, capture: CaptureSource, place: int, numbers: _Numbers) -> None:
        self._batches = capture.batches()
        self._numbers = numbers
        self._batch = PacketBatch.tick(0, 1)
        self._latest_ns = np.iinfo(np.int64).min
        self.place = place
        self.key = self._batch.time_ns

    def has_packets(self) -> bool:
        """Have the next batch at hand where the last one is used up; false where there is none."""
        while not len(self.key):
            batch = next(self._batches, None)
            if batch is None:
                return False
            self._batch = replace(batch, interface=self._renumber(batch.interface))
            self.key = np.maximum(np.maximum.accumulate(batch.time_ns), self._latest_ns)
            self._latest_ns = self.key[-1] if len(self.key) else self._latest_ns
        return True

    def take(self, horizon: np.int64, *, is_inclusive: bool) -> tuple[PacketBatch, NDArray[np.int64]]:
        """Take the packets up to `horizon`, and their keys."""
        stop = int(np.searchsorted(self.key, horizon, "right" if is_inclusive else "left"))
        taken, key = cut(self._batch, 0, stop, 0), self.key[:stop]
        self._batch, self.key = cut(self._batch, stop, len(self._batch), 0), self.key[stop:]
        return taken, key

    def _renumber(self, interface: NDArray[np.uint16]) -> NDArray[np.uint16]:
        values, places = np.unique(interface, return_inverse=True)
        numbers = [self._numbers.of(self.place, value) for value in values.tolist()]
        return np.array(numbers, np.uint16)[places]


def _merge(hands: Sequence[tuple[PacketBatch, NDArray[np.int64]]]) -> PacketBatch:
    """Copy the octets of all batches into one buffer, and sort their packets by key."""
    hands = [hand for hand in hands if len(hand[0])]
    spans = [(int(batch.offset.min()), int((batch.offset + batch.captured).max())) for batch, _ in hands]
    buffer = np.zeros(sum(stop - start for start, stop in spans) + PAD, np.uint8)
    offsets, end = [], 0
    for (batch, _), (start, stop) in zip(hands, spans, strict=True):
        buffer[end : end + stop - start] = batch.buffer[start:stop]
        offsets.append(batch.offset + (end - start))
        end += stop - start
    order = np.concatenate([key for _, key in hands]).argsort(kind="stable")
    batches = [batch for batch, _ in hands]
    return PacketBatch(
        buffer,
        np.concatenate(offsets)[order],
        np.concatenate([batch.captured for batch in batches])[order],
        np.concatenate([batch.wire_length for batch in batches])[order],
        np.concatenate([batch.time_ns for batch in batches])[order],
        np.concatenate([batch.linktype for batch in batches])[order],
        np.concatenate([batch.interface for batch in batches])[order],
        first_number=1,
        now_ns=0,
    )
