"""State passes between threads, not events: a mailbox that holds only the newest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The newest value that one thread has put, for any number of threads to look at and one to wait for.

    >>> mailbox = Latest("dark")
    >>> mailbox.put("lit")
    >>> mailbox.get()
    'lit'
    """

    def __init__(self, first: T) -> None:
        self._lock = threading.Condition()
        self._value = first
        self._is_news: Callable[[T], bool] = nothing_is_news

    def put(self, value: T) -> None:
        """Replace the value."""
        with self._lock:
            self._value = value
            if self._is_news(value):
                self._lock.notify_all()

    def get(self) -> T:
        """Return the newest value."""
        with self._lock:
            return self._value

    def wait(self, is_news: Callable[[T], bool], longest_s: float) -> T:
        """Return the newest value as soon as it is news, and after `longest_s` in any case; one thread may sleep here.

        >>> Latest("dark").wait(lambda value: value == "lit", longest_s=0)
        'dark'
        """
        with self._lock:
            self._is_news = is_news
            self._lock.wait_for(lambda: is_news(self._value), longest_s)
            self._is_news = nothing_is_news
            return self._value


def nothing_is_news(value: object) -> bool:
    """Tell that nobody waits."""
    del value
    return False
