"""Requests to end that are noted."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from sharky.cli.signals import follow, noted_signals


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM)
    earlier = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, earlier, strict=True):
        signal.signal(number, handler)


def test_signals_are_noted_and_the_first_is_followed() -> None:
    with noted_signals(signal.SIGINT, signal.SIGTERM) as noted:
        follow(noted)
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(SystemExit) as ended:
            follow(noted)
    assert ended.value.code == 128 + signal.SIGTERM
    assert noted == [signal.SIGTERM, signal.SIGINT]
    os.kill(os.getpid(), signal.SIGINT)


def test_where_none_came_they_do_again_what_they_did() -> None:
    earlier = signal.getsignal(signal.SIGINT)
    with noted_signals(signal.SIGINT):
        assert signal.getsignal(signal.SIGINT) != earlier
    assert signal.getsignal(signal.SIGINT) == earlier
