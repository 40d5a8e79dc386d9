"""What is waited for before anything is read."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

PATIENCE_S = 60.0
"""When Sharky goes on without a unit: a bridge without the owner's files is better than none."""


@contextmanager
def while_started(units: Sequence[str]) -> Iterator[None]:
    """Have systemd start units, or wait for those that it is starting, while the block does something else.

    A unit that fails, or that there is none of, is like one that is up.
    """
    program = shutil.which("systemctl")
    if not units or not program:
        yield
        return
    with subprocess.Popen([program, "start", *units], stderr=subprocess.DEVNULL) as starting:  # noqa: S603 - a fixed program, no shell
        yield
        with suppress(subprocess.TimeoutExpired):
            starting.wait(PATIENCE_S)
        starting.terminate()
