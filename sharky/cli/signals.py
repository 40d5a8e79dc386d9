"""Requests to end that are noted, and followed where it does no harm."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def noted_signals(*numbers: int) -> Iterator[list[int]]:
    """Note signals instead of being interrupted by them, and yield the list of those that came.

    Afterwards they do again what they did before; but where one came, the process ends anyway, and further ones are ignored.
    """
    noted: list[int] = []

    def note(number: int, _: object) -> None:
        noted.append(number)

    earlier = {number: signal.signal(number, note) for number in numbers}
    try:
        yield noted
    finally:
        for number, handler in earlier.items():
            if signal.getsignal(number) is note:
                signal.signal(number, signal.SIG_IGN if noted else handler)


def follow(noted: list[int]) -> None:
    """End as the first noted signal asks for it, with the exit code of a shell; do nothing where none came."""
    if noted:
        sys.exit(128 + noted[0])
