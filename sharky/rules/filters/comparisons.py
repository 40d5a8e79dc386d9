"""One condition of a filter: a protocol, a field that exists, or a field compared with something."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sharky.rules.filters.applications.http_bodies import INSIDE, JSON, searchable
from sharky.rules.filters.arithmetic import are_alike
from sharky.rules.filters.byte_conditions import SEARCHABLE, read_search, read_whole
from sharky.rules.filters.fields import HEAD, Field, fields, protocols, whole_of
from sharky.rules.filters.http_messages import HTTP
from sharky.rules.filters.lexer import Cursor, Token
from sharky.rules.filters.literals import Bound
from sharky.rules.filters.matching import Matches
from sharky.rules.filters.meant import DOUBLED
from sharky.rules.filters.name_conditions import NameReader
from sharky.rules.filters.names import NAME
from sharky.rules.filters.octets import Contains, octet_range, own, searched, whole
from sharky.rules.filters.operands import NUMBER, WHAT_DATA_IS, OperandReader, current
from sharky.rules.filters.operations import (
    NEGATED,
    Between,
    Carries,
    Compares,
    ComparesFields,
    Exists,
    Joined,
    Not,
    Operation,
    Shown,
    within,
)
from sharky.rules.filters.over_tcp import DATA
from sharky.rules.filters.paths import RADIO
from sharky.rules.filters.program import Program
from sharky.rules.filters.reading import BYTES, OCTETS
from sharky.rules.filters.sets import FieldRange, Member, read_set
from sharky.rules.filters.texts import TEXT, SaysLike
from sharky.rules.filters.values import read_bits, read_value
from sharky.settings.sources import TextError

Lists = Mapping[str, Sequence[str]]

RELATIONS = {"==": "==", "!=": "!=", "~=": "!=", "===": "==", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
"""Each relation, and the one that it makes of a single value."""

OF_ALL = ("!=", "===")
"""Relations that all occurrences must meet unless "any" stands before; for the others one is enough."""

MASKED = ("uint", "int", "ether", "ipv4")
"""Types of fields whose bits can be picked."""

NONE = "none"
"""The type of fields that are there or not, and no more."""

DROPBOX = "db-lsp-disc"
SPANNING = {"tls": "tls handshake", HTTP: f"{HEAD}{HTTP}.{INSIDE}{HTTP}"}
"""Where whole messages stand of protocols whose segments are searched."""

NOT_COMPARED = ("contains", "matches", "[", "#", "@", "+", "*", "%", "-")


class ConditionReader:
    """Reads conditions from a cursor into a program."""

    def __init__(self, cursor: Cursor, program: Program, lists: Lists, known: Lists, *, is_as_shown: bool = False) -> None:
        self._cursor = cursor
        self._is_as_shown = is_as_shown
        self._program = program
        self._operands = OperandReader(cursor, known.get("service", ()))
        self._lists = lists
        self._known = known

    def read(self) -> int:
        """Read one condition and return its place in the program."""
        quantifier, token = "", self._cursor.peek()
        if token.text in ("any", "all") and (self._cursor.peek(1).kind == "word" or self._cursor.peek(1).text == "{"):
            quantifier, token = self._cursor.take().text, self._cursor.peek()
        self._refuse_constant(token)
        token = current(token)
        is_sliced = self._cursor.peek(1).kind != "text" and self._cursor.peek(1).text in ("[", "#", "(")
        if token.text == DATA and self._cursor.peek(1).kind == "sign" and self._cursor.peek(1).text in RELATIONS:
            self._cursor.take()
            return self._read_condition(fields()[WHAT_DATA_IS], quantifier)
        if token.text in protocols() and not (is_sliced and token.text in (*searched(), *protocols())):
            self._cursor.take()
            return self._read_protocol(token, quantifier)
        result = self._read_condition(self._operands.read(), quantifier)
        if self._is_as_shown and is_sliced and token.text in protocols() and token.text != DATA:
            return self._program.add(Joined("and", result, self._program.add(Shown(token.text))))
        return result

    def _refuse_constant(self, token: Token) -> None:
        ahead = 0
        while token.text == "{" and token.kind == "sign":
            ahead += 1
            token = self._cursor.peek(ahead)
        if token.kind == "word" and NUMBER.fullmatch(token.text) and token.text not in fields():
            raise token.unexpected('a field comes first, such as "tcp.port == 443"')

    def _read_condition(self, field: Field, quantifier: str) -> int:
        if field.type in (NAME, TEXT):
            is_compared = field.type == TEXT and self._cursor.is_next(*RELATIONS)
            return self._read_relation(field, quantifier, 0) if is_compared else self._read_name(field, quantifier)
        if field.type == BYTES or (self._cursor.is_next("contains", "matches") and field.type in SEARCHABLE):
            return read_whole(self._cursor, self._program, field, quantifier)
        if field.type == NONE:
            return self._read_mark(field, quantifier)
        if self._cursor.is_next(*NOT_COMPARED):
            raise not_supported(self._cursor.peek())
        bits = self._read_bits(field) if self._cursor.is_next("&") else 0
        if self._cursor.is_next(*RELATIONS):
            return self._read_relation(field, quantifier, bits)
        if (field.is_called or (field.compute and self._cursor.is_next("in", "not"))) and not bits:
            raise self._cursor.peek().unexpected(f"compare what the function gives, such as {field.name} > 1")
        if field.type == OCTETS and self._cursor.is_next("in", "not"):
            raise self._cursor.peek().unexpected("only fields are held against sets, and this is a slice")
        if not bits and self._cursor.is_membership_next():
            return self._read_membership(field, quantifier)
        if quantifier:
            raise self._cursor.peek().unexpected(f'"{quantifier}" wants a comparison, such as {quantifier} {field.name} == 1')
        return self._program.add(_alone(field, bits))

    def _read_name(self, field: Field, quantifier: str) -> int:
        return NameReader(self._cursor, self._program, self._lists, self._known).read(field, quantifier)

    def _read_protocol(self, token: Token, quantifier: str) -> int:
        is_search = self._cursor.is_next("contains", "matches")
        if token.text in searched() and (self._cursor.is_next(*RELATIONS) or self._cursor.is_membership_next()):
            return self._read_octets(token, quantifier)
        if quantifier and not (is_search and (quantifier == "any" or token.text == "frame")):
            raise token.unexpected(f'"{quantifier}" wants a comparison, such as {quantifier} ip.ttl == 64')
        if is_search:
            if token.text in searchable() and token.text not in searched():
                return self._search_carried(token.text)
            if token.text not in searched():
                raise token.error(f"{token.text} cannot be searched", "frame can, and whatever TCP, UDP and HTTP carry")
            search = read_search(self._cursor, whole(token.text))
            return self._search_shown(token.text, search) if self._is_as_shown else self._program.add(search)
        if self._cursor.is_next(*RELATIONS, *NOT_COMPARED, "in", "&"):
            names = [name for name in fields() if name.startswith(token.text + ".")]
            hint = f"compare a field of it, such as {names[0]}" if names else f'write only "{token.text}"'
            hint = DOUBLED["&"] if self._cursor.is_next("&") else hint
            raise token.error(f"{token.text} is a protocol and has no value to compare", hint)
        if token.text == RADIO:
            return self._program.add(Joined("and", self._program.add(Carries("radiotap")), self._program.add(Carries("wlan"))))
        carries = self._program.add(Shown(token.text) if self._is_as_shown else Carries(token.text))
        within = fields().get(token.text) if self._is_as_shown or token.text != DATA else None
        return self._program.add(Joined("or", carries, self._program.add(Exists(within)))) if within else carries

    def _read_octets(self, token: Token, quantifier: str) -> int:
        """Read what the octets of a protocol are compared with: `tcp == 80` asks for a header that is one octet, 0x80."""
        compared = read_whole(self._cursor, self._program, Field(token.text, BYTES, 0, "", own(token.text)), quantifier)
        return self._program.add(Joined("and", compared, self._program.add(Shown(token.text)))) if self._is_as_shown else compared

    def _search_carried(self, protocol: str) -> int:
        """Add a search in what HTTP carries, and for JSON also in what Dropbox says to its network."""
        search = read_search(self._cursor, whole_of(f"{HEAD}{HTTP}.{INSIDE}{protocol}"))
        found = self._program.add(search)
        if protocol != JSON:
            return found
        return self._program.add(Joined("or", found, self._program.add(dataclasses.replace(search, spots=whole_of(DROPBOX)))))

    def _search_shown(self, protocol: str, search: Contains | Matches) -> int:
        """Add a search in what a protocol shows: in messages of TLS and HTTP also where they span segments, and in QUIC."""
        found = self._program.add(search)
        if protocol == DATA:
            return found
        if protocol in SPANNING:
            spanning = self._program.add(dataclasses.replace(search, spots=whole_of(SPANNING[protocol])))
            found = self._program.add(Joined("or", found, spanning))
        return self._program.add(Joined("and", found, self._program.add(Shown(protocol))))

    def _read_mark(self, field: Field, quantifier: str) -> int:
        if field.name in searchable() and self._cursor.is_next("contains", "matches") and not quantifier:
            return self._search_carried(field.name)
        if quantifier or self._cursor.is_next(*RELATIONS, *NOT_COMPARED, "in", "&"):
            raise self._cursor.peek().error(f"{field.name} has no value to compare", f'write only "{field.name}"')
        return self._program.add(Exists(field))

    def _read_bits(self, field: Field) -> int:
        sign, token = self._cursor.take(), self._cursor.take()
        if field.type == OCTETS:
            return self._no_zero(octet_range(token, field, "&")[0], token)
        if field.type not in MASKED:
            raise sign.error(f'"&" works on numbers and on MAC and IPv4 addresses, and {field.name} is none', DOUBLED["&"])
        return self._no_zero(read_bits(token, field), token)

    @staticmethod
    def _no_zero(bits: Bound, token: Token) -> int:
        if not isinstance(bits, int) or not bits:
            raise token.error('"&" wants at least one bit', "such as tcp.flags & 0x02")
        return bits

    def _read_relation(self, field: Field, quantifier: str, bits: int) -> int:
        """Read what a field is compared with, and what that is compared with in turn: `ip.src == ip.dst == 10.0.0.1`."""
        result, other = self._read_comparison(field, quantifier, bits)
        while other and self._cursor.is_next(*RELATIONS):
            following, other = self._read_comparison(other, quantifier, 0)
            result = self._program.add(Joined("and", result, following))
        return result

    def _read_comparison(self, field: Field, quantifier: str, bits: int) -> tuple[int, Field | None]:
        """Read one relation and what is behind it; return its place, and the other side where that is no constant."""
        if field.type == TEXT and not self._operands.begins(ahead=1):
            return self._read_name(field, quantifier), None
        relation, token = self._cursor.take(), self._cursor.peek()
        if not self._operands.begins():
            self._cursor.take()
            value = octet_range(token, field, relation.text) if field.type == OCTETS else read_value(token, field)
            return self._compare(relation.text, quantifier, (field,), lambda plain: Compares(field, plain, value, bits)), None
        other = self._operands.read_like(field)
        if not are_alike(field, other) or bits:
            raise token.error(f"{field.name} and {other.name} cannot be compared", f"one is {field.type}, the other {other.type}")
        if field.type == TEXT:
            is_of_all = quantifier == "all" or (relation.text in OF_ALL and not quantifier)
            return self._program.add(SaysLike(field, RELATIONS[relation.text], other, is_of_all)), other
        there = tuple(one for one in (field, other) if not one.is_constant)
        return self._compare(relation.text, quantifier, there, lambda plain: ComparesFields(field, plain, other)), other

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
        is_negated = self._cursor.take_membership()
        members = read_set(self._cursor, field, self._lists, self._operands)
        if is_negated or quantifier != "all":
            found = self._any_of(self._in_any(field, members))
            return self._program.add(Not(found)) if is_negated else found
        return self._any_of(self._all_in(field, one) for one in members)

    def _in_any(self, field: Field, members: tuple[Member, ...]) -> Iterator[int]:
        """Add what holds where some occurrence is in a set: first its ranges together, then its fields."""
        if ranges := [one for one in members if not isinstance(one, FieldRange)]:
            yield self._program.add(within(field, ranges))
        for one in members:
            if isinstance(one, FieldRange):
                yield self._program.add(Between(field, one.lowest, one.highest))

    def _all_in(self, field: Field, member: Member) -> int:
        """Add what holds where all occurrences are in the same member of a set, as Wireshark reads it."""
        if not isinstance(member, FieldRange):
            return self._of_all((field,), within(field, (member,), is_negated=True))
        there = tuple(one for one in dict.fromkeys((field, member.lowest, member.highest)) if not one.is_constant)
        return self._of_all(there, Between(field, member.lowest, member.highest, is_negated=True))

    def _any_of(self, places: Iterable[int]) -> int:
        first, *others = places
        for other in others:
            first = self._program.add(Joined("or", first, other))
        return first


def _alone(field: Field, bits: int) -> Operation:
    """Return what a field means with which nothing is compared: that it is there, or that a computed one is not 0."""
    if field.type == OCTETS and not bits:
        return Compares(field, ">=", (0, 0))
    return Compares(field, "!=", (0, 0), bits) if bits or field.compute else Exists(field)


def not_supported(token: Token) -> TextError:
    """Make the error for what Wireshark can and we cannot."""
    if token.text in ("contains", "matches"):
        return token.error(f'"{token.text}" does not work on such a field', "it searches names, texts, octets and protocols")
    return token.error(f'"{token.text}" is not supported here', "compare a field with a value")
