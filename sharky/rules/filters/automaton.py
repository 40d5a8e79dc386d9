"""A regular expression as a table of states, so that a text is looked at once, octet by octet, whatever stands in it.

Python's `re` tries one way after the other, and there are expressions for which a sender can write a text that takes it
years. Here the expression pays beforehand: one that needs too many states is refused when it is read, and after that
each octet costs one look-up. Thompson, Regular expression search algorithm, 1968.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sharky.rules.filters.expressions import BEGIN, EDGE, END, NO_EDGE, Choice, Expression, OneOf, Place, Repeat, Sequence, parse_expression
from sharky.rules.filters.octet_sets import ALL, WORD
from sharky.settings.sources import TextError

MOST_PARTS = 2_000
"""Of an expression, with what is repeated written out."""

MOST_STATES = 2_000
MOST_STEPS = 2_000_000
"""Of the making of one table: a second at worst."""

FOUND = 0
"""The state that is never left."""

OCTETS = 256


class _Net:
    """Parts of an expression, and the ways from one to others; each is met by one octet or by none."""

    def __init__(self, whole: Expression) -> None:
        self.ways: list[list[tuple[str, int]]] = []
        self.steps: list[tuple[int, int]] = []
        self._added = 0
        self.end = self._part()
        self.begin = self._add(whole, self.end)

    def _part(self, octets: int = 0, then: int = 0) -> int:
        self.ways.append([])
        self.steps.append((octets, then))
        return len(self.ways) - 1

    def _add(self, one: Expression, then: int) -> int:
        """Add an expression that goes on with the part `then`; return the part with which it begins."""
        self._added += 1
        if self._added > MOST_PARTS:
            raise TextError("the expression is too long with all that it repeats", "ask for fewer repetitions")
        match one:
            case OneOf():
                return self._part(one.octets, then)
            case Sequence():
                for part in reversed(one.parts):
                    then = self._add(part, then)
                return then
            case Repeat():
                return self._repeat(one, then)
            case Place() | Choice():
                begin = self._part()
                ways = [(one.kind, then)] if isinstance(one, Place) else [("", self._add(part, then)) for part in one.parts]
                self.ways[begin] = ways
                return begin

    def _repeat(self, one: Repeat, then: int) -> int:
        begin = then
        if one.most is None:
            begin = self._part()
            self.ways[begin] = [("", then), ("", self._add(one.part, begin))]
        for _ in range((one.most or one.least) - one.least):
            again = self._part()
            self.ways[again] = [("", then), ("", self._add(one.part, begin))]
            begin = again
        for _ in range(one.least):
            begin = self._add(one.part, begin)
        return begin

    @property
    def looks_around(self) -> bool:
        """Whether it matters what stands ahead of an octet."""
        return any(kind for ways in self.ways for kind, _ in ways)

    def reach(self, parts: frozenset[int], before: str, behind: str) -> frozenset[int]:
        """Return all parts that can be come to without an octet; `before` and `behind` are BEGIN or END, "word" or "other"."""
        is_edge = (before == "word") != (behind == "word")
        open_ways = {"": True, BEGIN: before == BEGIN, END: behind == END, EDGE: is_edge, NO_EDGE: not is_edge}
        reached, waiting = set(parts), list(parts)
        while waiting:
            for kind, target in self.ways[waiting.pop()]:
                if open_ways[kind] and target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return frozenset(reached)


class Automaton:
    """Tells whether an expression is met anywhere in a text.

    Attributes:
        table: (states * 256,) uint16, the state behind each state and octet.
        is_met: (states,) bool, whether the expression is met where the text ends in a state.
        begin: The state in which a text begins.
    """

    def __init__(self, octets: bytes) -> None:
        """Make the table of an expression.

        Raises:
            TextError: Where it is wrong or too involved.
        """
        rows = list(_states(_Net(parse_expression(octets))))
        self.table: NDArray[np.uint16] = np.array([row for row, _ in rows], np.uint16).ravel()
        self.is_met: NDArray[np.bool_] = np.array([is_met for _, is_met in rows], np.bool_)
        self.begin = 1
        self._rows = [row for row, _ in rows]

    def holds(self, text: bytes) -> bool:
        """Return whether the expression is met somewhere in a text.

        >>> Automaton(rb"[.]example[.](com|org)$").holds(b"www.EXAMPLE.org")
        True
        """
        state = self.begin
        for octet in text:
            state = self._rows[state][octet]
            if state == FOUND:
                return True
        return bool(self.is_met[state])


@lru_cache(1024)
def automaton(octets: bytes) -> Automaton:
    """Return the automaton of an expression, made once."""
    return Automaton(octets)


def _states(net: _Net) -> Iterator[tuple[list[int], bool]]:
    """Yield each state's followers by octet, and whether it is a good end: FOUND first, then the beginning."""
    kinds = _kinds(net)
    begins = frozenset([net.begin])
    first = begins, BEGIN if net.looks_around else "other"
    numbers, states, steps = {first: 1}, [first], 0
    yield [FOUND] * OCTETS, True
    for parts, before in states:
        row = [FOUND] * OCTETS
        reached = {behind: net.reach(parts, before, behind) for behind in ("word", "other", END)}
        steps += sum(map(len, reached.values()))
        for behind, members in kinds:
            if net.end in reached[behind]:
                continue
            moves = [net.steps[part] for part in reached[behind]]
            steps += len(moves)
            follower = frozenset(then for octets, then in moves if octets >> members[0] & 1) | begins
            state = follower, behind if net.looks_around else "other"
            if state not in numbers:
                numbers[state] = len(numbers) + 1
                states.append(state)
            for member in members:
                row[member] = numbers[state]
        if len(states) > MOST_STATES or steps > MOST_STEPS:
            raise TextError("the expression is too involved", "split it, or repeat less: each octet may be looked at only once")
        yield row, net.end in reached[END]


def _kinds(net: _Net) -> list[tuple[str, list[int]]]:
    """Return octets that the expression does not tell apart, and whether they are of words."""
    sets = sorted({octets for octets, _ in net.steps} | ({WORD} if net.looks_around else {ALL}))
    kinds: dict[tuple[int, ...], list[int]] = {}
    for octet in range(OCTETS):
        kinds.setdefault(tuple(octets >> octet & 1 for octets in sets), []).append(octet)
    return [("word" if WORD >> members[0] & 1 else "other", members) for members in kinds.values()]
