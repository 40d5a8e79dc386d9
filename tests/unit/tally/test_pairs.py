"""Both directions of a pair meet, and ends are told apart, exactly and in order."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.tally.pairs import PairSums
from sharky.tally.ranking import Ranking
from sharky.tally.room import Room

WIDTHS = (8, 12, 32, 36)


def counted(width: int, packets: list[tuple[bytes, bytes, int]]) -> PairSums:
    pairs = PairSums(width, maximum=1000, room=Room())
    strings = np.frombuffer(b"".join(source + destination for source, destination, _ in packets), np.uint8)
    pairs.add(strings.reshape(-1, width), np.array([size for *_, size in packets], np.int64))
    return pairs


@pytest.mark.parametrize("width", WIDTHS)
@given(data=st.data())
def test_conversations_and_endpoints_are_those_of_a_loop(width: int, data: st.DataObject) -> None:
    half = width // 2
    end = st.sampled_from([bytes(half), bytes(half - 1) + b"\1", b"\x80" + bytes(half - 1)]) | st.binary(min_size=half, max_size=half)
    packets = data.draw(st.lists(st.tuples(end, end, st.sampled_from([60, 1500])), max_size=30))
    between: dict[tuple[bytes, bytes], Counter[str]] = {}
    of: dict[bytes, Counter[str]] = {}
    for source, destination, size in packets:
        way = "back" if source > destination else "there"
        between.setdefault((min(source, destination), max(source, destination)), Counter()).update({way: 1, f"{way} bytes": size})
        of.setdefault(source, Counter()).update({"there": 1, "there bytes": size})
        of.setdefault(destination, Counter()).update({"back": 1, "back bytes": size})

    def counts(sums: Counter[str]) -> tuple[int, int, int, int]:
        return sums["there"], sums["there bytes"], sums["back"], sums["back bytes"]

    pairs = counted(width, packets)
    conversations = [(*ends, counts(sums)) for ends, sums in sorted(between.items())]
    endpoints = [(its, counts(sums)) for its, sums in sorted(of.items())]
    assert Ranking([pairs.conversations]) == sorted(conversations, key=lambda row: -row[2][1] - row[2][3])
    assert Ranking([pairs.endpoints]) == sorted(endpoints, key=lambda row: -row[1][1] - row[1][3])


def test_a_ranking_may_be_read_again() -> None:
    pairs = counted(8, [(b"fox!", b"owl!", 60), (b"owl!", b"fox!", 70), (b"owl!", b"elk!", 80)])
    ranking = Ranking([pairs.conversations, pairs.conversations])
    assert list(ranking) == list(ranking)
    assert ranking[:2] == [(b"fox!", b"owl!", (1, 60, 1, 70))] * 2
    assert len(ranking) == 4


def test_tables_share_room_and_what_finds_none_counts_as_other() -> None:
    room = Room(32 * 3 + 1)
    ours, theirs = PairSums(8, 1000, room), PairSums(8, 1000, room)
    some = np.arange(16, dtype=np.uint8).reshape(2, 8)
    ours.add(some, np.array([60, 60]))
    theirs.add(some, np.array([60, 70]))
    ours.add(some + 1, np.array([80, 90]))
    ours.add(some, np.array([60, 60]))
    assert (ours.other, theirs.other) == ((2, 170), (1, 70))
    assert [counts for *_, counts in Ranking([ours.conversations])] == [(2, 120, 0, 0)] * 2


def test_what_another_table_had_no_room_for_is_added_too_and_what_finds_none_here() -> None:
    some = np.arange(24, dtype=np.uint8).reshape(3, 8)
    ours, theirs = PairSums(8, 2, Room()), PairSums(8, 1, Room())
    ours.add(some[1:], np.array([60, 70]))
    theirs.add(some, np.array([80, 90, 100]))
    ours.merge(theirs)
    assert ours.other == (3, 80 + 90 + 100)
    assert [counts for *_, counts in Ranking([ours.conversations])] == [(1, 70, 0, 0), (1, 60, 0, 0)]
    roomy = PairSums(8, 1000, Room())
    roomy.merge(ours)
    assert (roomy.other, len(Ranking([roomy.conversations]))) == (ours.other, 2)
