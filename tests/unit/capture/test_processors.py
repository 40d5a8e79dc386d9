from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sharky.capture import processors
from sharky.capture.processors import MUCH, Aloof, move, received

PERMITTED = sorted(os.sched_getaffinity(0))
"""Processors that this program may run on."""


@pytest.fixture
def softirqs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(processors, "SOFTIRQS", tmp_path / "softirqs")
    return tmp_path / "softirqs"


def write(file: Path, receptions: dict[int, int]) -> None:
    names = "".join(f"{f'CPU{processor}':>11}" for processor in receptions)
    file.write_text(f"          {names}\n      NET_TX:{'':>10}7\n      NET_RX:{''.join(f'{count:>11}' for count in receptions.values())}\n")


def places(*looks: dict[int, int], file: Path) -> list[AbstractSet[int]]:
    """Where a thread may run after each look."""

    def run() -> list[AbstractSet[int]]:
        write(file, dict.fromkeys(PERMITTED, 0))
        aloof, seen = Aloof(), list[AbstractSet[int]]()
        for receptions in looks:
            write(file, receptions)
            aloof.look()
            seen.append(os.sched_getaffinity(0))
        return seen

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.mark.skipif(len(PERMITTED) < 2, reason="there is one processor only")
def test_a_thread_keeps_off_where_packets_are_received_and_follows_when_that_moves(softirqs: Path) -> None:
    nothing, first, last = dict.fromkeys(PERMITTED, 0), PERMITTED[0], PERMITTED[-1]
    looks = ({**nothing, first: MUCH}, {**nothing, first: MUCH, last: 4 * MUCH})
    assert places(*looks, file=softirqs) == [set(PERMITTED) - {first}, set(PERMITTED) - {last}]


def test_it_stays_where_it_may_where_all_receive_or_little_is_received(softirqs: Path) -> None:
    everywhere = dict.fromkeys(PERMITTED, MUCH)
    assert places(everywhere, {**everywhere, PERMITTED[0]: 2 * MUCH - 1}, file=softirqs) == [set(PERMITTED)] * 2


@pytest.mark.parametrize("told", [None, "", "CPU0\n"])
def test_a_kernel_that_does_not_tell_changes_nothing(softirqs: Path, told: str | None) -> None:
    if told is not None:
        softirqs.write_text(told)
    assert not received()
    Aloof().look()
    assert os.sched_getaffinity(0) == set(PERMITTED)


def test_what_is_not_permitted_is_told() -> None:
    assert not move(set())
