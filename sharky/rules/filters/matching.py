"""Packets in which the octets of a protocol meet a regular expression, and the reading of one.

All packets are looked at side by side: first each one's first octet, then each one's second, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.packets import Octets
from sharky.rules.filters.automaton import FOUND, MOST_STATES, Automaton, automaton
from sharky.rules.filters.fields import Spot
from sharky.rules.filters.lexer import Cursor
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.places import Region
from sharky.rules.filters.quoted import read_quoted
from sharky.rules.filters.reading import Reading
from sharky.settings.sources import TextError

STATE_BITS = 8
"""Bits of an octet, above which the state stands in an index of the table."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Packets in which some octets meet an expression somewhere; those of a protocol reach to the end of what it carries."""

    spots: tuple[Spot, ...]
    expression: bytes

    def mask(self, reading: Reading) -> Mask:
        """Look through them."""
        wanted, result = automaton(self.expression), reading.nowhere()
        for region in reading.regions(self.spots):
            result[region.rows[_search(wanted, reading.octets(region.header), region)]] = True
        return result


def _search(wanted: Automaton, buffer: Octets, header: Region) -> Mask:
    """Return for some octets of each packet whether the expression is met from there to its end."""
    length = np.maximum(header.end - header.offset, 0)
    order = np.argsort(-length, kind="stable")
    left = np.searchsorted(-length[order], -np.arange(int(length.max(initial=0))), "left").tolist()
    at, state = header.offset[order], np.full(len(order), wanted.begin, np.intp)
    for behind, count in enumerate(left):
        octets: NDArray[np.uint8] = buffer.take(at[:count] + behind)
        state[:count] = wanted.table.take((state[:count] << STATE_BITS) + octets)
    result = np.zeros(len(order), np.bool_)
    result[order] = (state == FOUND) | wanted.is_met.take(state)
    return result


def read_expression(cursor: Cursor) -> bytes:
    """Read the expression behind `matches`, and count its states with those of the others of the filter.

    Raises:
        TextError: Where there is none, or it is wrong, or too much is asked of it; with the place in the filter.
    """
    token = cursor.take()
    if token.kind != "text" or token.text[0] == "'":
        raise token.unexpected(r'an expression stands in double quotes, such as r"\.com$"')
    octets, places = read_quoted(token)
    try:
        cursor.states += len(automaton(octets).is_met)
    except TextError as error:
        raise TextError(error.message, error.hint, [*places, token.at + token.width - 1][error.at]) from None
    if cursor.states > MOST_STATES:
        raise token.error("the expressions of this filter are too involved together", "split it into several rules, or repeat less")
    return octets
