"""The words and signs of a filter, each with its place."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from sharky.rules.filters.fields import fields, protocols
from sharky.settings.sources import TextError

Member = TypeVar("Member")

MAXIMUM_CHARACTERS = 8192
"""A filter beyond this was not written by hand."""

TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>[rR]?"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<word>\$?(?:[A-Za-z0-9_:/-]|\.(?!\.))+)
    |(?P<sign>\.\.|&&|\|\||\^\^|===|!==|==|!=|~=|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)
DIGIT = re.compile(r"\s*[0-9]")
CHARACTER = re.compile(r"'(?:[ -&(-\[\]-~]|\\x[0-9a-fA-F]{2}|\\[0-7]{1,3}|\\[ -~])'")
"""What single quotes hold: one character, which stands for its number (as in Wireshark 4.0)."""


@cache
def operators() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return for each operator its other spellings and what it means."""
    rows = csv.DictReader(files("sharky.rules.filters").joinpath("operators.csv").read_text("utf-8").splitlines())
    return {row["operator"]: (tuple(row["also"].split()), row["meaning"]) for row in rows}


@cache
def _synonyms() -> dict[str, str]:
    return {other: operator for operator, (others, _) in operators().items() for other in others}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign.

    Attributes:
        kind: "word", "text" (in quotes), "sign" or "end".
        text: As it is written; of an operator the one spelling that all its synonyms share.
        written: As it is written.
        at: Offset in the filter.
        width: How many characters it has there.
    """

    kind: str
    text: str
    at: int
    width: int
    written: str = ""

    def error(self, message: str, hint: str = "") -> TextError:
        """Make an error that points at this token."""
        return TextError(message, hint, self.at, self.width)

    def unexpected(self, hint: str) -> TextError:
        """Make the error for a token that cannot stand here."""
        if self.kind == "end":
            return self.error("the filter ends too early", hint)
        return self.error(f'"{(self.written or self.text)[:60]}" cannot stand here', hint)


def split_filter(text: str) -> list[Token]:
    """Split a filter into its tokens; the last one is the end.

    Raises:
        TextError: Where it is too long, a quote is never closed, or single quotes hold a text.

    >>> [token.text for token in split_filter("tcp.port eq 80&&ip")]
    ['tcp.port', '==', '80', 'and', 'ip', '']
    """
    if len(text) > MAXIMUM_CHARACTERS:
        trouble = f"the filter is too long: {len(text):,} characters, at most {MAXIMUM_CHARACTERS:,} are read"
        raise TextError(trouble, "split it into several rules, or put the addresses in a list")
    synonyms = _synonyms()
    tokens: list[Token] = []
    for found in TOKEN.finditer(text):
        kind, word = found.lastgroup or "", found[0]
        if word in ('"', "'"):
            raise TextError("a quote is opened here and never closed", "close it", found.start())
        at = found.start()
        if word[0] == "'" and not CHARACTER.fullmatch(word):
            raise TextError("single quotes are for one character", f'put a text in double quotes: "{word[1:-1][:60]}"', at, len(word))
        if word.startswith("-") and len(word) > 1 and tokens and _ends_operand(tokens[-1]):
            tokens.append(Token("sign", "-", at, 1, "-"))
            word, at = word[1:], at + 1
        is_plus = word == "+" and DIGIT.match(text, found.end()) and not (tokens and _ends_operand(tokens[-1]))
        if kind != "space" and not is_plus:
            tokens.append(Token(kind, synonyms.get(word, word) if word[0] != "." else _named(word), at, len(word), word))
    return [*tokens, Token("end", "", len(text.rstrip()), 1)]


def _named(word: str) -> str:
    """Return a name without the dot ahead of it, which says that it is no value: `.ip.src`."""
    return word[1:] if word[1:] in fields() or word[1:] in protocols() else word


def _ends_operand(token: Token) -> bool:
    """Return whether a sign behind a token adds or subtracts, as in `tcp.srcport -1`, or else belongs to a number: `tcp.port == +80`."""
    return token.text not in operators() if token.kind == "word" else token.kind == "sign" and token.text in ("}", ")")


class Cursor:
    """A way through the tokens.

    Attributes:
        states: How many the expressions that were read have together.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.states = 0
        self._tokens = tokens
        self._next = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return the token that comes next, or one behind it."""
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the token that comes next and step over it; the end comes again and again."""
        token = self.peek()
        self._next += 1
        return token

    def is_next(self, *words: str) -> bool:
        """Return whether one of these words or signs comes next."""
        return self.peek().kind != "text" and self.peek().text in words

    def is_membership_next(self) -> bool:
        """Return whether `in` or `not in` comes next."""
        return self.is_next("in") or (self.is_next("not") and self.peek(1).text == "in")

    def take_membership(self) -> bool:
        """Step over `in`, or `not in`; return whether it was that."""
        is_negated = self.take().text == "not"
        if is_negated:
            self.take()
        return is_negated

    def members(self, read: Callable[[], Member], way_out: str) -> list[Member]:
        """Read a set in braces, each member by a function.

        Raises:
            TextError: Where it is none.
        """
        token = self.take()
        if token.text != "{" or token.kind == "text":
            raise token.unexpected(way_out)
        members = [read()]
        while not self.is_next("}"):
            if not self.is_next(","):
                raise self.peek().unexpected('put a comma between two members of a set, and "}" behind the last')
            self.take()
            members.append(read())
        self.take()
        return members
