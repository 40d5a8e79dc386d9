"""Live capture: what a network interface carries, through a ring of memory that the kernel fills.

The ring is the only queue of packets. What is in it when the reader looks becomes one batch; then the reader rests, a
little on a quiet network and longer under load (`ringpace`). Between packets ticks go out, so that behind the source
time goes on. When the ring is full the kernel drops packets, and counts them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from sharky.capture.clock import SystemClock, moment, steady_ns
from sharky.capture.packets import BATCH_PACKETS
from sharky.capture.priority import WIRE, come_first
from sharky.capture.processors import Aloof
from sharky.capture.ringclock import PacketClock
from sharky.capture.ringhold import Hold, Link, Links
from sharky.capture.ringlink import RingOptions
from sharky.capture.ringpace import Pace
from sharky.capture.ringqueue import QueueRoom
from sharky.capture.ringslots import DIRECTIONS, TakenSlots
from sharky.model.captures import Interface
from sharky.model.clock import Clock
from sharky.model.counters import Counters, numbered
from sharky.model.packets import PAD, SPARE, PacketBatch
from sharky.model.quoting import quoted

TICK_NS = 100_000_000
"""Longest time without a batch. Lights go on meanwhile by themselves: the animator knows when each ends."""

CHECK_NS = 1_000_000_000
"""Time between two looks at the interface itself, and at what the kernel dropped where no packet tells of it."""

KERNEL_LINKS = Links()
"""The interfaces of this machine."""

NANOSECONDS = 1_000_000_000
"""In a second, the units of a ring's times."""

ENOUGH_PACKETS = 1_000
"""Seen of this machine's own before it is said that others' are missing."""


