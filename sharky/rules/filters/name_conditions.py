"""Conditions on fields whose values are names, or texts as packets carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sharky.rules.filters.fields import Field, fields, protocols
from sharky.rules.filters.lexer import Cursor, Token
from sharky.rules.filters.matching import read_expression
from sharky.rules.filters.names import BY_LENGTH, CONTAINS, EQUAL, EXISTS, MATCHES, NOT, ORDERED, Named
from sharky.rules.filters.octets import read_octets
from sharky.rules.filters.operations import Joined, Not
from sharky.rules.filters.program import Program
from sharky.rules.filters.quoted import read_quoted
from sharky.rules.filters.text_functions import SLICED
from sharky.rules.filters.texts import TEXT, Says
from sharky.settings.suggestions import did_you_mean

Lists = Mapping[str, Sequence[str]]

RELATIONS = ("==", "!=", "===", "~=")


class NameReader:
    """Reads the rest of a condition, behind the field."""

    def __init__(self, cursor: Cursor, program: Program, lists: Lists, known: Lists) -> None:
        """Begin behind a field.

        Args:
            cursor: Where the filter goes on.
            program: To which operations are added.
            lists: What `in $name` may name.
            known: Fields of which all names are known, and these names.
        """
        self._cursor = cursor
        self._program = program
        self._lists = lists
        self._known = known

    def read(self, field: Field, quantifier: str) -> int:
        """Read the rest of a condition and return its place in the program."""
        if self._cursor.is_next("&") or (self._cursor.is_next(*ORDERED) and field.type != TEXT):
            raise self._cursor.peek().error(
                f"{field.name} is a {field.type}, and {field.type}s have no order", "write ==, !=, in, contains or matches"
            )
        if self._cursor.is_next(CONTAINS, MATCHES):
            return self._read_search(field, quantifier)
        if self._cursor.is_next(*RELATIONS, *ORDERED):
            return self._read_relation(field, quantifier)
        if field.is_called:
            raise self._cursor.peek().unexpected(f"compare what the function gives, such as {field.name} == anna")
        if self._cursor.is_membership_next():
            is_negated = self._cursor.take_membership()
            result = self._program.add(_operation(field, EQUAL, tuple(sorted(set(self._read_set(field))))))
            return self._program.add(Not(result)) if is_negated else result
        if quantifier:
            raise self._cursor.peek().unexpected(f'"{quantifier}" wants a comparison, such as {quantifier} {field.name} == anna')
        return self._program.add(_operation(field, EXISTS))

    def _read_search(self, field: Field, quantifier: str) -> int:
        relation = self._cursor.take().text
        if relation == MATCHES:
            wanted = read_expression(self._cursor).decode("latin-1")
        else:
            wanted = _folded(_text(self._cursor.take(), field), field)
        if quantifier != "all":
            return self._program.add(_operation(field, relation, (wanted,)))
        return self._of_all(field, relation, (wanted,))

    def _of_all(self, field: Field, relation: str, texts: tuple[str, ...]) -> int:
        """Add what holds for all occurrences: it is there, and none is otherwise."""
        otherwise = relation.removeprefix(NOT) if relation.startswith(NOT) else NOT + relation
        none = self._program.add(Not(self._program.add(_operation(field, otherwise, texts))))
        return self._program.add(Joined("and", self._program.add(_operation(field, EXISTS)), none))

    def _read_relation(self, field: Field, quantifier: str) -> int:
        """Add a comparison: `!=` and `===` hold for all occurrences unless "any" stands before, the others for one."""
        relation = self._cursor.take().text
        texts = (self._name(self._cursor.take(), field),)
        by = BY_LENGTH if field.function.startswith(SLICED) else ""
        plain = relation + by if relation in ORDERED else EQUAL if relation in ("==", "===") else NOT + EQUAL
        if quantifier == "any" or (relation in ("==", "~=", *ORDERED) and not quantifier):
            return self._program.add(_operation(field, plain, texts))
        return self._of_all(field, plain, texts)

    def _read_set(self, field: Field) -> list[str]:
        if self._cursor.peek().kind == "word" and self._cursor.peek().text.startswith("$"):
            return self._read_list(self._cursor.take(), field)
        way_out = 'write the names in braces, such as {netflix, youtube}, or "$" and the name of a list'
        return self._cursor.members(lambda: self._name(self._cursor.take(), field), way_out)

    def _read_list(self, token: Token, field: Field) -> list[str]:
        name = token.text[1:]
        if name not in self._lists:
            raise token.error(f'unknown list "{name[:60]}"', did_you_mean(name, self._lists) or 'write it under "lists:"')
        return [self._checked(item, token, field) for item in self._lists[name]]

    def _name(self, token: Token, field: Field) -> str:
        return self._checked(_text(token, field), token, field)

    def _checked(self, text: str, token: Token, field: Field) -> str:
        """Return a name as it is compared; one that cannot come up is a slip of the pen."""
        known = self._known.get(field.name)
        if known and text.casefold() not in known:
            raise token.error(f'unknown {field.name} "{text[:60]}"', did_you_mean(text, known))
        return _folded(text, field)


def _operation(field: Field, relation: str, texts: tuple[str, ...] = ()) -> Named | Says:
    return Says(field, relation, texts) if field.type == TEXT else Named(field, relation, texts)


def _folded(text: str, field: Field) -> str:
    """Return a text as it is compared: of names small and capital letters are the same."""
    return text if field.type == TEXT else text.casefold()


def _text(token: Token, field: Field) -> str:
    if token.kind == "word" and field.function.startswith(SLICED):
        return read_octets(token).decode("utf-8", "surrogateescape")
    if token.kind == "text":
        return read_quoted(token)[0].decode("utf-8", "surrogateescape")
    if field.type == TEXT and (token.text in protocols() or token.text in fields()):
        raise token.error(f'"{token.text}" is a protocol or a field here', f'write "{token.text}" in quotes')
    if token.kind != "word":
        raise token.unexpected(f'a name for {field.name} is missing here; put it in "quotes" if it has spaces')
    return token.text
