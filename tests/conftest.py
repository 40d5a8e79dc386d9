"""What holds for all tests: examples may take as long as a busy machine needs, and CI tries the same ones each time.

Sharky is started hundreds of times, so it is compiled once, also where the environment says to keep no bytecode. A test that measures
time is marked `alone`; where the machine does much else at the moment, it is skipped by name.
"""

from __future__ import annotations

import os
import sys
import time

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("sharky", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI")))
settings.load_profile("sharky")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

LEAST_SHARE = 0.5
"""Of a core that a test gets which measures time."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("alone") and (share := share_of_a_core()) < LEAST_SHARE:
        pytest.skip(f"this machine has no time to measure time: a program gets {share:.0%} of a core")


def share_of_a_core(seconds: float = 0.3) -> float:
    """Return how much of the time a program that only computes does so."""
    start, spent = time.monotonic(), time.process_time()
    while time.monotonic() - start < seconds:
        pass
    return (time.process_time() - spent) / (time.monotonic() - start)
