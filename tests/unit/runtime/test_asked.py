"""What is done on a thread of its own when it was asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from sharky.runtime import WhenAsked


class Slow:
    """Work that takes as long as a test wants."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Semaphore(0), threading.Semaphore(0)
        self.times = 0

    def __call__(self) -> None:
        self.times += 1
        self.begun.release()
        assert self.may_end.acquire(timeout=10)


@pytest.fixture
def work() -> Slow:
    return Slow()


@pytest.fixture
def worker(work: Slow) -> Iterator[WhenAsked]:
    worker = WhenAsked("slow", work)
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield worker
    worker.stop()
    work.may_end.release()
    thread.join(10)
    assert not thread.is_alive()


def test_a_storm_that_comes_while_it_works_is_one_more_time(worker: WhenAsked, work: Slow) -> None:
    worker.ask()
    assert work.begun.acquire(timeout=10)
    for _ in range(1000):
        worker.ask()
    work.may_end.release()
    assert work.begun.acquire(timeout=10)
    work.may_end.release()
    assert not work.begun.acquire(timeout=0.1)
    assert work.times == 2


def test_it_ends_while_nothing_is_asked(worker: WhenAsked, work: Slow) -> None:
    assert work.times == 0
