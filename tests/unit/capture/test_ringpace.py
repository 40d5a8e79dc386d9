from __future__ import annotations

from sharky.capture.ringpace import BREATH_NS, FEW_PACKETS, LONGEST_WORK_NS, MOST_QUICK, PACE_NS, QUICK_NS, Pace

MS = 1_000_000


def looks(every_ns: int, packets: int, count: int) -> list[int]:
    """How long the reader rests after each look, where so many packets lie in the ring at each."""
    pace, now_ns, rests = Pace(), 0, []
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
    pace = Pace()
    pace.looked(4096, now_ns=0, is_empty=False)
    assert pace.due_ns(now_ns=5 * MS) == 5 * MS


def test_work_counts_as_rest() -> None:
    pace = Pace()
    pace.looked(FEW_PACKETS + 1, now_ns=0, is_empty=True)
    assert pace.due_ns(now_ns=30 * MS) == 30 * MS


def test_a_reader_that_cannot_keep_up_still_draws_breath() -> None:
    pace, now_ns, breaths = Pace(), 0, 0
    while now_ns < 1000 * MS:
        pace.looked(4096, now_ns, is_empty=False)
        now_ns += 10 * MS
        due_ns = pace.due_ns(now_ns)
        breaths += due_ns == now_ns + BREATH_NS
        now_ns = due_ns
    assert breaths >= 1000 * MS // (LONGEST_WORK_NS + 11 * MS)
