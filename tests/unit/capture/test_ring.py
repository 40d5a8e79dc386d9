"""The source as a whole, on a clock of its own and a kernel of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from unittest.mock import Mock

import numpy as np
import pytest

from sharky.capture.packets import BATCH_PACKETS
from sharky.capture.ring import CHECK_NS, TICK_NS, Ring
from sharky.capture.ringhold import Links
from sharky.capture.ringlink import RingOptions
from sharky.capture.ringpace import PACE_NS, QUICK_NS
from sharky.capture.ringslots import LOSING, QUEUED, SlotRing
from sharky.model.errors import CaptureError, Problem
from sharky.model.packets import LINKTYPE_ETHERNET, PAD, PacketBatch
from tests.unit.capture.slots import Arrival, KernelSide

START_NS = 1_700_000_000_000_000_000
MS = 1_000_000
SECOND = 1_000 * MS


class Network:
    """A clock, and what happens at which of its moments; time passes only where the reader waits."""

    def __init__(self, slots: int = 8192) -> None:
        self.time_ns = 0
        self.wall_shift_ns = START_NS
        self.slots = slots
        self.interfaces = {"eth0": 2}
        self.down: set[str] = set()
        self.links: list[FakeLink] = []
        self._plans: list[tuple[int, Callable[[], None]]] = []

    def at(self, moment_ns: int, happening: Callable[[], None]) -> None:
        self._plans.append((moment_ns, happening))
        self._plans.sort(key=lambda plan: plan[0])

    def packets_at(self, *moments_ns: int, count: int = 1, status: int = 0) -> None:
        for moment_ns in moments_ns:
            self.at(moment_ns, lambda: self.receive(count, status))

    def receive(self, count: int, status: int = 0, direction: int = 0) -> None:
        for link in self.links:
            if link.index in self.interfaces.values():
                link.kernel.receive(*[Arrival(b"x" * 60, self.wall_ns(), status, direction=direction)] * count)

    def now_ns(self) -> int:
        return self.time_ns

    def wall_ns(self) -> int:
        return self.time_ns + self.wall_shift_ns

    def sleep_until(self, moment_ns: int) -> None:
        while self._plans and self._plans[0][0] <= moment_ns:
            self.step()
        self.time_ns = max(self.time_ns, moment_ns)

    def step(self) -> None:
        """Go on to the next thing that happens."""
        moment_ns, happening = self._plans.pop(0)
        self.time_ns = max(self.time_ns, moment_ns)
        happening()

    def next_ns(self) -> int:
        return self._plans[0][0] if self._plans else 1 << 62

    def is_there(self, name: str) -> bool:
        return name in self.interfaces

    def open_link(self, name: str, options: RingOptions) -> FakeLink:
        if name not in self.interfaces:
            raise CaptureError(Problem(f"there is no network interface {name!r}"))
        link = FakeLink(self, self.interfaces[name], options.slot_octets)
        self.links.append(link)
        return link


@dataclass
class FakeLink:
    network: Network
    index: int
    slot_octets: int
    linktype: int = LINKTYPE_ETHERNET
    waits: int = 0
    kernel: KernelSide = field(init=False)
    slots: SlotRing = field(init=False)
    _told: int = 0
    _has_news: bool = False

    def __post_init__(self) -> None:
        self.kernel = KernelSide(self.network.slots, self.slot_octets)
        self.slots = SlotRing(self.kernel.memory, self.slot_octets)

    def read_queued(self, into: memoryview) -> int:
        octets = self.kernel.queue.pop(0)[: len(into)] if self.kernel.queue else b""
        into[: len(octets)] = octets
        return len(octets)

    def wait(self, longest_ns: int) -> bool:
        self.waits += 1
        until_ns = self.network.now_ns() + max(longest_ns, 1)
        while not self.slots.is_ready() and self.network.next_ns() <= until_ns:
            self.network.step()
            if self.name() is None and not self._has_news:
                self._has_news = True
                return True
        if not self.slots.is_ready():
            self.network.sleep_until(until_ns)
        return False

    def dropped(self) -> int:
        new, self._told = self.kernel.dropped - self._told, self.kernel.dropped
        return new

    def name(self) -> str | None:
        return next((name for name, index in self.network.interfaces.items() if index == self.index), None)

    def renew(self) -> None:
        """Nothing in this machine changes."""

    def is_up(self) -> bool:
        return self.name() is not None and self.name() not in self.network.down

    def close(self) -> None:
        self.network.links.remove(self)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    monkeypatch.setattr("sharky.capture.ring.come_first", lambda priority: False)
    monkeypatch.setattr("sharky.capture.ring.Aloof", Mock)
    return Network()


def listen(network: Network) -> Ring:
    return Ring("eth0", clock=network, wall_ns=network.wall_ns, links=Links(network.open_link, network.is_there))


def until(ring: Ring, network: Network, end_ns: int) -> Iterator[tuple[int, PacketBatch]]:
    """Each batch, with the moment at which it came."""
    for batch in ring.batches():
        if network.time_ns > end_ns:
            ring.close()
        else:
            yield network.time_ns, batch


def arrivals(ring: Ring, network: Network, end_ns: int) -> list[tuple[int, int]]:
    """When packets came, and how many."""
    return [(moment_ns, len(batch)) for moment_ns, batch in until(ring, network, end_ns) if len(batch)]


def test_once_a_second_it_looks_where_packets_are_received(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    aloof = Mock()
    monkeypatch.setattr("sharky.capture.ring.Aloof", lambda: aloof)
    list(until(listen(network), network, 5 * CHECK_NS))
    assert 5 <= aloof.look.call_count <= 7


def test_on_a_quiet_network_each_packet_comes_at_once(network: Network) -> None:
    moments = [7 * MS, 107 * MS, 333 * MS]
    network.packets_at(*moments)
    assert arrivals(listen(network), network, SECOND) == [(moment, 1) for moment in moments]


def test_the_packets_of_one_exchange_wait_less_than_two_milliseconds(network: Network) -> None:
    network.packets_at(*(100 * MS + number * MS // 4 for number in range(20)))
    ring = listen(network)
    waits = [moment_ns - (int(batch.time_ns[0]) - START_NS) for moment_ns, batch in until(ring, network, SECOND) if len(batch)]
    assert max(waits) <= QUICK_NS <= 2 * MS


def test_under_load_the_ring_is_looked_at_at_the_pace(network: Network) -> None:
    network.packets_at(*(number * MS for number in range(200)), count=40)
    seen = arrivals(listen(network), network, SECOND)
    assert sum(count for _, count in seen) == 8000
    assert {later - earlier for (earlier, _), (later, _) in pairwise(seen)} == {PACE_NS}


def test_more_than_a_batch_is_taken_without_rest(network: Network) -> None:
    network.slots = 2 * BATCH_PACKETS
    network.packets_at(10 * MS, count=BATCH_PACKETS + 7)
    assert arrivals(listen(network), network, SECOND) == [(10 * MS, BATCH_PACKETS), (10 * MS, 7)]


def test_silence_ticks(network: Network) -> None:
    ticks = [(moment_ns, batch.now_ns) for moment_ns, batch in until(listen(network), network, SECOND)]
    moments = [moment_ns for moment_ns, _ in ticks]
    assert all(now_ns == START_NS + moment_ns for moment_ns, now_ns in ticks)
    assert max(np.diff(moments)) <= TICK_NS
    assert len(ticks) <= SECOND // TICK_NS + 1


def test_packets_are_numbered_through(network: Network) -> None:
    network.packets_at(10 * MS, 50 * MS, 200 * MS, count=3)
    numbers = [batch.first_number for _, batch in until(listen(network), network, SECOND) if len(batch)]
    assert numbers == [1, 4, 7]


def test_the_buffer_reaches_beyond_the_last_packet(network: Network) -> None:
    network.slots = BATCH_PACKETS
    network.packets_at(0, count=BATCH_PACKETS)
    batch = next(batch for _, batch in until(listen(network), network, SECOND) if len(batch))
    assert len(batch.buffer) >= int((batch.offset + batch.captured).max()) + PAD


def test_drops_are_counted_once_and_said(network: Network) -> None:
    network.slots = 16
    network.packets_at(10 * MS, count=20)
    network.packets_at(20 * MS, status=LOSING)
    network.packets_at(5 * SECOND)
    ring = listen(network)
    arrivals(ring, network, 6 * SECOND)
    assert ring.counters["dropped"] == 4
    assert ring.notes() == ("the kernel had to drop 4 packets: the statistics are those of a sample",)


def test_drops_of_which_no_packet_tells_are_found_too(network: Network) -> None:
    network.slots = 16
    network.packets_at(10 * MS, count=20)
    ring = listen(network)
    arrivals(ring, network, 2 * CHECK_NS)
    assert ring.counters["dropped"] == 4


def test_all_is_well_without_a_word(network: Network) -> None:
    network.packets_at(10 * MS)
    ring = listen(network)
    arrivals(ring, network, SECOND)
    assert ring.notes() == ()
    assert not +ring.counters


def test_an_interface_that_is_unplugged_and_plugged_in_again_is_listened_on_again(network: Network) -> None:
    network.packets_at(10 * MS, 8 * SECOND)
    network.at(2 * SECOND, network.interfaces.clear)
    network.at(5 * SECOND, lambda: network.interfaces.update(eth0=7))
    ring = listen(network)
    seen, notes = [], []
    for moment_ns, batch in until(ring, network, 10 * SECOND):
        seen += [moment_ns] * len(batch)
        if moment_ns // SECOND == 4:
            notes += ring.notes()
    assert seen == [10 * MS, 8 * SECOND]
    assert set(notes) <= {"eth0 is gone: plug it in again", "eth0 is gone: there is no network interface 'eth0'"} != set()
    assert (ring.counters["interface_gone"], ring.notes()) == (1, ())


def test_time_goes_on_while_the_interface_is_gone(network: Network) -> None:
    network.at(SECOND, network.interfaces.clear)
    moments = [moment_ns for moment_ns, _ in until(listen(network), network, 5 * SECOND)]
    assert max(np.diff(moments)) <= TICK_NS
    assert moments[-1] > 4 * SECOND


def test_an_interface_that_goes_down_is_said_and_counted(network: Network) -> None:
    network.at(SECOND, lambda: network.down.add("eth0"))
    network.at(5 * SECOND, network.down.clear)
    ring = listen(network)
    notes = {ring.notes() for moment_ns, _ in until(ring, network, 4 * SECOND) if moment_ns > 3 * SECOND}
    assert notes == {("eth0 is down: look at its cable, or run sudo ip link set eth0 up",)}
    assert ring.counters["interface_down"] == 1


def test_an_interface_that_is_renamed_is_followed(network: Network) -> None:
    def rename() -> None:
        network.interfaces = {"lan0": 2}

    network.at(SECOND, rename)
    network.packets_at(3 * SECOND)
    ring = listen(network)
    assert arrivals(ring, network, 5 * SECOND) == [(3 * SECOND, 1)]
    assert (ring.interface, ring.counters["interface_renamed"], ring.notes()) == ("lan0", 1, ())


def test_one_that_was_renamed_is_not_taken_for_another_that_has_its_first_name_now(network: Network) -> None:
    def change(interfaces: dict[str, int]) -> None:
        network.interfaces = interfaces

    steps: list[dict[str, int]] = [
        {"lan0": 2, "eth0": 3},
        {"eth0": 3},
        {"eth0": 3, "lan0": 4},
        {"eth0": 3},
        {},
        {"eth0": 5},
        {"lan0": 5, "eth0": 6},
    ]
    for number, interfaces in enumerate(steps, 1):
        network.at(4 * number * SECOND, partial(change, interfaces))
    network.packets_at(*((4 * number + 3) * SECOND for number in range(8)))
    ring = listen(network)
    heard = [(moment_ns // SECOND - 3) // 4 for moment_ns, _ in arrivals(ring, network, 33 * SECOND)]
    assert heard == [0, 1, 3, 6, 7]
    assert (ring.interface, ring.counters["interface_gone"], ring.notes()) == ("lan0", 2, ())


def test_packet_time_goes_on_where_the_clock_is_set_back_by_hours(network: Network) -> None:
    def set_back() -> None:
        network.wall_shift_ns -= 3 * 3600 * SECOND

    network.packets_at(*(number * 100 * MS for number in range(30)))
    network.at(SECOND, set_back)
    ring = listen(network)
    batches = [(moment_ns, batch.now_ns) for moment_ns, batch in until(ring, network, 3 * SECOND)]
    assert ring.notes() == ("the clock was set back: times are 3:00:00 ahead until Sharky starts anew",)
    assert [now_ns - START_NS for _, now_ns in batches] == [moment_ns for moment_ns, _ in batches]
    assert ring.counters["clock_set_back"] == 1


@pytest.mark.parametrize("shift_ns", [3 * 3600 * SECOND, -3 * 3600 * SECOND], ids=["forward", "back"])
def test_a_clock_that_is_set_between_a_look_at_it_and_one_at_the_packets_leaves_their_order(network: Network, shift_ns: int) -> None:
    def set_behind_a_look() -> int:
        read_ns = network.wall_ns()
        if network.time_ns >= SECOND and network.wall_shift_ns == START_NS:
            network.receive(1)
            network.wall_shift_ns += shift_ns
            network.receive(1)
        return read_ns

    network.packets_at(*(number * 100 * MS for number in range(30)))
    ring = Ring("eth0", clock=network, wall_ns=set_behind_a_look, links=Links(network.open_link, network.is_there))
    batches = [batch for _, batch in until(ring, network, 3 * SECOND) if len(batch)]
    times_ns = [time_ns - START_NS for batch in batches for time_ns in batch.time_ns.tolist()]
    leapt_ns = sum(batch.leapt_ns for batch in batches)
    assert leapt_ns == max(0, shift_ns)
    assert times_ns == sorted(times_ns)
    assert [time_ns // SECOND for time_ns in (times_ns[0], times_ns[-1] - leapt_ns)] == [0, 2]


@pytest.mark.parametrize("shift_ns", [START_NS, -START_NS], ids=["forward", "back"])
def test_packets_come_at_once_where_a_clock_that_was_never_set_leaps_by_decades(network: Network, shift_ns: int) -> None:
    def set_clock() -> None:
        network.wall_shift_ns += shift_ns

    network.wall_shift_ns = max(0, -shift_ns)
    network.packets_at(*(number * 100 * MS for number in range(30)))
    network.at(SECOND, set_clock)
    batches = [(moment_ns, batch) for moment_ns, batch in until(listen(network), network, 3 * SECOND) if len(batch)]
    assert [moment_ns for moment_ns, _ in batches] == [number * 100 * MS for number in range(30)]
    assert all(first.now_ns <= second.now_ns for (_, first), (_, second) in pairwise(batches))
    assert [batch.now_ns - int(batch.time_ns[0]) for _, batch in batches] == [0] * 30
    assert sum(batch.leapt_ns for _, batch in batches) == max(0, shift_ns)


def test_a_name_that_no_interface_has_is_refused(network: Network) -> None:
    with pytest.raises(CaptureError, match="no network interface 'eth7'"):
        Ring("eth7", clock=network, links=Links(network.open_link, network.is_there))


def test_a_closed_ring_lets_go_of_the_interface(network: Network) -> None:
    ring = listen(network)
    next(ring.batches())
    ring.close()
    assert list(ring.batches()) == []
    assert network.links == []


def test_a_ring_that_was_never_read_lets_go_too(network: Network) -> None:
    listen(network).close()
    assert network.links == []


def test_what_is_cut_although_whole_packets_are_wanted_is_counted_and_said(network: Network) -> None:
    def receive_long() -> None:
        network.links[0].kernel.receive(*[Arrival(bytes(9000), network.wall_ns(), QUEUED)] * 3, Arrival(bytes(9000), network.wall_ns()))

    network.at(10 * MS, receive_long)
    options = RingOptions(keeps_names=False, keeps_whole=True)
    ring = Ring("eth0", options, clock=network, wall_ns=network.wall_ns, links=Links(network.open_link, network.is_there))
    captured = [batch.captured.tolist() for _, batch in until(ring, network, SECOND) if len(batch)]
    assert captured == [[9000] * 3 + [190]]
    assert ring.counters["packets_not_whole"] == 1
    assert [note[:15] for note in ring.notes()] == ["1 packet is cut"]


@pytest.mark.parametrize(("others", "is_said"), [(0, True), (100, False)])
def test_that_only_own_packets_come_by_is_said(network: Network, others: int, *, is_said: bool) -> None:
    network.at(10 * MS, lambda: network.receive(2000))
    network.at(50 * MS, lambda: network.receive(others, direction=3))
    ring = listen(network)
    arrivals(ring, network, SECOND)
    assert any("only this machine's own packets" in note for note in ring.notes()) == is_said
