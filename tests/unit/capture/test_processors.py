from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sharky.capture import processors
from sharky.capture.processors import MUCH, Aloof, move, received

FOUR = {0, 1, 2, 3}
"""The processors of a Pi."""


class Kernel:
    """What /proc/softirqs tells, and where a thread is let run."""

    def __init__(self, softirqs: Path) -> None:
        self.softirqs = softirqs
        self.moves: list[AbstractSet[int]] = []
        self.permits = True

    def receives(self, *counts: int) -> None:
        names = "".join(f"{f'CPU{processor}':>11}" for processor in range(len(counts)))
        self.softirqs.write_text(f"          {names}\n      NET_TX:{'':>10}7\n      NET_RX:{''.join(f'{count:>11}' for count in counts)}\n")

    def move(self, where: AbstractSet[int]) -> bool:
        self.moves.append(where)
        return self.permits


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    kernel = Kernel(tmp_path / "softirqs")
    monkeypatch.setattr(processors, "SOFTIRQS", kernel.softirqs)
    monkeypatch.setattr(processors, "move", kernel.move)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: FOUR)
    kernel.receives(0, 0, 0, 0)
    return kernel


def look_after(kernel: Kernel, receptions: Iterable[tuple[int, ...]]) -> list[AbstractSet[int]]:
    """Look after each of these counts; return where the thread was let run."""
    aloof = Aloof()
    for counts in receptions:
        kernel.receives(*counts)
        aloof.look()
    return kernel.moves


def test_a_thread_keeps_off_where_packets_are_received_and_follows_when_that_changes(kernel: Kernel) -> None:
    assert look_after(kernel, [(MUCH, 0, 9, 0), (2 * MUCH, 0, 9, 0), (2 * MUCH, 0, 9, MUCH)]) == [{1, 2, 3}, {0, 1, 2}]


@pytest.mark.parametrize(
    "counts", [(MUCH - 1, 0, 0, 0), (MUCH,) * 4, (2 * MUCH, 2 * MUCH, 2 * MUCH, 1)], ids=["little", "everywhere", "one is left"]
)
def test_it_stays_where_it_may(kernel: Kernel, counts: tuple[int, ...]) -> None:
    assert look_after(kernel, [counts, counts]) == []


def test_when_all_receive_it_may_run_everywhere_again(kernel: Kernel) -> None:
    assert look_after(kernel, [(MUCH, 0, 0, 0), (2 * MUCH, MUCH, MUCH, MUCH)]) == [{1, 2, 3}, FOUR]


def test_where_it_is_not_permitted_it_is_tried_again(kernel: Kernel) -> None:
    kernel.permits = False
    assert look_after(kernel, [(MUCH, 0, 0, 0), (2 * MUCH, 0, 0, 0)]) == [{1, 2, 3}] * 2


@pytest.mark.parametrize("told", [None, "", "CPU0\n"])
def test_a_kernel_that_does_not_tell_changes_nothing(kernel: Kernel, told: str | None) -> None:
    kernel.softirqs.unlink() if told is None else kernel.softirqs.write_text(told)
    assert not received()
    Aloof().look()
    assert not kernel.moves


def test_only_the_thread_that_asks_is_moved() -> None:
    before = os.sched_getaffinity(0)

    def run() -> AbstractSet[int]:
        assert move({min(before)})
        return os.sched_getaffinity(0)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run).result() == {min(before)}
    assert os.sched_getaffinity(0) == before
    assert not move(set())
