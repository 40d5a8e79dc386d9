"""How frames of 802.11 were sent, by their radiotap headers: by which of its versions, how fast, and for how long.

Which version it was, the header does not say: Wireshark takes it from the kind of channel and the rate. A frame begins with a preamble,
of which 802.11b has two, and goes on in symbols (IEEE 802.11-2020, sections 16.2, 17.3 and 19.3). Of 802.11ac and later the version
alone is told.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.places import Places

RADIO = "radio"
Numbers = NDArray[np.int64]
Column = tuple[NDArray[Any], Mask]

FREQUENCY_HOPPING, DIRECT_SEQUENCE, B, A, G, N, AC, AX = 1, 3, 4, 5, 6, 7, 8, 11
"""Versions of 802.11 by Wireshark's numbers."""

VERSIONS = {0x880: FREQUENCY_HOPPING, 0x80: DIRECT_SEQUENCE, 0xA0: B, 0xC0: G, 0xD0: G, 0x480: G, 0x140: A, 0x150: A}
"""By the kind of channel."""

CHANNEL_KINDS, LOWEST_OF_5_GHZ = 0xEDF0, 4900
RATES_OF_B = (2, 4, 11, 22, 44, 66)
"""In halves of a Mbit/s."""

SHORT, AC_BIT, AX_BIT = 0x02, 21, 23
LONG_PREAMBLE, SHORT_PREAMBLE, OFDM_PREAMBLE, N_PREAMBLE, GREENFIELD, TRAINING = 192, 96, 20, 32, 8, 4
"""Microseconds; of 802.11n it is longer by one training for each stream, and shorter where older devices need not know it."""

CODED = np.array([1, 2, 3, 4, 6, 8, 9, 10], np.int64)
"""Halves of a bit that a symbol carries on each of its tones, by the lowest three bits of the MCS index."""

TONES = np.array([52, 108], np.int64)
"""In a channel of 20 MHz, and in one of 40."""

SAYS_GREENFIELD, SAYS_CORRECTION, SAYS_BLOCKS, SAYS_EXTENSION = 0x08, 0x10, 0x20, 0x40
"""What radiotap's field of 802.11n says, beside bandwidth, MCS index and pause."""

MOST_STREAMS, NANO = 4, 1_000_000_000
TRAININGS = np.array([0, 1, 2, 4, 4], np.int64)
"""Of the preamble, for each number of streams; of more than two as many as for four."""

TWICE_THE_SAME, TWICE_THE_SAME_BITS = 32, 12
"""The MCS index that sends the same in both halves of a channel, and the bits of a symbol then."""


def radio(count: int, places: Places, name: str) -> Column:
    """Return one thing that is told of how each of some frames was sent, and of which it is."""
    return Radio(count, places).column(name)


