"""Packets that stand whole beside the ring."""

from __future__ import annotations

import numpy as np

from sharky.capture.ringclock import PacketClock
from sharky.capture.ringqueue import NAMES, WHOLE, QueueRoom, QueueSize
from sharky.capture.ringslots import HAS_TAG, QUEUED, SlotRing, TakenSlots
from sharky.model.packets import LINKTYPE_ETHERNET, PAD
from tests.unit.capture.slots import SLOT, Arrival, KernelSide

LONG, OTHER, SHORT = (bytes([2, number]) * 400 for number in (1, 2, 3))


class Queue:
    """What the kernel has queued."""

    def __init__(self, *packets: bytes) -> None:
        self.packets = list(packets)

    def read_queued(self, into: memoryview) -> int:
        octets = self.packets.pop(0)[: len(into)] if self.packets else b""
        into[: len(octets)] = octets
        return len(octets)


def read(queue: Queue, *arrivals: Arrival, size: QueueSize = NAMES) -> list[bytes]:
    kernel, count = KernelSide(len(arrivals) + 1), len(arrivals)
    kernel.receive(*arrivals)
    buffer = np.zeros(count * SLOT + size.octets + PAD, np.uint8)
    taken = TakenSlots(buffer, SlotRing(kernel.memory, SLOT).take(buffer, count), SLOT)
    QueueRoom(buffer, count * SLOT, size).fill(queue, taken)
    packets = taken.packets(LINKTYPE_ETHERNET, PacketClock())
    ends = zip(packets.offset.tolist(), packets.captured.tolist(), strict=True)
    return [buffer[begin : begin + length].tobytes() for begin, length in ends]


def test_a_queued_packet_stands_whole_in_its_place() -> None:
    queue = Queue(LONG, OTHER)
    arrivals = Arrival(LONG, status=QUEUED), Arrival(SHORT), Arrival(OTHER, status=QUEUED)
    assert read(queue, *arrivals) == [LONG, SHORT[: SLOT - 66], OTHER]


def test_its_tag_is_put_back() -> None:
    assert read(Queue(LONG), Arrival(LONG, status=QUEUED | HAS_TAG, tag=7)) == [LONG[:12] + b"\x81\x00\x00\x07" + LONG[12:]]


def test_where_the_queue_is_out_of_step_slots_count_and_it_is_emptied() -> None:
    queue = Queue(OTHER, LONG)
    assert read(queue, Arrival(LONG, status=QUEUED), Arrival(OTHER, status=QUEUED)) == [LONG[: SLOT - 66], OTHER[: SLOT - 66]]
    assert not queue.packets


def test_where_the_queue_ends_slots_count() -> None:
    assert read(Queue(), Arrival(LONG, status=QUEUED)) == [LONG[: SLOT - 66]]


def test_what_there_is_no_room_for_is_cut_and_taken_out_of_the_queue() -> None:
    size = QueueSize(0, 2000, 4 + 3 * (len(LONG) + 4) + 2000)
    queue, huge = Queue(*[LONG] * 8), LONG * 10
    found = read(queue, *[Arrival(LONG, status=QUEUED)] * 8, size=size)
    assert found == [LONG] * 3 + [LONG[: SLOT - 66]] * 5
    assert not queue.packets
    assert read(Queue(huge), Arrival(huge, status=QUEUED), size=NAMES) == [huge[: NAMES.longest_octets]]


def test_packets_that_the_network_card_merged_stand_whole() -> None:
    merged = [bytes([number]) * 65_550 for number in range(100)]
    assert read(Queue(*merged), *[Arrival(octets, status=QUEUED) for octets in merged], size=WHOLE) == merged
