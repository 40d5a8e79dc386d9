"""From the text of a filter to a program: Wireshark 4's grammar, without recursion.

"not" binds tighter than "and", that tighter than "xor", and that tighter than "or". A comparison holds if any
occurrence of the field meets it, but `!=` and `===` only if all do; where the field is absent none holds. (`xor`
came with Wireshark 4.2.)
"""

from __future__ import annotations

from dataclasses import dataclass

from sharky.model.columns import Columns, Labels
from sharky.model.errors import Problem, SettingsError
from sharky.rules.filters.comparisons import NOT_COMPARED, ConditionReader, Lists, not_supported
from sharky.rules.filters.lexer import Cursor, Token, split_filter
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.meant import DOUBLED, capture_filter
from sharky.rules.filters.names import KNOWN
from sharky.rules.filters.operations import Everything, Joined, Not
from sharky.rules.filters.program import Program
from sharky.rules.filters.reading import Reading
from sharky.settings.sources import TextError

BINDS = {"(": 0, "or": 1, "xor": 2, "and": 3, "not": 4}


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled display filter.

    Attributes:
        text: As it was written.
        program: What it compiled to.
        result: Place in the program of the operation that is the whole filter.
        is_as_shown: As in `compile_filter`.
        states: How many its expressions have together.
    """

    text: str
    program: Program
    result: int
    is_as_shown: bool = False
    states: int = 0

    def mask(self, columns: Columns, labels: Labels) -> Mask:
        """Return which packets of a batch it holds for: (n,) bool."""
        return self.program.masks(Reading(columns, labels, is_as_shown=self.is_as_shown))[self.result]


def compile_filter(text: str, lists: Lists | None = None, known: Lists | None = None, *, is_as_shown: bool = False) -> Filter:
    """Compile a filter.

    Args:
        text: The filter; every packet passes an empty one.
        lists: What `in $name` may name.
        known: Fields with names of which all names are known, and these names.
        is_as_shown: Whether protocols are only in the packets in which Wireshark shows them, for which all their connections have to
            be followed; else they are in all that their connections carry.

    Raises:
        SettingsError: With the first thing that is wrong.

    >>> try:
    ...     compile_filter("tcp.prot == 80")
    ... except SettingsError as error:
    ...     print(error)
    unknown field "tcp.prot"
        tcp.prot == 80
        ^^^^^^^^
      did you mean "tcp.port"?
    """
    try:
        return parse_filter(text, lists, known, is_as_shown=is_as_shown)
    except TextError as error:
        raise SettingsError(Problem(error.message, error.hint, column=1 + error.at, quote=text, width=error.width)) from None


def parse_filter(text: str, lists: Lists | None = None, known: Lists | None = None, *, is_as_shown: bool = False) -> Filter:
    """Compile a filter as `compile_filter` does, for those who know the file around it.

    Args:
        text: The filter.
        lists: What `in $name` may name.
        known: Fields with names of which all names are known, and these names.
        is_as_shown: As in `compile_filter`.

    Raises:
        TextError: With the first thing that is wrong, and its place in the text.
    """
    program = Program()
    cursor = Cursor(split_filter(text))
    if cursor.peek().kind == "end":
        return Filter(text, program, program.add(Everything()))
    conditions = ConditionReader(cursor, program, lists or {}, {**KNOWN, **(known or {})}, is_as_shown=is_as_shown)
    return Filter(text, program, _Grammar(cursor, program, conditions).read(), is_as_shown, cursor.states)


class _Grammar:
    """Joins conditions; two stacks stand for the parts of the filter that are not complete yet (Dijkstra's shunting yard)."""

    def __init__(self, cursor: Cursor, program: Program, conditions: ConditionReader) -> None:
        self._cursor = cursor
        self._program = program
        self._conditions = conditions
        self._waiting: list[Token] = []
        self._results: list[int] = []

    def read(self) -> int:
        """Read the whole filter and return its place in the program."""
        while True:
            self._read_operand()
            while self._cursor.is_next(")"):
                self._close(self._cursor.take())
            if self._cursor.peek().kind == "end":
                return self._finish()
            self._read_operator()

    def _read_operand(self) -> None:
        while self._cursor.is_next("(", "not"):
            self._waiting.append(self._cursor.take())
        begins = self._cursor.peek().kind == "word" or self._cursor.is_next("{")
        if not begins or self._cursor.is_next("and", "or", "xor", "in"):
            raise self._cursor.peek().unexpected('a condition is missing, such as "tcp.port == 443"')
        self._results.append(self._conditions.read())

    def _read_operator(self) -> None:
        token = self._cursor.take()
        if token.kind != "text" and token.text in ("and", "or", "xor"):
            self._join(BINDS[token.text])
            self._waiting.append(token)
            return
        if token.kind == "word" and token.text.lower() in ("and", "or", "xor", "in", "eq", "ne", "gt", "ge", "lt", "le"):
            raise token.unexpected(f'write "{token.text.lower()}"')
        if token.text in NOT_COMPARED and token.kind != "text":
            raise not_supported(token)
        hint = DOUBLED.get(token.text) or capture_filter(token.text) or 'join two conditions with "and" or "or"'
        raise token.unexpected(hint)

    def _join(self, least: int) -> None:
        """Join what waits and binds at least as tightly as `least`."""
        while self._waiting and BINDS[self._waiting[-1].text] >= least:
            word, right = self._waiting.pop().text, self._results.pop()
            operation = Not(right) if word == "not" else Joined(word, self._results.pop(), right)
            self._results.append(self._program.add(operation))

    def _close(self, token: Token) -> None:
        self._join(BINDS["or"])
        if not self._waiting:
            raise token.error("this parenthesis was never opened", "remove it")
        self._waiting.pop()

    def _finish(self) -> int:
        self._join(BINDS["or"])
        if self._waiting:
            raise self._waiting[-1].error("this parenthesis is never closed", 'close it with ")"')
        return self._results[0]
