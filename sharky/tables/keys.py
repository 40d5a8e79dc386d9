"""Numbers for keys, looked up for a whole batch at once.

Open addressing: a key hashes to a slot, and is looked for there and in the slots behind it. A slot holds only the key's
number (4 octets); the keys themselves stand in the order of their numbers. All keys of a batch take their first probe
together, those that met another key take the second, and so on. One slot in four is used at most, so few need a second.

The hash has fixed constants, so whoever writes the packets can make keys that collide. That is bounded, not prevented: a key
takes at most `PROBES` probes and is then refused, which is counted. Keys that nobody chose to collide are never refused: at
that load a run of 64 slots comes up once in 10**17.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.tables.pages import zeros

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]

PROBES = 64
"""Probes after which a key is given up."""

DEFAULT_MAXIMUM = 1 << 18
"""Keys that a table holds unless told otherwise: 6 MiB when full."""

SMALLEST_BITS = 9
"""Keys for which a new table has room, as a power of two."""

AT_A_TIME = 1 << 14
"""Keys that find their slots together when the table grows: more take memory, and no less time."""

SPARSE_BITS = 2
"""Slots for each key, as a power of two."""

OCTETS_PER_KEY = 8 + (4 << SPARSE_BITS)
"""What a key takes of memory in a full table."""

_FOLD = np.uint64(32)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio (Knuth, The Art of Computer Programming 3, section 6.4)."""