class Ring:
    """What a network interface carries.

    Attributes:
        counters: `dropped`: packets that the kernel had no room for; `merged_by_offload`: packets that the kernel or the card had put
            together from several; `packets_not_whole`, where whole ones are wanted; `clock_set_back`;
            `interface_down`, `interface_gone` and `interface_renamed`.
        directions: (5,) how many packets went which way, by `DIRECTIONS`.
        comes_first: Whether the reading thread runs before ordinary programs.
    """

    def __init__(
        self,
        interface: str,
        options: RingOptions | None = None,
        *,
        clock: Clock | None = None,
        wall_ns: Callable[[], int] = time.time_ns,
        links: Links = KERNEL_LINKS,
    ) -> None:
        """Listen on an interface.

        Args:
            interface: Its name.
            options: How to listen.
            clock: Paces the reading.
            wall_ns: Tells the time of day as the kernel stamps packets: nanoseconds since 1970 in UTC.
            links: Opens the ring.

        Raises:
            CaptureError: With the way out, where that is not possible.
        """
        chosen = options or RingOptions()
        self.counters = Counters()
        self.directions = np.zeros(len(DIRECTIONS), np.int64)
        self.comes_first = False
        self._hold = Hold(interface, links, chosen, self.counters)
        self._slot_octets = chosen.slot_octets
        self._buffer = np.zeros(BATCH_PACKETS * chosen.slot_octets + chosen.queue.octets + PAD + SPARE, np.uint8)
        self._room = QueueRoom(self._buffer, BATCH_PACKETS * chosen.slot_octets, chosen.queue)
        self._keeps_whole = chosen.keeps_whole
        self._clock = clock or SystemClock()
        self._wall_ns, self._steady_ns = wall_ns, clock.now_ns if clock else steady_ns
        self._time = PacketClock()
        self._aloof = Aloof()
        self._pace = Pace(chosen.ring_octets // chosen.slot_octets)
        self._now_ns = 0
        self._number = 1
        self._tick_due_ns = self._check_due_ns = self._clock.now_ns()
        self._is_running = self._is_closed = False

    @property
    def interface(self) -> str:
        """The name that the interface has now, or had last."""
        return self._hold.interface

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know about what is not seen; safe in any thread."""
        dropped = self.counters["dropped"]
        sampled = f"the kernel had to drop {numbered(dropped, 'packets')}: the statistics are those of a sample" if dropped else ""
        return tuple(note for note in (self._hold.trouble, sampled, self._not_whole(), self._time.note(), self._lonely()) if note)

    def _not_whole(self) -> str:
        """Say how many packets are cut although whole ones are wanted, and what mends it."""
        count = self.counters["packets_not_whole"]
        mend = f"sudo ethtool -K {quoted(self.interface)} gro off lro off tso off gso off"
        are = "is" if count == 1 else "are"
        return (
            f"{numbered(count, 'packets')} {are} cut: the network card merges more of them than there is room for; {mend}" if count else ""
        )

    def _lonely(self) -> str:
        """Say where the packets of other devices do not come by."""
        count = dict(zip(DIRECTIONS, self.directions.tolist(), strict=True))
        own = count["to_us"] + count["from_us"]
        if own < ENOUGH_PACKETS or count["to_others"] * 100 > own:
            return ""
        return "only this machine's own packets come by, and what is meant for all: use a bridge, or a mirror port of the switch"

    def close(self) -> None:
        """Stop listening; `batches` ends within the time of a tick."""
        self._is_closed = True
        if not self._is_running:
            self._hold.close()

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out packets as they come, and ticks between them (see `PacketSource`)."""
        self._is_running = True
        self.comes_first = come_first(WIRE)
        try:
            while not self._is_closed:
                batch = self._look()
                if batch is not None:
                    self._number += len(batch)
                    self._tick_due_ns = self._clock.now_ns() + TICK_NS
                    yield batch
        finally:
            self._hold.close()

    def _look(self) -> PacketBatch | None:
        """Take what is in the ring; a tick where nothing came for so long that one is due, None before that."""
        self._clock.sleep_until(self._pace.due_ns(self._clock.now_ns()))
        steady_ns = self._clock.now_ns()
        now_ns = self._time.look(*moment(self._wall_ns, self._steady_ns))
        if steady_ns >= self._check_due_ns:
            self._check(steady_ns)
        link = self._hold.link
        count = link.slots.take(self._buffer, BATCH_PACKETS) if link else 0
        if link and count:
            self._time.notice(*moment(self._wall_ns, self._steady_ns))
            return self._batch(link, count, steady_ns)
        if steady_ns >= self._tick_due_ns:
            self._now_ns = max(self._now_ns, now_ns)
            return PacketBatch.tick(self._now_ns, self._number, self._time.news_ns())
        self._wait(link, min(self._tick_due_ns, self._check_due_ns))
        return None

    def _batch(self, link: Link, count: int, steady_ns: int) -> PacketBatch:
        taken = TakenSlots(self._buffer, count, self._slot_octets)
        self._room.fill(link, taken)
        is_empty = count < BATCH_PACKETS
        self._pace.looked(count, steady_ns, is_empty=is_empty)
        if taken.is_losing:
            self.counters["dropped"] += link.dropped()
        self.counters["merged_by_offload"] += taken.merged
        self.counters["packets_not_whole"] += taken.cut() if self._keeps_whole else 0
        self.directions += taken.directions
        packets = taken.packets(link.linktype, self._time)
        reached_ns = int(packets.time_ns.max())
        self._now_ns = max(self._now_ns, reached_ns, self._time.now_ns if is_empty else 0)
        return PacketBatch(
            self._buffer,
            packets.offset,
            packets.captured,
            packets.wire_length,
            packets.time_ns,
            packets.linktype,
            packets.interface,
            self._number,
            self._now_ns,
            self._time.news_ns(),
            spare=self._buffer[-SPARE:],
            interface_of=self._told,
        )

    def _told(self, number: int) -> Interface:
        """Return what is known of the interface, as a capture of it would tell."""
        link = self._hold.link
        return Interface(self.interface, link.linktype if link else 0, 0, NANOSECONDS, number=number, section=1)

    def _wait(self, link: Link | None, until_ns: int) -> None:
        """Wait for a packet, but no longer than until a tick or a check is due."""
        if link is None:
            self._clock.sleep_until(until_ns)
        elif link.wait(until_ns - self._clock.now_ns()):
            self._check_due_ns = 0
        self._pace.rested(self._clock.now_ns())

    def _check(self, steady_ns: int) -> None:
        self._check_due_ns = steady_ns + CHECK_NS
        self._aloof.look()
        if self._hold.link is not None:
            self.counters["dropped"] += self._hold.link.dropped()
        self._hold.check()
        self.counters["clock_set_back"] = self._time.set_back
