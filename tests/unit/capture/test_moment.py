from __future__ import annotations

from collections.abc import Iterator

from sharky.capture.clock import CLOSE_NS, READINGS, moment


def steady(passes_ns: list[int]) -> Iterator[int]:
    """Readings of a clock, of which some time passes between every first and second."""
    now_ns = 0
    for passed_ns in passes_ns:
        yield now_ns
        now_ns += passed_ns
        yield now_ns


def test_it_reads_again_where_much_passed_between_the_clocks() -> None:
    readings, walls = steady([50_000_000, CLOSE_NS, 0]), iter([1, 2, 3])
    assert moment(lambda: next(walls), lambda: next(readings)) == (2, 50_000_000)


def test_on_a_machine_that_is_always_held_up_the_closest_counts() -> None:
    passes_ns = [CLOSE_NS * (9 - number) for number in range(READINGS)]
    readings, walls = steady(passes_ns), iter(range(READINGS))
    assert moment(lambda: next(walls), lambda: next(readings)) == (READINGS - 1, sum(passes_ns[:-1]))
