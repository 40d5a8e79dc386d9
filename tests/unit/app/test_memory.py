"""Memory that numpy's arrays come and go in."""

from __future__ import annotations

import subprocess
import sys

import pytest

CHURN = """
import resource
import numpy as np
{before}
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    [np.ones(1 << 17) for _ in range(8)]
begin = faults()
for _ in range(50):
    [np.ones(1 << 17) for _ in range(8)]
print(faults() - begin)
"""
"""Eight arrays of 1 MiB at a time, again and again: how often the kernel had to clear a page for them."""


def faults(before: str) -> int:
    return int(subprocess.run([sys.executable, "-c", CHURN.format(before=before)], check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc has mallopt")
def test_what_one_batch_has_freed_is_there_for_the_next() -> None:
    left_alone, kept = faults(""), faults("from sharky.app.memory import keep_freed_memory; keep_freed_memory()")
    assert kept < left_alone / 10


HELD = """
import resource
import numpy as np
from sharky.app.memory import give_back_freed_memory, keep_freed_memory
keep_freed_memory()
arrays = [np.ones(1 << 16) for _ in range(60)]
last = arrays[-1]
del arrays
{then}
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""
"""30 MiB that are freed, but for the last half of one."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc has malloc_trim")
def test_what_is_freed_can_be_given_back() -> None:
    def held(then: str) -> int:
        return int(subprocess.run([sys.executable, "-c", HELD.format(then=then)], check=True, capture_output=True, text=True).stdout)

    assert held("give_back_freed_memory()") < held("") - 25 * 1024
