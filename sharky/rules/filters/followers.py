"""What filters have to remember from packet to packet: each program has followers of its own, made when a filter first asks.

A program looks at every batch once and in order, so a follower sees all packets from then on. Nobody who does not ask pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sharky.model.columns import Columns, Labels


class Follower(Protocol):
    """Goes along with the packets of a capture."""

    def follow(self, columns: Columns, labels: Labels) -> Any:
        """Take the next batch, and return what is found in it."""


class Followers:
    """The followers of one program, by the function that makes them, and what they found in the batch at hand."""

    def __init__(self) -> None:
        self._followers: dict[Callable[[], Follower], Follower] = {}

    def begin(self, columns: Columns, labels: Labels) -> Callable[[Callable[[], Follower]], Any]:
        """Begin a batch; return what asks a follower about it."""
        found: dict[Callable[[], Follower], Any] = {}

        def ask(make: Callable[[], Follower]) -> Any:
            if make not in found:
                follower = self._followers.get(make) or self._followers.setdefault(make, make())
                found[make] = follower.follow(columns, labels)
            return found[make]

        return ask
