"""What stands on either side of a comparison: a field, a slice, a layer, a function, or numbers made of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from sharky.rules.filters.arithmetic import BINDS, MADE_OF, are_alike, combined, constant, negated
from sharky.rules.filters.fields import Field, Octets, Spot, fields, protocols
from sharky.rules.filters.functions import read_function
from sharky.rules.filters.lexer import Cursor, Token, operators
from sharky.rules.filters.literals import number, parse_literal
from sharky.rules.filters.meant import DOUBLED, instead, unknown
from sharky.rules.filters.slices import can_be_sliced, read_slice
from sharky.rules.filters.text_functions import WRITING
from sharky.settings.sources import TextError

ALIASES = {"ssl": "tls", "bootp": "dhcp", "pkt_comment": "frame.comment", "104apci": "iec60870_104"}
"""What protocols were called when most of what is written about filters was written; Wireshark takes these names still."""

DATA, WHAT_DATA_IS = "data", "data.data"
"""A protocol, and the field with all its octets."""

DEEPEST = 40
"""Operands within operands."""

MOST_OPERATORS = 40
"""In one filter's arithmetic."""

RANGE = re.compile(r"(-?[1-9][0-9]{0,2})(?:-([1-9][0-9]{0,2}))?")
NUMBER = re.compile(r"-?(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?)")

WITHOUT_NUMBERS = ("bytes", "octets", "text", "name", "none")
"""Types of fields of which no value is written as a number."""


