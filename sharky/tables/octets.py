"""Numbers for octet strings of one width, such as addresses and pairs of addresses, exact also where hashes collide."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.tables.columns import GrowingColumn
from sharky.tables.keys import DEFAULT_MAXIMUM, OCTETS_PER_KEY, Keys, KeyTable, Numbers

Strings = NDArray[np.uint8]
"""(n, width) octets, a string a row."""

WORD = 8
"""Octets of a key."""

_FOLD = np.uint64(32)
_FOLD_AGAIN = np.uint64(29)
_FOLD_TWICE = np.uint64(58)
_MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)
"""An odd constant with about half of its bits set, without a pattern."""

_INVERSE = np.uint64(pow(0xD6E8FEB86659FD93, -1, 1 << 64))


class OctetTable:
    """Dense numbers 0, 1, 2... for octet strings, in the order in which they are first seen.

    Up to 8 octets are their own key. Of longer strings, of a multiple of four octets, the key is a hash, and the octets behind the
    eighth are kept to be compared: with both, the first eight are known. A string whose hash collides with another's is refused,
    so that two are never taken for one.

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
        self._behind = max(0, width - WORD)
        dtype = np.dtype(np.uint64 if width % WORD == 0 else np.uint32)
        self._rest = GrowingColumn(dtype, width=self._behind // dtype.itemsize)

    @property
    def count(self) -> int:
        """How many strings it holds."""
        return self._table.count

    @property
    def maximum(self) -> int:
        """How many strings it holds at most; it may change at any time."""
        return self._table.maximum

    @maximum.setter
    def maximum(self, maximum: int) -> None:
        self._table.maximum = maximum

    @property
    def octets_per_string(self) -> int:
        """What a string takes of memory in a full table."""
        return OCTETS_PER_KEY + self._behind

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
        return self.take(np.arange(self.count))

    def take(self, numbers: Numbers | NDArray[np.int32]) -> Strings:
        """Return the strings that have these numbers: (n, width) uint8."""
        keys = self._table.keys.take(numbers)
        if not self._behind:
            return keys.view(np.uint8).reshape(-1, WORD)[:, : self.width]
        strings = np.zeros((len(keys), -(-self.width // WORD) * WORD), np.uint8)
        strings[:, WORD : self.width] = self._rest.values.take(numbers, axis=0).view(np.uint8)
        words = strings.view(np.uint64)
        words[:, 0] = _first_word(keys, words)
        return strings[:, : self.width]

    def find(self, strings: Strings) -> Numbers:
        """Return the number of each string, -1 where the table does not have it.

        Args:
            strings: (n, width) uint8.

        Returns:
            (n,) int64.
        """
        words = self._as_words(strings)
        if not self._behind:
            return self._table.find(words[:, 0])
        numbers = self._table.find(_hash(words))
        numbers[self._differ(words, numbers).any(axis=1)] = -1
        return numbers

    def index(self, strings: Strings) -> Numbers:
        """Return the number of each string, adding those that are new.

        Args:
            strings: (n, width) uint8.

        Returns:
            (n,) int64; -1 where the table is full or the hash collided, which `refused` counts.
        """
        words = self._as_words(strings)
        if not self._behind:
            return self._table.index(words[:, 0])
        before = self.count
        numbers = self._table.index(_hash(words))
        if self.count > before:
            fresh = np.flatnonzero(numbers >= before)[::-1]
            self._rest.reach(self.count)[numbers[fresh]] = self._behind_first(words)[fresh]
        differ = self._differ(words, numbers)
        if differ.any():
            collided = differ.any(axis=1) & (numbers >= 0)
            numbers[collided] = -1
            self._collided += int(np.count_nonzero(collided))
        return numbers

    def _as_words(self, strings: Strings) -> Keys:
        words_per_string = -(-self.width // WORD)
        if self.width % WORD:
            padded = np.zeros((len(strings), words_per_string * WORD), np.uint8)
            padded[:, : self.width] = strings
            strings = padded
        return np.ascontiguousarray(strings).view(np.uint64).reshape(len(strings), words_per_string)

    def _behind_first(self, words: Keys) -> NDArray[Any]:
        """Return what is kept of strings."""
        rest = words.view(self._rest.values.dtype)
        step = WORD // rest.itemsize
        return rest[:, step : step + self._rest.values.shape[1]]

    def _differ(self, words: Keys, numbers: Numbers) -> NDArray[np.bool_]:
        """Tell where strings differ from those that first had these numbers: a row for each."""
        differ: NDArray[np.bool_] = self._rest.values.take(numbers, axis=0) != self._behind_first(words)
        return differ


def _hash(words: Keys) -> Keys:
    mixed = words[:, 0].copy()
    for column in range(1, words.shape[1]):
        mixed ^= mixed >> _FOLD
        mixed *= _MULTIPLIER
        mixed ^= mixed >> _FOLD_AGAIN
        mixed ^= words[:, column]
    return mixed


def _first_word(mixed: Keys, words: Keys) -> Keys:
    """Return the first word of strings from their hash and their other words."""
    for column in range(words.shape[1] - 1, 0, -1):
        mixed = mixed ^ words[:, column]
        mixed ^= (mixed >> _FOLD_AGAIN) ^ (mixed >> _FOLD_TWICE)
        mixed *= _INVERSE
        mixed ^= mixed >> _FOLD
    return mixed
