"""Numbers for octet strings of one width, such as addresses and pairs of addresses, exact also where hashes collide."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.tables.columns import GrowingColumn
from sharky.tables.keys import DEFAULT_MAXIMUM, Keys, KeyTable, Numbers

Strings = NDArray[np.uint8]
"""(n, width) octets, a string a row."""

_FOLD = np.uint64(32)
_FOLD_AGAIN = np.uint64(29)
_MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)
"""An odd constant with about half of its bits set, without a pattern."""


class OctetTable:
    """Dense numbers 0, 1, 2... for octet strings, in the order in which they are first seen.

    Up to 8 octets are their own key. Of longer strings the key is a hash, and the string is kept to be compared: one
    that collides with another is refused, so that two are never taken for one.

    >>> table = OctetTable(width=4)
    >>> table.index(np.array([[10, 0, 0, 1], [10, 0, 0, 2], [10, 0, 0, 1]], np.uint8)).tolist()
    [0, 1, 0]
    >>> table.strings.tolist()
    [[10, 0, 0, 1], [10, 0, 0, 2]]
    """

    def __init__(self, width: int, maximum: int = DEFAULT_MAXIMUM) -> None:
        self.width = width
        self._table = KeyTable(maximum)
        self._collided = 0
        self._words_per_string = -(-width // 8)
        self._words = GrowingColumn(np.uint64, width=self._words_per_string)

    @property
    def count(self) -> int:
        """How many strings it holds."""
        return self._table.count

    @property
    def is_full(self) -> bool:
        """Whether it refuses every new string."""
        return self._table.count >= self._table.maximum

    @property
    def refused(self) -> int:
        """How many look-ups went without a number."""
        return self._table.refused + self._collided

    @property
    def strings(self) -> Strings:
        """The strings by their numbers: (count, width) uint8."""
        words = self._table.keys[:, None] if self._words_per_string == 1 else self._words.reach(self.count)
        return words.copy().view(np.uint8)[:, : self.width]

    def index(self, strings: Strings) -> Numbers:
        """Return the number of each string, adding those that are new.

        Args:
            strings: (n, width) uint8.

        Returns:
            (n,) int64; -1 where the table is full or the hash collided, which `refused` counts.
        """
        words = self._as_words(strings)
        if self._words_per_string == 1:
            return self._table.index(words[:, 0])
        before = self.count
        numbers = self._table.index(_hash(words))
        if self.count > before:
            fresh = np.flatnonzero(numbers >= before)[::-1]
            self._words.reach(self.count)[numbers[fresh]] = words[fresh]
        self._refuse_others(words, numbers)
        return numbers

    def _as_words(self, strings: Strings) -> Keys:
        if self.width % 8:
            padded = np.zeros((len(strings), self._words_per_string * 8), np.uint8)
            padded[:, : self.width] = strings
            strings = padded
        return np.ascontiguousarray(strings).view(np.uint64).reshape(len(strings), self._words_per_string)

    def _refuse_others(self, words: Keys, numbers: Numbers) -> None:
        """Take back the number of strings that are not the one which first had it."""
        is_other = self._words.values.take(numbers, axis=0) != words
        if is_other.any():
            collided = is_other.any(axis=1) & (numbers >= 0)
            numbers[collided] = -1
            self._collided += int(np.count_nonzero(collided))


def _hash(words: Keys) -> Keys:
    mixed = words[:, 0].copy()
    for column in range(1, words.shape[1]):
        mixed ^= mixed >> _FOLD
        mixed *= _MULTIPLIER
        mixed ^= mixed >> _FOLD_AGAIN
        mixed ^= words[:, column]
    return mixed
