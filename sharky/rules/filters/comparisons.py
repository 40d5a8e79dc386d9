"""One condition of a filter: a protocol, a field that exists, or a field compared with something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sharky.rules.filters.fields import Field, fields, protocols
from sharky.rules.filters.functions import read_function
from sharky.rules.filters.hellos import CLIENT_HELLO, HELLO, SaysHello
from sharky.rules.filters.lexer import Cursor, Token, operators
from sharky.rules.filters.literals import Bound, Range, parse_literal
from sharky.rules.filters.matching import Matches, read_expression
from sharky.rules.filters.name_conditions import NameReader
from sharky.rules.filters.names import NAME
from sharky.rules.filters.octets import SEARCHED, Contains, can_be_sliced, octet_range, read_octets, read_slice
from sharky.rules.filters.operations import NEGATED, Carries, Compares, ComparesFields, Exists, Joined, Not, Operation, within
from sharky.rules.filters.program import Program
from sharky.rules.filters.reading import OCTETS
from sharky.rules.filters.texts import TEXT
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

Lists = Mapping[str, Sequence[str]]

RELATIONS = {"==": "==", "!=": "!=", "~=": "!=", "===": "==", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
"""Each relation, and the one that it makes of a single value."""

OF_ALL = ("!=", "===")
"""Relations that all occurrences must meet unless "any" stands before; for the others one is enough."""

SEARCH_INSTEAD = f"what can be searched are names, texts, {', '.join(SEARCHED)}"

NOT_SUPPORTED = {
    **{"contains": "searching in such a field", "matches": "a regular expression on such a field"},
    **{"[": "a slice of a field", "#": "counting layers", "@": "a raw field"},
    **dict.fromkeys("+*%-", "arithmetic"),
}


class ConditionReader:
    """Reads conditions from a cursor into a program."""

    def __init__(self, cursor: Cursor, program: Program, lists: Lists, known: Lists) -> None:
        self._cursor = cursor
        self._program = program
        self._lists = lists
        self._known = known

    def read(self) -> int:
        """Read one condition and return its place in the program."""
        quantifier, token = "", self._cursor.take()
        if token.text in ("any", "all") and self._cursor.peek().kind == "word":
            quantifier, token = token.text, self._cursor.take()
        if self._cursor.is_next("("):
            return self._read_condition(read_function(self._cursor, token), quantifier)
        if self._cursor.is_next("[") and can_be_sliced(token):
            return self._read_condition(read_slice(self._cursor, token), quantifier)
        if token.text in protocols() and token.text not in fields():
            return self._read_protocol(token, quantifier)
        return self._read_condition(_known_field(token), quantifier)

    def _read_condition(self, field: Field, quantifier: str) -> int:
        if field.name == HELLO:
            return self._read_hello(field, quantifier)
        if field.type in (NAME, TEXT):
            return NameReader(self._cursor, self._program, self._lists, self._known).read(field, quantifier)
        if self._cursor.is_next(*NOT_SUPPORTED):
            raise not_supported(self._cursor.peek())
        bits = self._read_bits(field) if self._cursor.is_next("&") else 0
        if self._cursor.is_next(*RELATIONS):
            return self._read_relation(field, quantifier, bits)
        if field.function and not bits:
            raise self._cursor.peek().unexpected(f"compare what the function gives, such as {field.name} > 1")
        if not bits and (self._cursor.is_next("in") or (self._cursor.is_next("not") and self._cursor.peek(1).text == "in")):
            return self._read_membership(field, quantifier)
        if quantifier:
            raise self._cursor.peek().unexpected(f'"{quantifier}" wants a comparison, such as {quantifier} {field.name} == 1')
        if bits:
            return self._program.add(Compares(field, "!=", (0, 0), bits))
        return self._program.add(Exists(field))

    def _read_hello(self, field: Field, quantifier: str) -> int:
        relation = self._cursor.peek()
        if quantifier or not self._cursor.is_next("=="):
            raise not_seen(relation)
        self._cursor.take()
        token = self._cursor.take()
        if _literal(token, field)[0] != CLIENT_HELLO:
            raise not_seen(token)
        return self._program.add(SaysHello())

    def _read_protocol(self, token: Token, quantifier: str) -> int:
        if quantifier:
            raise token.unexpected(f'"{quantifier}" wants a comparison, such as {quantifier} ip.ttl == 64')
        if self._cursor.is_next("contains", "matches"):
            if token.text not in SEARCHED:
                raise token.error(f"{token.text} cannot be searched", SEARCH_INSTEAD)
            return self._program.add(self._read_search(token.text))
        if self._cursor.is_next(*RELATIONS, *NOT_SUPPORTED, "in", "&"):
            names = [name for name in fields() if name.startswith(token.text + ".")]
            hint = f"compare a field of it, such as {names[0]}" if names else f'write only "{token.text}"'
            raise token.error(f"{token.text} is a protocol and has no value to compare", hint)
        return self._program.add(Carries(token.text))

    def _read_search(self, protocol: str) -> Operation:
        if self._cursor.take().text == "matches":
            return Matches(protocol, read_expression(self._cursor.take()))
        return Contains(protocol, read_octets(self._cursor.take()))

    def _read_bits(self, field: Field) -> int:
        sign, token = self._cursor.take(), self._cursor.take()
        if field.type == OCTETS:
            return self._no_zero(octet_range(token, field, "&")[0], token)
        if field.type != "uint":
            raise sign.error(f'"&" works on numbers, and {field.name} is none')
        return self._no_zero(_literal(token, field)[0], token)

    @staticmethod
    def _no_zero(bits: Bound, token: Token) -> int:
        if not isinstance(bits, int) or not bits:
            raise token.error('"&" wants at least one bit', "such as tcp.flags & 0x02")
        return bits

    def _read_relation(self, field: Field, quantifier: str, bits: int) -> int:
        relation, token = self._cursor.take(), self._cursor.take()
        right = fields().get(token.text) if token.kind == "word" else None
        if right is None:
            value = octet_range(token, field, relation.text) if field.type == OCTETS else _literal(token, field)
            return self._compare(relation.text, quantifier, (field,), lambda plain: Compares(field, plain, value, bits))
        if right.name == HELLO:
            raise not_seen(token)
        if right.type != field.type or bits:
            raise token.error(f"{field.name} and {right.name} cannot be compared", f"one is {field.type}, the other {right.type}")
        other = right
        return self._compare(relation.text, quantifier, (field, other), lambda plain: ComparesFields(field, plain, other))

    def _compare(self, relation: str, quantifier: str, there: tuple[Field, ...], make: Callable[[str], Operation]) -> int:
        """Add a comparison: for one occurrence as it is, for all of them as "it is there, and none is otherwise"."""
        plain = RELATIONS[relation]
        if quantifier == "any" or not (quantifier or relation in OF_ALL):
            return self._program.add(make(plain))
        return self._of_all(there, make(NEGATED[plain]))

    def _of_all(self, there: tuple[Field, ...], otherwise: Operation) -> int:
        result = self._program.add(Not(self._program.add(otherwise)))
        for field in there:
            result = self._program.add(Joined("and", self._program.add(Exists(field)), result))
        return result

    def _read_membership(self, field: Field, quantifier: str) -> int:
        if field.type == OCTETS:
            raise self._cursor.peek().error("a slice cannot be held against a set", 'compare it with "==", and join with "or"')
        is_negated = self._cursor.take().text == "not"
        if is_negated:
            self._cursor.take()
        ranges = self._read_set(field)
        if quantifier == "all":
            raise self._cursor.peek().error('"all" before "in" is not supported', 'write "not field not in {…}"')
        result = self._program.add(within(field, ranges))
        return self._program.add(Not(result)) if is_negated else result

    def _read_set(self, field: Field) -> tuple[Range, ...]:
        token = self._cursor.take()
        if token.kind == "word" and token.text.startswith("$"):
            return self._read_list(token, field)
        if token.text != "{" or token.kind == "text":
            raise token.unexpected('write the values in braces, such as {80, 443, 8000..8099}, or "$" and the name of a list')
        ranges = [self._read_member(field)]
        while not self._cursor.is_next("}"):
            if not self._cursor.is_next(","):
                raise self._cursor.peek().unexpected('put a comma between two members of a set, and "}" behind the last')
            self._cursor.take()
            ranges.append(self._read_member(field))
        self._cursor.take()
        return tuple(ranges)

    def _read_member(self, field: Field) -> Range:
        first = self._cursor.take()
        lowest, highest = _literal(first, field)
        if self._cursor.is_next(".."):
            self._cursor.take()
            last = self._cursor.take()
            _, highest = _literal(last, field)
            if highest < lowest:  # type: ignore[operator]  # both are of the field's type
                raise last.error("a range cannot end before it begins", f"write {last.text}..{first.text}")
        return lowest, highest

    def _read_list(self, token: Token, field: Field) -> tuple[Range, ...]:
        name = token.text[1:]
        if name not in self._lists:
            raise token.error(f'unknown list "{name[:60]}"', did_you_mean(name, self._lists) or 'write it under "lists:"')
        try:
            return tuple(parse_literal(item, field) for item in self._lists[name])
        except TextError as error:
            raise token.error(f'in the list "{name}", {error.message}', error.hint) from None


def not_supported(token: Token) -> TextError:
    """Make the error for what Wireshark can and we cannot."""
    hint = SEARCH_INSTEAD if token.text in ("contains", "matches") else "compare a whole field with a value"
    return token.error(f'{NOT_SUPPORTED[token.text]} ("{token.text}") is not supported', hint)


def not_seen(token: Token) -> TextError:
    """Make the error for what would have to be known of all messages of a handshake."""
    return token.error(f"of {HELLO} only == {CLIENT_HELLO} can be asked, the hello of a client", "other messages are not all seen")


def _known_field(token: Token) -> Field:
    found = fields().get(token.text)
    if found:
        return found
    if token.text[0].isdigit() or token.text[0] in ":$-/" or token.text in operators():
        raise token.unexpected('a field comes first, such as "tcp.port == 443"')
    for protocol in protocols().values():
        if protocol.formerly == token.text.lower():
            raise token.error(f'unknown protocol "{token.text}"', f'Wireshark calls it "{protocol.name}"')
    what = "field" if "." in token.text else "field or protocol"
    raise token.error(f'unknown {what} "{token.text[:60]}"', did_you_mean(token.text, [*fields(), *protocols()]))


def _literal(token: Token, field: Field) -> Range:
    if token.kind == "text":
        raise token.error(f"{field.name} cannot be compared with a text", "write the value without quotes")
    if token.kind != "word":
        raise token.unexpected(f"a value for {field.name} is missing here")
    try:
        return parse_literal(token.text, field)
    except TextError as error:
        raise token.error(error.message, error.hint) from None