class KeyTable:
    """Dense numbers 0, 1, 2... for 64-bit keys, in the order in which the keys are first seen.

    Attributes:
        maximum: How many keys it holds; more are refused.
        count: How many it holds now.
        refused: How many look-ups of `index` went without a number.

    >>> table = KeyTable()
    >>> table.index(np.array([7, 0, 7, 9], np.uint64)).tolist(), table.count
    ([0, 1, 0, 2], 3)
    >>> table.find(np.array([9, 8], np.uint64)).tolist()
    [2, -1]
    """

    def __init__(self, maximum: int = DEFAULT_MAXIMUM) -> None:
        self.maximum = maximum
        self.count = 0
        self.refused = 0
        self._keys: Keys = zeros((1 << SMALLEST_BITS,), np.uint64)
        self._clear(SMALLEST_BITS + SPARSE_BITS)

    @property
    def keys(self) -> Keys:
        """The keys by their numbers: (count,) uint64."""
        return self._keys[: self.count]

    def find(self, keys: Keys) -> Numbers:
        """Return the number of each key, -1 where the table does not have it.

        Args:
            keys: (n,) uint64, any values.

        Returns:
            (n,) int64.
        """
        return self._search(keys)[0]

    def index(self, keys: Keys) -> Numbers:
        """Return the number of each key, adding those that are new.

        Args:
            keys: (n,) uint64, any values.

        Returns:
            (n,) int64; -1 where the table is full or the key collided with too many others, which `refused` counts.
        """
        numbers, slots = self._search(keys)
        if len(numbers) and numbers.min() < 0:
            absent = (numbers < 0).nonzero()[0]
            if self.count < self.maximum:
                numbers[absent] = self._add(keys[absent], slots[absent])
            self.refused += int(np.count_nonzero(numbers[absent] < 0))
        return numbers

    def _clear(self, bits: int) -> None:
        """Make all slots empty; the last run of slots goes on behind the end, so that no search has to wrap."""
        self._shift = np.uint64(64 - bits)
        self._slots = zeros(((1 << bits) + PROBES,), np.int32)
        self._slots[:] = -1

    def _first_slot(self, keys: Keys) -> Numbers:
        mixed = keys >> _FOLD
        mixed ^= keys
        mixed *= _MULTIPLIER
        mixed >>= self._shift
        return mixed.view(np.int64)

    def _search(self, keys: Keys) -> tuple[Numbers, Numbers]:
        """Return the number of each key, -1 where the table does not have it, and the slot where the search ended."""
        slots = self._first_slot(keys)
        number = self._slots.take(slots)
        numbers = number.astype(np.int64)
        lost = ((self._keys.take(number) != keys) & (number >= 0)).nonzero()[0]
        slot, wanted = slots[lost], keys[lost]
        for _ in range(PROBES - 1):
            if not len(lost):
                break
            slot += 1
            number = self._slots.take(slot)
            numbers[lost] = number
            slots[lost] = slot
            is_lost = ((self._keys.take(number) != wanted) & (number >= 0)).nonzero()[0]
            lost, slot, wanted = lost[is_lost], slot[is_lost], wanted[is_lost]
        numbers[lost] = -1
        return numbers, slots

    def _add(self, keys: Keys, slots: Numbers) -> Numbers:
        """Add keys whose search ended in vain in these slots, some maybe twice, and return the number of each."""
        if self.count + len(keys) > self.maximum:
            return self._add_while_there_is_room(keys, slots)
        if self.count + len(keys) > len(self._keys):
            self._grow(self.count + len(keys))
            slots = self._first_slot(keys)
        slots, first = self._claim(keys, slots)
        is_new = (first == np.arange(len(keys))).nonzero()[0]
        end = self.count + len(is_new)
        numbers = np.full(len(keys) + 1, -1, np.int64)
        numbers[is_new] = np.arange(self.count, end)
        self._slots[slots[is_new]] = numbers[is_new]
        self._keys[self.count : end] = keys[is_new]
        self.count = end
        return numbers[first]

    def _add_while_there_is_room(self, keys: Keys, slots: Numbers) -> Numbers:
        """Add as many different keys as the table may still hold, in their order."""
        _, first = np.unique(keys, return_index=True)
        first.sort()
        new = first[: self.maximum - self.count]
        self._add(keys[new], slots[new])
        return self.find(keys)

    def _grow(self, needed: int) -> None:
        """Make room for `needed` keys; a key that finds no slot any more keeps its number, but is not found again."""
        keys = self.keys
        bits = (needed - 1).bit_length()
        self._keys = zeros((1 << bits,), np.uint64)
        self._keys[: self.count] = keys
        self._clear(bits + SPARSE_BITS)
        for begin in range(0, len(keys), AT_A_TIME):
            some = keys[begin : begin + AT_A_TIME]
            slots, first = self._claim(some, self._first_slot(some))
            is_placed = (first >= 0).nonzero()[0]
            self._slots[slots[is_placed]] = begin + is_placed

    def _claim(self, keys: Keys, slots: Numbers) -> tuple[Numbers, Numbers]:
        """Find a free slot for each of these keys, none of which is in the table; of equal keys the first one gets it.

        Args:
            keys: The keys.
            slots: Where to begin; all slots before that, on the key's way, are taken.

        Returns:
            The slot of each key; and the place in `keys` where the key stands first, -1 where it found no slot.
        """
        first = np.full(len(keys), -1, np.int64)
        if (self._slots.take(slots) < 0).all():
            first = self._occupy(keys, slots, np.arange(len(keys)))
            slots[first < 0] += 1
        waiting = (first < 0).nonzero()[0]
        end = self._first_slot(keys) + PROBES if len(waiting) else slots
        while len(waiting):
            waiting = waiting[slots.take(waiting) < end.take(waiting)]
            taker = waiting[self._slots.take(slots.take(waiting)) < 0]
            first[taker] = self._occupy(keys, slots.take(taker), taker)
            waiting = waiting[first.take(waiting) < 0]
            slots[waiting] += 1
        return slots, first

    def _occupy(self, keys: Keys, free: Numbers, taker: Numbers) -> Numbers:
        """Give free slots to the first of those keys that want them; return who has the slot of each, -1 where that is another key.

        Args:
            keys: All keys that are to be added.
            free: (m,) the slots.
            taker: (m,) places in `keys` of those who want them, ascending.
        """
        self._slots[free[::-1]] = taker[::-1]
        winner = self._slots.take(free)
        return np.where(keys.take(winner) == keys.take(taker), winner, -1)
