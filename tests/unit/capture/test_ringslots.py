from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.capture.packets import Packets
from sharky.capture.ringclock import PacketClock
from sharky.capture.ringslots import HAS_TAG, HAS_TAG_TYPE, IS_MERGED, LOSING, SlotRing, TakenSlots
from sharky.model.packets import LINKTYPE_ETHERNET, PAD
from tests.unit.capture.slots import SLOT, Arrival, KernelSide

NOW_NS = 1_700_000_001_000_000_000
ADDRESSES = bytes(range(12))
IPV4 = b"\x08\x00" + b"payload"


def take(kernel: KernelSide, ring: SlotRing, limit: int = 64) -> tuple[TakenSlots, np.ndarray]:
    buffer = np.zeros(limit * ring.slot_octets + PAD, np.uint8)
    count = ring.take(buffer, limit)
    return TakenSlots(buffer, count, ring.slot_octets), buffer


def read(*arrivals: Arrival, linktype: int = LINKTYPE_ETHERNET) -> tuple[Packets, list[bytes]]:
    kernel = KernelSide()
    kernel.receive(*arrivals)
    taken, buffer = take(kernel, SlotRing(kernel.memory, SLOT))
    clock = PacketClock()
    clock.look(NOW_NS, 0)
    packets = taken.packets(linktype, clock)
    octets = [
        buffer[begin : begin + length].tobytes() for begin, length in zip(packets.offset.tolist(), packets.captured.tolist(), strict=True)
    ]
    return packets, octets


def test_a_packet_comes_out_as_it_went_in() -> None:
    packets, octets = read(Arrival(ADDRESSES + IPV4, time_ns=NOW_NS - 123, wire_length=1500))
    assert octets == [ADDRESSES + IPV4]
    assert packets.wire_length.tolist() == [1500]
    assert packets.time_ns.tolist() == [NOW_NS - 123]
    assert packets.linktype.tolist() == [LINKTYPE_ETHERNET]


def test_each_packet_may_begin_elsewhere_in_its_slot() -> None:
    _, octets = read(Arrival(b"one", begin=66), Arrival(b"two", begin=62), Arrival(b"three", begin=80))
    assert octets == [b"one", b"two", b"three"]


def test_a_tag_that_the_kernel_took_out_is_put_back() -> None:
    packets, octets = read(Arrival(ADDRESSES + IPV4, status=HAS_TAG | HAS_TAG_TYPE, tag=0x2007, tag_type=0x88A8, wire_length=100))
    assert octets == [ADDRESSES + b"\x88\xa8\x20\x07" + IPV4]
    assert packets.wire_length.tolist() == [104]


def test_a_tag_without_a_type_is_a_customers() -> None:
    _, octets = read(Arrival(ADDRESSES + IPV4, status=HAS_TAG, tag=5))
    assert octets == [ADDRESSES + b"\x81\x00\x00\x05" + IPV4]


def test_tagged_and_untagged_packets_stand_together() -> None:
    _, octets = read(Arrival(b"a" * 20), Arrival(ADDRESSES + IPV4, status=HAS_TAG, tag=5), Arrival(b"b" * 20))
    assert octets == [b"a" * 20, ADDRESSES + b"\x81\x00\x00\x05" + IPV4, b"b" * 20]


def test_a_runt_without_two_addresses_gets_no_tag() -> None:
    _, octets = read(Arrival(b"short", status=HAS_TAG, tag=5))
    assert octets == [b"short"]


def test_an_empty_packet_is_a_packet() -> None:
    packets, octets = read(Arrival(b""))
    assert (len(packets), octets) == (1, [b""])


def test_a_jumbo_packet_is_cut_at_the_slot_and_keeps_its_length() -> None:
    packets, octets = read(Arrival(bytes(9000)))
    assert packets.captured.tolist() == [SLOT - 66]
    assert packets.wire_length.tolist() == [9000]
    assert len(octets[0]) == SLOT - 66


def test_the_kernels_word_about_losses_is_heard() -> None:
    kernel = KernelSide()
    ring = SlotRing(kernel.memory, SLOT)
    kernel.receive(Arrival(b"a"))
    assert not take(kernel, ring)[0].is_losing
    kernel.receive(Arrival(b"a"), Arrival(b"b", status=LOSING), Arrival(b"c"))
    assert take(kernel, ring)[0].is_losing


