"""What was counted, most bytes first, and made into words only where somebody asks: a scan has hundreds of thousands of conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from sharky.tables import Numbers

T = TypeVar("T")
U = TypeVar("U")

Places = NDArray[np.int32]
"""(n,) int32, where things stand in an order."""

AT_A_TIME = 1024
"""Things that are made together where all are asked for."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Things of one kind.

    Attributes:
        sizes: (n,) int64, bytes of each.
        make: Makes those at some places.
    """

    sizes: Numbers
    make: Callable[[Places], list[T]]

    def each(self, become: Callable[[T], U]) -> Part[U]:
        """Return a part of what its things become."""
        return Part(self.sizes, lambda places: list(map(become, self.make(places))))


class Ranking(Sequence[T]):
    """All things of some parts, most bytes first; of as many bytes as they stand.

    Only how many they are is remembered. What it takes to put them in order is made each time that somebody looks, so that no
    two rankings take their memory at once. They are to be read before more is counted.

    >>> animals = Ranking([lambda: Part(np.array([3, 9]), lambda places: [["fox", "owl"][place] for place in places])])
    >>> len(animals), animals[0], list(animals), animals == ("owl", "fox")
    (2, 'owl', ['owl', 'fox'], True)
    """

    def __init__(self, parts: Sequence[Callable[[], Part[T]]]) -> None:
        self._parts = parts
        self._count = -1

    def __len__(self) -> int:
        return self._count if self._count >= 0 else len(self._sort().order)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        ranked = self._sort()
        if isinstance(index, slice):
            return ranked.made(ranked.order[index])
        return ranked.made(ranked.order[[index]])[0]

    def __iter__(self) -> Iterator[T]:
        ranked = self._sort()
        for start in range(0, len(ranked.order), AT_A_TIME):
            yield from ranked.made(ranked.order[start : start + AT_A_TIME])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # two that are equal may be of different classes

    def _sort(self) -> _Sorted[T]:
        ranked = _sorted(self._parts)
        self._count = len(ranked.order)
        return ranked


@dataclass(frozen=True, slots=True)
class _Sorted(Generic[T]):
    """What is known of a ranking.

    Attributes:
        order: (n,) int32, places in all parts one after the other, most bytes first.
        parts: Where each part's places begin and end, and what makes its things.
    """

    order: Places
    parts: list[tuple[int, int, Callable[[Places], list[T]]]]

    def made(self, places: Places) -> list[T]:
        """Make the things at some places."""
        made: list[Any] = [None] * len(places)
        for start, end, make in self.parts:
            own = ((places >= start) & (places < end)).nonzero()[0]
            if len(own):
                for place, thing in zip(own.tolist(), make(places[own] - start), strict=True):
                    made[place] = thing
        return made


def _sorted(makers: Sequence[Callable[[], Part[T]]]) -> _Sorted[T]:
    sizes, parts, end = [], [], 0
    for part in (maker() for maker in makers):
        sizes.append(part.sizes)
        parts.append((end, end + len(part.sizes), part.make))
        end += len(part.sizes)
    del part
    words = np.concatenate(sizes)
    sizes.clear()
    return _Sorted(_most_first(words), parts)


def _most_first(words: Numbers) -> Places:
    """Return the places of sizes, the largest first, and forget the sizes: size and place are sorted as one word where both fit in it.

    >>> _most_first(np.array([5, 7, 5])).tolist(), _most_first(np.array([5, 1 << 62, 5])).tolist()
    ([1, 0, 2], [1, 0, 2])
    """
    bits, most = len(words).bit_length(), int(words.max(initial=0))
    np.subtract(most, words, out=words)
    if most >> 63 - bits:
        return words.argsort(kind="stable").astype(np.int32)
    words <<= bits
    words |= np.arange(len(words), dtype=np.int32)
    words.sort()
    words &= (1 << bits) - 1
    return words.astype(np.int32)
