"""Runs programs and says what they cost: CPU time of the whole process and its peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Cost:
    """What one run cost.

    Attributes:
        cpu_s: Seconds of CPU time, user and system, of the process and its children.
        peak_bytes: Most memory that was resident at once.
    """

    cpu_s: float
    peak_bytes: int


class ProgramError(Exception):
    """A program under test did not do what it was asked to."""


def cost(command: Sequence[str]) -> Cost:
    """Run a program to its end, its output thrown away.

    Raises:
        ProgramError: With the last line that it wrote to stderr.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # What is installed has its bytecode; not to compile at every start.
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stderr
        complaint = process.stderr.read().decode(errors="replace").strip().split("\n")[-1]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ProgramError(f"{command[0]} ended with {process.returncode}: {complaint}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def interleaved(ours: Sequence[str], theirs: Sequence[str], rounds: int) -> tuple[Cost, Cost, float]:
    """Run two programs by turns, so that both meet the same moods of the machine.

    Returns:
        The median costs of ours and of theirs, and the median of their CPU time as a multiple of ours.
    """
    pairs = [(cost(ours), cost(theirs)) for _ in range(rounds)]
    ratio = statistics.median(their.cpu_s / our.cpu_s for our, their in pairs)
    return _median([our for our, _ in pairs]), _median([their for _, their in pairs]), ratio


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(statistics.median(each.cpu_s for each in costs), max(each.peak_bytes for each in costs))
