"""What was counted, most bytes first, and made into words only where somebody asks: a scan has hundreds of thousands of conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

import numpy as np

from sharky.tables import Numbers

T = TypeVar("T")
U = TypeVar("U")

AT_A_TIME = 1024
"""Things that are made together where all are asked for."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Things of one kind.

    Attributes:
        sizes: (n,) int64, bytes of each.
        make: Makes those at some places, (m,) int64.
    """

    sizes: Numbers
    make: Callable[[Numbers], list[T]]

    def each(self, become: Callable[[T], U]) -> Part[U]:
        """Return a part of what its things become."""
        return Part(self.sizes, lambda places: list(map(become, self.make(places))))


class Ranking(Sequence[T]):
    """All things of some parts, most bytes first; of as many bytes as they stand.

    >>> animals = Ranking([Part(np.array([3, 9]), lambda places: [["fox", "owl"][place] for place in places])])
    >>> len(animals), animals[0], list(animals), animals == ("owl", "fox")
    (2, 'owl', ['owl', 'fox'], True)
    """

    def __init__(self, parts: Sequence[Part[T]]) -> None:
        self._parts = parts
        self._ends = np.cumsum([len(part.sizes) for part in parts])
        self._order = np.argsort(-np.concatenate([part.sizes for part in parts]), kind="stable")

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return self._made(self._order[index])
        return self._made(self._order[[index]])[0]

    def __iter__(self) -> Iterator[T]:
        for start in range(0, len(self), AT_A_TIME):
            yield from self._made(self._order[start : start + AT_A_TIME])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # two that are equal may be of different classes

    def _made(self, places: Numbers) -> list[T]:
        made: list[Any] = [None] * len(places)
        for part, end in zip(self._parts, self._ends.tolist(), strict=True):
            start = end - len(part.sizes)
            own = ((places >= start) & (places < end)).nonzero()[0]
            for place, thing in zip(own.tolist(), part.make(places[own] - start), strict=True):
                made[place] = thing
        return made