class OperandReader:
    """Reads operands from a cursor."""

    def __init__(self, cursor: Cursor, services: Sequence[str] = ()) -> None:
        self._cursor = cursor
        self._services = services
        self._depth = 0
        self._operators = 0

    def begins(self, ahead: int = 0) -> bool:
        """Return whether an operand that is more than one value begins here, or so many tokens ahead."""
        token, following = self._cursor.peek(ahead), self._cursor.peek(ahead + 1)
        if token.kind == "text":
            return False
        is_made = following.kind != "text" and following.text in BINDS
        is_field = token.text in fields() or (following.text in ("(", "[") and token.kind == "word")
        return is_field or token.text in ("{", "-") or (is_made and NUMBER.fullmatch(token.text) is not None)

    def read(self) -> Field:
        """Read an operand.

        Raises:
            TextError: Where there is none.
        """
        left = self._read_one()
        return left if self._is_bits(left) else self._more(left, 1)

    def read_like(self, field: Field) -> Field:
        """Read an operand that may begin with a number such as a field has."""
        token = self._cursor.peek()
        if token.kind == "word" and NUMBER.fullmatch(token.text) and token.text not in fields():
            return self._more(self._read_number(field), 1)
        return self._more(self._read_one(), 1)

    def _is_bits(self, left: Field) -> bool:
        """Return whether "&" and a value follow, and no more: that is a test of bits, which is quicker."""
        is_plain = not self._depth and left.compute is None and self._cursor.is_next("&") and self._cursor.peek(1).text != "{"
        return is_plain and self._cursor.peek(1).text not in fields() and self._cursor.peek(2).text not in BINDS

    def _read_side(self, left: Field, least: int) -> Field:
        token = self._cursor.peek()
        if token.kind == "word" and NUMBER.fullmatch(token.text) and token.text not in fields():
            return self._more(self._read_number(left), least)
        return self._more(self._read_one(), least)

    def _more(self, left: Field, least: int) -> Field:
        while self._cursor.peek().kind != "text" and BINDS.get(self._cursor.peek().text, 0) >= least:
            sign = self._cursor.take()
            left = self._combine(left, sign, self._read_side(left, BINDS[sign.text] + 1))
        return left

    def _read_number(self, like: Field) -> Field:
        token = self._cursor.take()
        if like.type in WITHOUT_NUMBERS:
            raise token.error(f"{like.name} is no number", "such as tcp.len + 20 > 100")
        is_negative = token.text.startswith("-")
        try:
            value, _ = parse_literal(token.text.removeprefix("-"), like)
        except TextError as error:
            raise token.error(error.message, error.hint) from None
        return constant(-int(value) if is_negative else int(value), like.type)

    def _combine(self, left: Field, sign: Token, right: Field) -> Field:
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise sign.error("there is too much arithmetic", f"at most {MOST_OPERATORS} operators are read")
        for field in sorted((left, right), key=lambda field: field.is_constant):
            if field.type not in MADE_OF or (field.type == "time" and sign.text not in "+-"):
                hint = DOUBLED.get(sign.text, "such as tcp.len + 20 > 100")
                raise sign.error(f'"{sign.text}" works on numbers, and {field.name} is none', hint)
        if not are_alike(left, right):
            raise sign.error(f"{left.name} and {right.name} do not go together", f"one is {left.type}, the other {right.type}")
        return combined(left, sign.text, right)

    def _read_one(self) -> Field:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._cursor.peek().error("there are too many operands within operands", f"at most {DEEPEST} are read")
        found = self._read_inner(self._cursor.take())
        self._depth -= 1
        return found

    def _read_inner(self, token: Token) -> Field:
        if token.text == "{" and token.kind != "text":
            return self._read_braces()
        if token.text == "-" and token.kind != "text":
            return negated(self._numeric(self._read_one(), token))
        if re.fullmatch(r"-[a-z].*", token.text) and token.text[1:] in fields():
            return negated(self._numeric(self.read_field(dataclasses.replace(token, text=token.text[1:])), token))
        if token.kind == "word" and NUMBER.fullmatch(token.text) and self._cursor.peek().text in (*BINDS, "}"):
            return constant(self._read_whole(token), "uint")
        return self.read_field(token)

    @staticmethod
    def _read_whole(token: Token) -> int:
        value = number(token.text.removeprefix("-"))
        if value is None:
            raise token.error(f'"{token.text[:60]}" is not a whole number', "such as 20, 0x14 or 024")
        return -value if token.text.startswith("-") else value

    @staticmethod
    def _numeric(field: Field, token: Token) -> Field:
        if field.type not in MADE_OF:
            raise token.error(f'"-" works on numbers, and {field.name} is none', "such as tcp.len - 20 > 100")
        return field

    def _read_braces(self) -> Field:
        inside = self.read()
        if not self._cursor.is_next("}"):
            raise self._cursor.peek().unexpected('close the brace with "}"')
        self._cursor.take()
        return inside

    def read_field(self, token: Token) -> Field:
        """Read a field behind its first word.

        Raises:
            TextError: Where there is no such field.
        """
        token = current(token)
        if token.text == DATA and self._cursor.is_next("["):
            token = dataclasses.replace(token, text=WHAT_DATA_IS)
        if self._cursor.is_next("(") and token.kind == "word" and token.text not in fields():
            return read_function(self._cursor, token, self)
        field = None
        if self._cursor.is_next("#"):
            field = self._read_layers(token)
        if self._cursor.is_next("[") and can_be_sliced(token):
            return read_slice(self._cursor, token, field)
        return field or known_field(token, self._services)

    def _read_layers(self, token: Token) -> Field:
        """Read which of the layers of its protocol a field is wanted of: `#2`, `#[-1]` from within, `#[1-2,4]`."""
        sign = self._cursor.take()
        words = [self._cursor.take().text]
        while words[0] == "[" and words[-1] != "]":
            if self._cursor.peek().kind not in ("word", "sign"):
                raise self._cursor.peek().unexpected('close the layers with "]"')
            words.append(self._cursor.take().text)
        text = "".join(words).strip("[]")
        found = [RANGE.fullmatch(part) for part in text.split(",")]
        layers = [(int(one[1]), int(one[2] or one[1])) for one in found if one]
        if len(layers) < len(found) or (words[0] != "[" and text.startswith("-")):
            raise sign.error("these are no layers", "write #1 for the outermost, #[-1] for the innermost, #[1-2] for the first two")
        field = fields().get(token.text) or _whole(token)
        of = field.of
        if of and field.function not in WRITING:
            raise sign.error(f"{field.name} has no layers", f"{of.name} has")
        of = dataclasses.replace(of, name=f"{of.name}#[{text}]", layers=tuple(layers)) if of else None
        return dataclasses.replace(field, name=f"{field.name}#[{text}]", layers=tuple(layers), of=of)


def current(token: Token) -> Token:
    """Return a word with the name that its protocol has today."""
    protocol, dot, rest = token.text.partition(".")
    if token.kind != "word" or protocol not in ALIASES:
        return token
    return dataclasses.replace(token, text=ALIASES[protocol] + dot + rest)


def _whole(token: Token) -> Field:
    if token.text not in protocols():
        return known_field(token)
    return Field(token.text, "uint", 1, "", (Spot(token.text, Octets(token.text, 0, 1), "", 0, 1, ()),))


def known_field(token: Token, services: Sequence[str] = ()) -> Field:
    """Return a field by its name.

    Args:
        token: The name.
        services: Of all services; these are values of a field, though many a person takes them for protocols.

    Raises:
        TextError: Where there is none.
    """
    found = fields().get(token.text)
    if found:
        return found
    is_name = token.kind == "word" and instead(token.text)
    if not token.text or (token.text[0].isdigit() and not is_name) or token.text[0] in ":$-/" or token.text in operators():
        raise token.unexpected('a field comes first, such as "tcp.port == 443"')
    raise unknown(token, services)
