"""Does something on a thread of its own whenever it was asked for, such as by a signal.

A signal's handler comes between any two steps of the main thread, another handler's too: what takes a lock there may wait for itself for
ever. So a handler only leaves word, in a queue that needs no lock to put something in (queue.SimpleQueue).
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue


class WhenAsked:
    """A worker that does one thing: once for all that asked before it began.

    Args:
        name: What its thread is called.
        work: What it does.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name = name
        self._work = work
        self._asked = SimpleQueue[None]()
        self._is_stopping = False

    def ask(self) -> None:
        """Have it done, once more where it is being done; safe in a signal handler."""
        if self._asked.empty():
            self._asked.put(None)

    def run(self) -> None:
        """Work until told to stop."""
        while True:
            self._asked.get()
            if self._is_stopping:
                return
            self._work()

    def stop(self) -> None:
        """Let `run` end; safe in any thread."""
        self._is_stopping = True
        self._asked.put(None)
