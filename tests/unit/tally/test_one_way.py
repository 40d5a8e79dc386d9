from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np

from sharky.dissect import Fragments, dissect
from sharky.model.packets import LINKTYPE_ETHERNET, PAD, PacketBatch
from sharky.model.protocols import ProtocolTree
from sharky.tally.one_way import ENOUGH_FLOWS, ENOUGH_PACKETS, OneWayFlows

SECOND = 1_000_000_000


def tcp(flow: int, *, is_reply: bool = False, protocol: int = 6) -> bytes:
    client, server = (0x0A000001, 1024 + flow), (0xC0000201, 443)
    source, destination = (server, client) if is_reply else (client, server)
    ip = struct.pack(">BxHxxxxBBxxII", 0x45, 40, 64, protocol, source[0], destination[0])
    return bytes(12) + b"\x08\x00" + ip + struct.pack(">HHIIBBHHH", source[1], destination[1], 0, 0, 0x50, 0x10, 0, 0, 0)


def share(seconds: Iterable[list[bytes]]) -> float:
    flows = OneWayFlows()
    for second, packets in enumerate(seconds):
        buffer = np.frombuffer(b"".join(packets) + bytes(PAD), np.uint8)
        count, size = len(packets), len(packets[0])
        same = np.full(count, size, np.int64)
        link, now_ns = np.full(count, LINKTYPE_ETHERNET, np.uint16), (second + 1) * SECOND
        time_ns = np.full(count, now_ns, np.int64)
        batch = PacketBatch(buffer, np.arange(count) * size, same, same, time_ns, link, link * 0, 1, now_ns)
        flows.add(dissect(batch, ProtocolTree(), Fragments()))
    return flows.share()


def test_connections_that_are_seen_both_ways_are_whole() -> None:
    both = [tcp(flow, is_reply=is_reply) for flow in range(40) for is_reply in (False, True)]
    assert share([both] * ENOUGH_PACKETS) == 0


def test_connections_of_which_one_direction_is_missing_are_noticed() -> None:
    assert share([[tcp(flow) for flow in range(40)]] * ENOUGH_PACKETS) == 1


def test_the_other_direction_alone_is_noticed_too() -> None:
    assert share([[tcp(flow, is_reply=True) for flow in range(40)]] * ENOUGH_PACKETS) == 1


def test_a_few_connections_are_not_judged() -> None:
    assert share([[tcp(flow) for flow in range(ENOUGH_FLOWS - 1)]] * ENOUGH_PACKETS) == 0


def test_a_few_packets_are_not_judged() -> None:
    assert share([[tcp(flow) for flow in range(40)]] * (ENOUGH_PACKETS - 1)) == 0


def test_other_packets_than_tcp_are_not_judged() -> None:
    assert share([[tcp(flow, protocol=17) for flow in range(40)]] * ENOUGH_PACKETS) == 0


def test_any_number_of_connections_takes_the_same_memory() -> None:
    assert share([[tcp(flow % 60_000) for flow in range(start, start + 200)] for start in range(0, 4000, 200)]) == 0