def test_packets_put_together_and_directions_are_counted() -> None:
    kernel = KernelSide()
    kernel.receive(Arrival(b"a", status=IS_MERGED, direction=4), Arrival(b"b", direction=3), Arrival(b"c", direction=4))
    taken, _ = take(kernel, SlotRing(kernel.memory, SLOT))
    assert taken.merged == 1
    assert taken.directions.tolist() == [0, 0, 0, 1, 2]


def test_an_empty_ring_gives_nothing() -> None:
    ring = SlotRing(KernelSide().memory, SLOT)
    assert not ring.is_ready()
    assert ring.take(np.zeros(SLOT, np.uint8), 1) == 0


def test_a_full_ring_drops_until_slots_come_back() -> None:
    kernel = KernelSide(slots=4)
    ring = SlotRing(kernel.memory, SLOT)
    kernel.receive(*(Arrival(b"x") for _ in range(6)))
    assert kernel.dropped == 2
    take(kernel, ring)
    kernel.receive(*(Arrival(b"x") for _ in range(4)))
    assert kernel.dropped == 2


@pytest.mark.parametrize("size", [128, 256, 2048])
def test_slots_of_any_size_are_read(size: int) -> None:
    kernel = KernelSide(slots=4, size=size)
    ring = SlotRing(kernel.memory, size)
    kernel.receive(Arrival(b"a" * 60), Arrival(b"b" * 60))
    taken, buffer = take(kernel, ring)
    packets = taken.packets(LINKTYPE_ETHERNET, PacketClock())
    assert buffer[packets.offset].tobytes() == b"ab"


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(1, 150)), max_size=20), st.integers(1, 200))
def test_every_packet_comes_once_and_in_order_however_the_ring_wraps(turns: list[tuple[int, int]], slots: int) -> None:
    kernel = KernelSide(slots=slots)
    ring = SlotRing(kernel.memory, SLOT)
    sent: list[int] = []
    seen: list[int] = []
    for arrivals, limit in turns:
        for _ in range(arrivals):
            before = kernel.dropped
            kernel.receive(Arrival(len(sent).to_bytes(4, "big")))
            if kernel.dropped == before:
                sent.append(len(sent))
        while ring.is_ready():
            taken, buffer = take(kernel, ring, limit)
            offsets = taken.packets(LINKTYPE_ETHERNET, PacketClock()).offset.tolist()
            seen += [int.from_bytes(buffer[offset : offset + 4].tobytes(), "big") for offset in offsets]
    assert seen == sent


@pytest.mark.parametrize("behind", [10, 40, 90])
def test_what_another_processor_filled_sooner_waits_for_the_slot_before_it(behind: int) -> None:
    kernel = KernelSide(slots=128)
    ring = SlotRing(kernel.memory, SLOT)
    kernel.receive(*(Arrival(b"x") for _ in range(100)))
    status = kernel.memory.reshape(128, SLOT)[behind]
    ready, status[0] = status[0], 0
    buffer = np.zeros(128 * SLOT, np.uint8)
    assert ring.take(buffer, 128) == behind
    assert ring.take(buffer, 128) == 0
    status[0] = ready
    assert ring.take(buffer, 128) == 100 - behind


def test_slots_behind_those_that_hold_packets_are_hardly_looked_at() -> None:
    kernel = KernelSide(slots=4096)
    ring = SlotRing(kernel.memory, SLOT)
    kernel.receive(*(Arrival(b"x") for _ in range(100)))
    ring._status = ring._status.view(Looked)
    Looked.words = 0
    assert ring.take(np.zeros(4096 * SLOT, np.uint8), 4096) == 100
    assert 100 <= Looked.words < 200


class Looked(np.ndarray):
    """Statuses that count how many of them are looked at."""

    words = 0

    def __and__(self, other: object) -> object:
        Looked.words += self.size
        return np.asarray(self) & other

    def __getitem__(self, place: object) -> object:
        Looked.words += not isinstance(place, slice)
        return super().__getitem__(place)
