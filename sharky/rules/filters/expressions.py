r"""Regular expressions for `matches`, read as Wireshark's PCRE reads them, and without what would need backtracking.

There are characters, also literal ones between `\Q` and `\E`, `.`, classes, groups, also with names, `|`, repetitions, and the
places `^`, `$`, `\b`, `\B`, `\A`, `\z` and `\Z`.
Of options there are `(?i)`, `(?s)` and what turns them off. References and looking ahead are refused: they
are what no automaton can do in one pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sharky.rules.filters.octet_sets import ALL, ANY, NEWLINE, SHORT, exact_set, octet_set, read_class, read_escaped
from sharky.settings.sources import TextError

LONGEST = 500
"""Octets of an expression."""

DEEPEST = 40
"""Groups within groups."""

BEGIN, END, EDGE, NO_EDGE = "begin", "end", "edge", "no edge"
"""Places: where the text begins, where it ends, where a word begins or ends, and all others."""

PLACES = {"A": BEGIN, "z": END, "b": EDGE, "B": NO_EDGE}

_COUNTED = re.compile(rb"\{([0-9]{1,5})(?:(,)([0-9]{1,5})?)?\}")
_OPTIONS = re.compile(rb"\?([is]*)(?:-([is]*))?([:)])")
_NAMED = re.compile(rb"\?(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')")
_REMARK = re.compile(rb"\?#[^)]*\)")
_REPEATED = {b"*": (0, None), b"+": (1, None), b"?": (0, 1)}
_LITERAL = re.compile(rb"\\(?:Q(.*?)(?:\\E|\Z)|.)", re.DOTALL)
_HINT = r'write \\ for a backslash in an expression, and put it in r"…" so that one backslash is enough'


@dataclass(frozen=True, slots=True)
class OneOf:
    """One octet of a set."""

    octets: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two octets."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One behind the other."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same again and again: at least, and at most, None for any number."""

    part: Expression
    least: int
    most: int | None


Expression = OneOf | Place | Sequence | Choice | Repeat

LINE_END = Choice((Place(END), Sequence((OneOf(NEWLINE), Place(END)))))
"""`$`: the end, or ahead of a newline that is the last octet."""


def parse_expression(octets: bytes) -> Expression:
    """Read an expression.

    Raises:
        TextError: With the first thing that is wrong, and its place among the octets.

    >>> parse_expression(b"^$")
    Sequence(parts=(Place(kind='begin'), Choice(parts=(Place(kind='end'), Sequence(parts=(OneOf(octets=1024), Place(kind='end')))))))
    """
    if len(octets) > LONGEST:
        raise _refuse(f"the expression is too long: {len(octets):,} octets, at most {LONGEST} are read", "split it with or", 0)
    return _Parser(_LITERAL.sub(_escaped, octets)).read()


def _escaped(found: re.Match[bytes]) -> bytes:
    """Return what stands literally between two marks with each octet written as its number."""
    return found[0] if found[1] is None else b"".join(b"\\x%02x" % octet for octet in found[1])


def _refuse(message: str, hint: str, at: int) -> TextError:
    return TextError(message, hint, at)


class _Parser:
    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0
        self._depth = 0
        self._one_of, self._any = octet_set, ANY

    def read(self) -> Expression:
        whole = self._read_choice()
        if self._at < len(self._octets):
            raise _refuse("this parenthesis was never opened", r"remove it, or write \) for the character", self._at)
        return whole

    def _is_next(self, *signs: bytes) -> bool:
        return self._octets[self._at : self._at + 1] in signs

    def _read_choice(self) -> Expression:
        parts = [self._read_sequence()]
        while self._is_next(b"|"):
            self._at += 1
            parts.append(self._read_sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _read_sequence(self) -> Expression:
        parts: list[Expression] = []
        while not self._is_next(b"", b"|", b")"):
            begin, part = self._at, self._read_one()
            counts = self._read_counts()
            if counts:
                least, most = counts
                if most is not None and most < least:
                    raise _refuse("this repetition ends before it begins", f"write {{{most},{least}}}", begin)
                part = Repeat(part, least, most)
            parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _read_counts(self) -> tuple[int, int | None] | None:
        counted = _COUNTED.match(self._octets, self._at)
        counts: tuple[int, int | None] | None = _REPEATED.get(self._octets[self._at : self._at + 1])
        if counted:
            least = int(counted[1])
            counts = least, int(counted[3]) if counted[3] else (None if counted[2] else least)
        if counts is None:
            return None
        self._at = counted.end() if counted else self._at + 1
        if self._is_next(b"+"):
            raise _refuse("a repetition that gives nothing back is not supported", 'leave the second "+" away', self._at)
        self._at += self._is_next(b"?")
        return counts

    def _read_one(self) -> Expression:
        begin, sign = self._at, self._octets[self._at : self._at + 1]
        if sign in _REPEATED or _COUNTED.match(self._octets, begin):
            raise _refuse("there is nothing to repeat here", f"write \\{sign.decode()} for the character", begin)
        self._at += 1
        match sign:
            case b"(":
                return self._read_group(begin)
            case b"[":
                octets, self._at = read_class(self._octets, self._at, _refuse, self._one_of)
                return OneOf(octets)
            case b"\\":
                return self._read_escaped(begin)
            case b"^":
                return Place(BEGIN)
            case b"$":
                return LINE_END
            case _:
                return OneOf(self._any if sign == b"." else self._one_of(sign))

    def _read_group(self, begin: int) -> Expression:
        before, options = (self._one_of, self._any), _OPTIONS.match(self._octets, self._at)
        if options:
            self._at = options.end()
            self._set(options[1], options[2] or b"")
            if options[3] == b")":
                return Sequence(())
        elif remark := _REMARK.match(self._octets, self._at):
            self._at = remark.end()
            return Sequence(())
        elif named := _NAMED.match(self._octets, self._at):
            self._at = named.end()
        elif self._is_next(b"?") or self._octets.startswith(b"*", self._at):
            raise _refuse("groups that look around or have other options are not supported", "write (…), (?:…) or [^…]", begin)
        self._depth += 1
        if self._depth > DEEPEST:
            raise _refuse("there are too many groups within groups", f"at most {DEEPEST} are read", begin)
        whole = self._read_choice()
        if not self._is_next(b")"):
            raise _refuse("this parenthesis is never closed", r'close it with ")", or write \( for the character', begin)
        self._depth -= 1
        self._at += 1
        self._one_of, self._any = before
        return whole

    def _set(self, on: bytes, off: bytes) -> None:
        """Set options up to the end of the group: "i" for letters of both cases that are the same, "s" for "." that is any octet."""
        if b"i" in on + off:
            self._one_of = exact_set if b"i" in off else octet_set
        if b"s" in on + off:
            self._any = ANY if b"s" in off else ALL

    def _read_escaped(self, begin: int) -> Expression:
        sign = self._octets[self._at : self._at + 1].decode("latin-1")
        if sign in SHORT or sign in PLACES or sign in ("Z", "N"):
            self._at += 1
            short = OneOf(SHORT[sign]) if sign in SHORT else OneOf(ANY)
            return LINE_END if sign == "Z" else Place(PLACES[sign]) if sign in PLACES else short
        octet, self._at = read_escaped(self._octets, self._at)
        if octet is None:
            what = "a reference to a group" if sign.isdigit() else f'"\\{sign}"'
            raise _refuse(f"{what} is not supported in an expression", _HINT, begin)
        return OneOf(self._one_of(bytes([octet])))
