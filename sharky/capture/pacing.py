"""A capture replayed at the pace at which it was captured, once or for ever.

The packets are the same as without pacing, in the same order; they are only handed out when they are due, and in
silence ticks go out between them, so that behind the source time goes on as it does on a live network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sharky.capture.slices import cut
from sharky.model.clock import Clock
from sharky.model.packets import FOREVER_NS, PacketBatch, PacketSource

PACE_NS = 20_000_000
"""Packets go out together that are due within so much time of the clock, and a tick where there are none."""

LAP_GAP_NS = 1_000_000_000
"""Silence between the last packet of a lap and the first of the next."""


class Paced:
    """Another source's packets, each when it is due.

    Attributes:
        counters: Those of the source.
    """

    def __init__(self, source: PacketSource, clock: Clock, speed: float | None = 1.0, longest_gap_ns: int | None = None) -> None:
        """Pace a source.

        Args:
            source: Where the packets come from.
            clock: Tells when they are due.
            speed: Seconds of packet time in a second of the clock; None for no pacing at all.
            longest_gap_ns: Longer silence in the packets' time is passed over in so much time.
        """
        self.counters = source.counters
        self._source = source
        self._clock = clock
        self._speed = speed
        self._longest_gap_ns = longest_gap_ns or FOREVER_NS
        self._is_closed = False

    def close(self) -> None:
        """Close the source; `batches` ends within a step of the pace."""
        self._is_closed = True
        self._source.close()

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out packets when they are due, and ticks between them (see `PacketSource`)."""
        if self._speed is None:
            yield from self._source.batches()
            return
        timetable = _Timetable(self._longest_gap_ns)
        beat = _Beat(self._clock, self._speed)
        for batch in self._source.batches():
            times = timetable.enter(batch)
            start = 0
            while start < len(batch):
                stop = int(np.searchsorted(times.due_ns, beat.reached_ns, "right"))
                if stop > start or beat.is_fresh:
                    yield times.part(start, stop, beat.reached_ns)
                    beat.is_fresh = False
                start = stop
                if start < len(batch):
                    beat.wait()
                if self._is_closed:
                    return


class _Beat:
    """The clock, in steps of the pace.

    Attributes:
        reached_ns: How much of the timetable is due.
        is_fresh: Whether nothing has gone out in this step.
    """

    def __init__(self, clock: Clock, speed: float) -> None:
        self._clock = clock
        self._speed = speed
        self._start_ns = clock.now_ns()
        self._step = 0
        self.reached_ns = 0
        self.is_fresh = False

    def wait(self) -> None:
        """Wait for the next step; steps that were missed are made up for in one."""
        missed = (self._clock.now_ns() - self._start_ns) // PACE_NS
        self._step = max(self._step + 1, missed)
        self._clock.sleep_until(self._start_ns + self._step * PACE_NS)
        self.reached_ns = int(self._step * PACE_NS * self._speed)
        self.is_fresh = True


@dataclass(frozen=True, slots=True)
class _Times:
    """When the packets of a batch are due.

    Attributes:
        batch: The batch.
        clock_ns: (n,) the packet clock at each packet, which never runs backwards.
        due_ns: (n,) when each packet is due, counted from the first packet of all, long silence passed over.
        before: Clock and due time of the packet before the batch.
    """

    batch: PacketBatch
    clock_ns: NDArray[np.int64]
    due_ns: NDArray[np.int64]
    before: tuple[int, int]

    def part(self, start: int, stop: int, reached_ns: int) -> PacketBatch:
        """Return some rows as they go out, a tick where there are none.

        The packet clock goes on to the end of the step, unless the next packet is not known yet.
        """
        clock_ns, due_ns = (int(self.clock_ns[stop - 1]), int(self.due_ns[stop - 1])) if stop else self.before
        is_next_known = stop < len(self.batch)
        return cut(self.batch, start, stop, clock_ns + (reached_ns - due_ns if is_next_known else 0))


class _Timetable:
    """When each packet is due."""

    def __init__(self, longest_gap_ns: int) -> None:
        self._longest_gap_ns = longest_gap_ns
        self._last: tuple[int, int] | None = None

    def enter(self, batch: PacketBatch) -> _Times:
        """Plan the next batch."""
        if not len(batch):
            return _Times(batch, batch.time_ns, batch.time_ns, (0, 0))
        first_ns, first_due_ns = self._last or (int(batch.time_ns[0]), 0)
        clock_ns = np.maximum(np.maximum.accumulate(batch.time_ns), first_ns)
        gaps = np.minimum(np.diff(clock_ns, prepend=first_ns), self._longest_gap_ns)
        due_ns = first_due_ns + np.cumsum(gaps)
        times = _Times(batch, clock_ns, due_ns, (first_ns, first_due_ns))
        self._last = int(clock_ns[-1]), int(due_ns[-1])
        return times


class Looped:
    """A capture replayed for ever: times and packet numbers go on from lap to lap.

    Attributes:
        counters: Those of the worst lap so far.
    """

    def __init__(self, open_source: Callable[[], PacketSource], gap_ns: int = LAP_GAP_NS) -> None:
        """Loop a source.

        Args:
            open_source: Opens it anew for each lap.
            gap_ns: Silence between the last packet of a lap and the first of the next.
        """
        self._open_source = open_source
        self._gap_ns = gap_ns
        self._source = open_source()
        self._is_closed = False
        self.counters = self._source.counters.copy()

    def close(self) -> None:
        """Close the source; `batches` ends with the batch that is being read."""
        self._is_closed = True
        self._source.close()

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out the packets lap by lap (see `PacketSource`); ends where a lap has no packets."""
        shift_ns, number = 0, 1
        while not self._is_closed:
            first_ns: int | None = None
            last_ns = 0
            for batch in self._source.batches():
                if len(batch) and first_ns is None:
                    first_ns = int(batch.time_ns[0])
                last_ns = batch.now_ns
                yield _shift(batch, shift_ns, number)
                number += len(batch)
                self.counters |= self._source.counters
            self.counters |= self._source.counters
            self._source.close()
            if first_ns is None or self._is_closed:
                return
            shift_ns += last_ns - first_ns + self._gap_ns
            self._source = self._open_source()


def _shift(batch: PacketBatch, shift_ns: int, number: int) -> PacketBatch:
    last_ns = FOREVER_NS - 1
    return replace(
        batch,
        time_ns=np.minimum(batch.time_ns, last_ns - shift_ns) + shift_ns,
        first_number=number,
        now_ns=min(batch.now_ns + shift_ns, last_ns),
    )