class Radio:
    """What radiotap says of the frames of one batch."""

    def __init__(self, count: int, places: Places) -> None:
        """Gather it from where it stands in so many frames."""
        self._count, self._places = count, places
        self._flags, self._has_flags = self._field("radiotap flags", 1)
        self._rate, self._has_rate = self._field("radiotap rate", 1)
        channel, self._has_channel = self._field("radiotap channel", 4)
        self._kind, self._megahertz = _swapped(channel & 0xFFFF), _swapped(channel >> 16)
        self._mcs, self._is_n = self._field("radiotap MCS", 3)
        self._present, self._is_there = self._field("radiotap", 8)

    def _field(self, name: str, width: int) -> tuple[Numbers, Mask]:
        values, is_there = np.zeros(self._count, np.int64), np.zeros(self._count, np.bool_)
        for place in self._places.of(name):
            is_whole = place.offset + width <= place.end
            rows = np.arange(self._count)[place.rows][is_whole]
            values[rows] = numbers_at(self._places.octets(name), place.offset[is_whole], width)
            is_there[rows] = True
        return values, is_there

    def column(self, name: str) -> Column:
        """Return one column by its name."""
        made: Column = getattr(self, name)()
        return made

    def version(self) -> Column:
        """Return which version of 802.11 it was."""
        return self._version, self._version != 0

    @cached_property
    def _version(self) -> Numbers:
        kind, known = self._kind & CHANNEL_KINDS, np.zeros(len(self._kind), np.int64)
        for one, number in VERSIONS.items():
            known[self._has_channel & (kind == one)] = number
        is_b = self._has_rate & np.isin(self._rate, RATES_OF_B)
        guessed = np.where(self._megahertz >= LOWEST_OF_5_GHZ, A, G)
        known = np.where((known == 0) & self._has_rate & self._has_channel, guessed, known)
        known = np.where(is_b & ((known == 0) | (known == G) | ((known == A) & ~np.isin(kind, (0x140, 0x150)))), B, known)
        known[self._is_n] = N
        word = _swapped(self._present >> 16 & 0xFFFF) | _swapped(self._present & 0xFFFF) << 16
        known[self._is_there & (word >> AC_BIT & 1 != 0)] = AC
        known[self._is_there & (word >> AX_BIT & 1 != 0)] = AX
        return known

    def _is_legacy(self) -> Mask:
        return self._has_rate & ~np.isin(self._version, (N, AC, AX))

    def rate(self) -> Column:
        """Return the rate that stands in the header, in billionths of a Mbit/s."""
        return self._rate * (NANO // 2), self._has_rate

    def rate_by_index(self) -> Column:
        """Return the rate of 802.11n where all is known that makes it."""
        rate, is_there = self._rate_of_n()
        return rate, is_there & (self._mcs >> 16 & 7 == 7)

    def any_rate(self) -> Column:
        """Return the rate, by whichever version it was sent."""
        rate, is_there = self._rate_of_n()
        return np.where(is_there, rate, self._rate * (NANO // 2)), is_there | self._is_legacy()

    def _bits(self) -> Numbers:
        """Return how many bits a symbol of 802.11n carries in 20 MHz, for each stream the same."""
        index = self._mcs & 0xFF
        return np.where(index == TWICE_THE_SAME, TWICE_THE_SAME_BITS, TONES[0] * CODED[index & 7] * (index // 8 + 1) // 2)

    def _is_short_pause(self) -> Mask:
        return np.asarray((self._mcs >> 16 & 4 != 0) & (self._mcs >> 8 & 4 != 0))

    def _rate_of_n(self) -> Column:
        is_there = self._is_n & (self._mcs >> 16 & 3 == 3) & (self._mcs & 0xFF <= TWICE_THE_SAME) & (self._version == N)
        tenths, tones = np.where(self._is_short_pause(), 36, 40), TONES[(self._mcs >> 8 & 3 == 1).astype(np.intp)]
        return self._bits() * tones * (10 * NANO) // (tenths * TONES[0]), is_there

    def is_short(self) -> Column:
        """Return whether the preamble of 802.11b is the short one."""
        return (self._flags & SHORT != 0).astype(np.int64), self._has_flags & (self._version == B)

    def assumes_short_preamble(self) -> Column:
        """Return of which frames of 802.11b the preamble is taken for the short one, as nothing says how long it is."""
        is_there = self._is_legacy() & (self._version == B) & ~self._has_flags
        return is_there.astype(np.int64), is_there

    def assumes_no_greenfield(self) -> Column:
        """Return of which frames of 802.11n it is not said whether they begin with what older devices know."""
        return self._unsaid(SAYS_GREENFIELD)

    def assumes_plain_correction(self) -> Column:
        """Return of which frames of 802.11n it is not said how errors are corrected."""
        return self._unsaid(SAYS_CORRECTION)

    def assumes_no_blocks(self) -> Column:
        """Return of which frames of 802.11n it is not said whether they are sent twice in time and space."""
        return self._unsaid(SAYS_BLOCKS)

    def assumes_no_extension(self) -> Column:
        """Return of which frames of 802.11n it is not said whether there are further streams to train with."""
        return self._unsaid(SAYS_EXTENSION)

    def _unsaid(self, bit: int) -> Column:
        is_there = self._rate_of_n()[1] & (self._mcs >> 16 & bit == 0)
        return is_there.astype(np.int64), is_there

    def preamble(self) -> Column:
        """Return for how long the preamble lasts; what does not say which is taken for the short one."""
        of_b = np.where(self._has_flags & (self._flags & SHORT == 0), LONG_PREAMBLE, SHORT_PREAMBLE)
        _, has_rate_of_n = self._rate_of_n()
        known, said = self._mcs >> 16, self._mcs >> 8
        streams = (self._mcs & 0xFF) % TWICE_THE_SAME // 8 + 1 + np.where(known & 0x20 != 0, said >> 5 & 3, 0)
        further = np.where(known & 0x40 != 0, known >> 6 & 2 | said >> 7 & 1, 0)
        of_n = N_PREAMBLE + TRAINING * (TRAININGS[np.clip(streams, 0, MOST_STREAMS)] + TRAININGS[further])
        of_n -= GREENFIELD * ((known & 8 != 0) & (said & 8 != 0))
        plain = np.where(self._version == B, of_b, OFDM_PREAMBLE)
        is_plain = self._is_legacy() & ~np.isin(self._version, (FREQUENCY_HOPPING, DIRECT_SEQUENCE))
        return np.where(has_rate_of_n, of_n, plain), has_rate_of_n | is_plain


def _swapped(values: Numbers) -> Numbers:
    return (values & 0xFF) << 8 | values >> 8
