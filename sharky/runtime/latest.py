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
        self._lock = threading.Lock()
        self._value = first

    def put(self, value: T) -> None:
        """Replace the value."""
        with self._lock:
            self._value = value

    def get(self) -> T:
        """Return the newest value."""
        with self._lock:
            return self._value
