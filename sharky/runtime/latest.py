"""State passes between threads, not events: a mailbox that holds only the newest."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The newest value that one thread has put, for any number of threads to look at.

    >>> mailbox = Latest("dark")
    >>> mailbox.put("lit")
    >>> mailbox.get()
    'lit'
    """

    def __init__(self, first: T) -> None:
        self._lock = threading.Condition()
        self._value = first

    def put(self, value: T) -> None:
        """Replace the value."""
        with self._lock:
            self._value = value
            self._lock.notify_all()

    def get(self) -> T:
        """Return the newest value."""
        with self._lock:
            return self._value

    def wait(self, known: T, longest_s: float) -> T:
        """Return the newest value as soon as it is not the one that is known already, and after `longest_s` in any case.

        >>> Latest("dark").wait("dark", longest_s=0)
        'dark'
        """
        with self._lock:
            if self._value is known:
                self._lock.wait(longest_s)
            return self._value
