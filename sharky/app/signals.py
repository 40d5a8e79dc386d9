"""What signals do while Sharky plays."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping


@contextlib.contextmanager
def on_signals(actions: Mapping[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    """Let signals do something else, for as long as the block lasts; handlers come into each other, so they take no lock."""
    before = {number: signal.signal(number, lambda *_, action=action: action()) for number, action in actions.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
