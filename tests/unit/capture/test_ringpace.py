from __future__ import annotations

import pytest

from sharky.capture.ringpace import BREATH_NS, FEW_PACKETS, LONGEST_WORK_NS, MOST_QUICK, PACE_NS, QUICK_NS, Pace

MS = 1_000_000
SLOTS = 49_152


def looks(every_ns: int, packets: int, count: int) -> list[int]:
    """How long the reader rests after each look, where so many packets lie in the ring at each."""
    pace, now_ns, rests = Pace(SLOTS), 0, list[int]()
    for _ in range(count):
        pace.looked(packets, now_ns, is_empty=True)
        due_ns = pace.due_ns(now_ns)
        rests.append(due_ns - now_ns)
        now_ns = max(due_ns, now_ns + every_ns)
    return rests


def test_a_quiet_network_is_looked_at_again_soon() -> None:
    assert set(looks(every_ns=100 * MS, packets=1, count=200)) == {QUICK_NS}


def test_load_is_looked_at_at_the_pace() -> None:
    assert set(looks(every_ns=0, packets=2000, count=200)) == {PACE_NS}


def test_a_trickle_does_not_keep_the_reader_awake() -> None:
    rests = looks(every_ns=0, packets=1, count=1000)
    looks_a_second = len(rests) / (sum(rests) / 1e9)
    assert rests[: MOST_QUICK - 1] == [QUICK_NS] * (MOST_QUICK - 1)
    assert looks_a_second < 100


def test_what_could_not_be_taken_at_once_is_taken_at_once_after() -> None:
    pace = Pace(SLOTS)
    pace.looked(4096, now_ns=0, is_empty=False)
    assert pace.due_ns(now_ns=5 * MS) == 5 * MS


def test_work_counts_as_rest() -> None:
    pace = Pace(SLOTS)
    pace.looked(FEW_PACKETS + 1, now_ns=0, is_empty=True)
    assert pace.due_ns(now_ns=30 * MS) == 30 * MS


def test_a_reader_that_cannot_keep_up_still_draws_breath() -> None:
    pace, now_ns, breaths = Pace(SLOTS), 0, 0
    while now_ns < 1000 * MS:
        pace.looked(4096, now_ns, is_empty=False)
        now_ns += 10 * MS
        due_ns = pace.due_ns(now_ns)
        breaths += due_ns == now_ns + BREATH_NS
        now_ns = due_ns
    assert breaths >= 1000 * MS // (LONGEST_WORK_NS + 11 * MS)


@pytest.mark.parametrize("slots", [104, 16_384, SLOTS])
@pytest.mark.parametrize("for_one_ns", [1_000, 10_000, 200_000])
def test_half_of_the_ring_stays_free_while_the_reader_rests(slots: int, for_one_ns: int) -> None:
    pace, now_ns, seen_ns = Pace(slots), 0, -PACE_NS
    for _ in range(100):
        pace.looked((now_ns - seen_ns) // for_one_ns, now_ns, is_empty=True)
        seen_ns, now_ns = now_ns, pace.due_ns(now_ns)
        assert (now_ns - seen_ns) // for_one_ns <= slots // 2
    assert now_ns >= 100 * min(PACE_NS, slots // 2 * for_one_ns) * 9 // 10


def test_what_came_in_several_batches_counts_together() -> None:
    pace = Pace(16_384)
    pace.looked(1, now_ns=0, is_empty=True)
    pace.looked(16_000, now_ns=20 * MS, is_empty=False)
    pace.looked(4_000, now_ns=20 * MS, is_empty=True)
    assert pace.due_ns(now_ns=20 * MS) == 20 * MS + 20 * MS * 8_192 // 20_000


def test_a_burst_after_silence_is_taken_for_no_rate() -> None:
    pace = Pace(SLOTS)
    pace.looked(1, now_ns=0, is_empty=True)
    pace.looked(2_000, now_ns=5_000 * MS, is_empty=True)
    assert pace.due_ns(now_ns=5_000 * MS) == 5_000 * MS + PACE_NS
