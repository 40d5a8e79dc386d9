"""What signals do while Sharky plays, writes or counts."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that this process gets when its parent dies."""

ASK_TO_END = (signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def on_signals(actions: Mapping[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    """Let signals do something else, for as long as the block lasts; handlers come into each other, so they take no lock."""
    before = {number: signal.signal(number, lambda *_, action=action: action()) for number, action in actions.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def ending_tidily() -> Iterator[None]:
    """Let what asks the process to end run the way out of the block first, unless it was ignored (as `nohup` has it)."""
    asking = [number for number in ASK_TO_END if signal.getsignal(number) == signal.SIG_DFL]
    with on_signals({number: partial(sys.exit, 128 + number) for number in asking}):
        yield


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let what asks the process to end wait until the block is over; only the main thread is ever disturbed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[signal.Signals] = []
    try:
        with on_signals({number: partial(came.append, number) for number in (*ASK_TO_END, signal.SIGINT)}):
            yield
    finally:
        for number in came:
            signal.raise_signal(number)


def end_with_parent() -> None:
    """End this process when the one that started it does, also where that was killed; only Linux does so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
