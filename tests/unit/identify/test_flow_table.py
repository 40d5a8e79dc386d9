"""Flows get places and numbers, and old ones make room."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.identify.flow_table import IDLE_NS, FlowTable
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.tables import GrowingColumn
from tests.unit.identify.builder import Packet, columns

ROOM = 8
HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(200)


def flow_numbers(*batches: list[Packet]) -> list[int]:
    tree = ProtocolTree()
    identifier = Identifier(tree, most_flows=ROOM)
    return [number for packets in batches for number in _in_order(identifier, tree, packets)]


def _in_order(identifier: Identifier, tree: ProtocolTree, packets: list[Packet]) -> list[int]:
    batch = columns(tree, packets)
    numbers = identifier.identify(batch).flow
    found = np.zeros(len(packets), np.int64)
    found[batch.position] = numbers
    return [int(number) for number in found]


def at(time_ns: int, port: int = 1, payload: bytes = b"x") -> Packet:
    return Packet(payload, port, 4711, "tcp", time_ns=time_ns)


def test_a_5_tuple_after_a_long_silence_is_a_new_flow() -> None:
    assert flow_numbers([at(0), at(IDLE_NS), at(2 * IDLE_NS + 1)]) == [1, 1, 2]


def test_a_batch_is_cut_only_where_a_flow_begins_anew_that_has_packets_ahead_of_it() -> None:
    keys = np.array([1, 2, 0, 0, 1, 2, 1, 3], np.uint64)
    hours = np.array([0, 1, 5, 9, 9, 9, 9, 20])
    assert FlowTable.ends(keys, hours * 3600 * 10**9) == [4, 8]
    assert FlowTable.ends(keys, hours * 10**9) == [8]
    assert FlowTable.ends(keys[:0], hours[:0]) == [0]


def test_what_was_known_of_the_old_flow_does_not_hold_for_the_new_one() -> None:
    tree = ProtocolTree()
    identifier = Identifier(tree)
    names = [identifier.identify(columns(tree, [packet])).path for packet in (at(0, payload=HELLO), at(1), at(IDLE_NS + 2))]
    assert [tree.path(int(path[0])).split(":")[-1] for path in names] == ["tls", "tls", "data"]


def test_a_flow_that_keeps_talking_is_never_new_however_long_it_lasts() -> None:
    assert flow_numbers([at(second * IDLE_NS // 2) for second in range(20)]) == [1] * 20


def test_where_there_is_no_room_the_flows_that_were_silent_longest_are_forgotten() -> None:
    tree = ProtocolTree()
    identifier = Identifier(tree, most_flows=ROOM)
    first = [at(port, port) for port in range(1, ROOM + 1)]
    assert _in_order(identifier, tree, [*first, at(100, 1)]) == [*range(1, ROOM + 1), 1]
    assert identifier.counters["flows_evicted"] == 0
    assert _in_order(identifier, tree, [at(101, 99), at(102, 1), at(103, 2)]) == [ROOM + 1, 1, ROOM + 2]
    assert identifier.counters["flows_evicted"] == ROOM // 2 + 1


def test_many_more_flows_than_there_is_room_for_are_counted_and_no_trouble() -> None:
    table = FlowTable([GrowingColumn(np.int32)], maximum=ROOM)
    keys, times = np.arange(1, 1001, dtype=np.uint64), np.zeros(1000, np.int64)
    seen = 0
    while seen < len(keys):
        place = table.place(keys[seen:], times[seen:])
        assert 0 < place.min() <= place.max() <= ROOM
        assert table.numbers(place).tolist() == list(range(seen + 1, seen + len(place) + 1))
        seen += len(place)
    assert table.evicted >= 1000 - ROOM
    assert table.refused == 0


def test_what_is_known_of_a_flow_stays_with_it_where_others_are_forgotten_and_new_ones_begin_with_nothing() -> None:
    known = GrowingColumn(np.int32)
    table = FlowTable([known], maximum=ROOM)
    keys, times = np.arange(1, ROOM + 1, dtype=np.uint64), np.arange(ROOM)
    known.values[table.place(keys, times)] = keys
    new = np.arange(100, 100 + ROOM // 2, dtype=np.uint64)
    place = table.place(new, np.full(len(new), ROOM))
    assert known.values[place].tolist() == [0] * len(new)
    kept = keys[ROOM // 2 + 1 :]
    place = table.place(kept, np.full(len(kept), ROOM))
    assert known.values[place].tolist() == table.numbers(place).tolist() == kept.tolist()


def test_a_flow_that_begins_behind_one_that_began_anew_has_a_number_of_its_own() -> None:
    assert flow_numbers([at(0)], [at(IDLE_NS + 1), at(IDLE_NS + 1, port=2)], [at(IDLE_NS + 2, port=3)]) == [1, 2, 3, 4]


def test_flows_whose_keys_somebody_made_to_collide_go_without_a_place_and_are_counted() -> None:
    keys = np.arange(1, 1 << 18, dtype=np.uint64)
    colliding = keys[keys * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(53) == 5].reshape(-1, 16)
    table = FlowTable([GrowingColumn(np.int32)])
    place = np.concatenate([table.place(some, np.zeros(16, np.int64)) for some in colliding])
    assert table.refused == np.count_nonzero(place == 0) > 0
    assert len(set(place.tolist()) - {0}) == np.count_nonzero(place)


packets = st.builds(
    Packet,
    payload=st.sampled_from([HELLO, b"", b"junk"]),
    source=st.integers(1, 30),
    transport=st.sampled_from(["tcp", "udp", ""]),
    family=st.integers(0, 2),
    time_ns=st.sampled_from([0, 5, IDLE_NS, IDLE_NS + 6, 3 * IDLE_NS, 9 * IDLE_NS]),
)


@settings(max_examples=60, deadline=None)
@given(story=st.lists(packets, max_size=60), cuts=st.lists(st.integers(0, 60), max_size=8))
def test_forgetting_does_not_depend_on_where_batches_are_cut(story: list[Packet], cuts: list[int]) -> None:
    edges = sorted({0, len(story), *(cut for cut in cuts if cut < len(story))})
    assert flow_numbers(*(story[start:end] for start, end in pairwise(edges))) == flow_numbers(story)
