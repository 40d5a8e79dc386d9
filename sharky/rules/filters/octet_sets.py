r"""Sets of octets in a regular expression: `.`, `\d`, `[a-z]`, `[[:alpha:]]`, as PCRE reads them without UTF-8.

A set is a number with one bit an octet. Small and capital letters are the same, unless an expression wants them told apart.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable

from sharky.settings.sources import TextError

ALL = (1 << 256) - 1
BACKSPACE = 0x08
LETTERS = string.ascii_letters.encode()


def octet_set(octets: bytes) -> int:
    """Return the set of some octets, and of the same letters in the other case.

    >>> octet_set(b"a") == 1 << ord("a") | 1 << ord("A")
    True
    """
    return sum(1 << octet for octet in set(octets + bytes(octets).swapcase()))


def exact_set(octets: bytes) -> int:
    """Return the set of some octets, in which small letters are not capital ones."""
    return sum(1 << octet for octet in set(octets))


WORD = octet_set(LETTERS + string.digits.encode() + b"_")
NEWLINE = octet_set(b"\n")
ANY = ALL ^ NEWLINE
_DIGIT, _SPACE = octet_set(string.digits.encode()), octet_set(b" \t\n\r\f\v")
_FLAT, _TALL = octet_set(b" \t\xa0"), octet_set(b"\n\v\f\r\x85")

SHORT = {"d": _DIGIT, "w": WORD, "s": _SPACE, "h": _FLAT, "v": _TALL}
SHORT |= {name.upper(): ALL ^ octets for name, octets in SHORT.items()}
r"""What `\d` and the like stand for."""

SIGNS = {"n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "a": 0x07, "e": 0x1B}
r"""What `\n` and the like stand for."""

NAMED = {"alpha": octet_set(LETTERS), "digit": _DIGIT, "alnum": octet_set(LETTERS) | _DIGIT, "word": WORD, "space": _SPACE}
NAMED |= {"xdigit": octet_set(string.hexdigits.encode())}
NAMED |= {"punct": octet_set(string.punctuation.encode()), "blank": octet_set(b" \t")}

_NUMBER = re.compile(rb"x\{([0-9a-fA-F]{1,2})\}|x([0-9a-fA-F]{0,2})|(0[0-7]{0,2})")
_NAMED = re.compile(rb"\[:([a-z]+):\]")

CASES = {"upper": string.ascii_uppercase.encode(), "lower": string.ascii_lowercase.encode()}
"""Classes of letters of one case."""

OneOf = Callable[[bytes], int]
"""Makes a set of octets."""

Refuse = Callable[[str, str, int], TextError]
"""Makes an error of a message, a way out, and a place in the expression."""


def read_escaped(octets: bytes, at: int) -> tuple[int | None, int]:
    """Read an octet that is written behind a backslash.

    Returns:
        The octet, or None where something else stands at `at`; and the place behind it.
    """
    number = _NUMBER.match(octets, at)
    if number:
        digits = number[1] or number[2]
        return int(digits or b"0", 16) if number[3] is None else int(number[3], 8), number.end()
    sign = octets[at : at + 1].decode("latin-1")
    if sign in SIGNS:
        return SIGNS[sign], at + 1
    return (None if sign == "" or (sign.isascii() and sign.isalnum()) else octets[at]), at + 1


def read_class(octets: bytes, at: int, refuse: Refuse, one_of: OneOf = octet_set) -> tuple[int, int]:
    """Read a class behind its opening bracket.

    Returns:
        The set, and the place behind the closing bracket.
    """
    begin, found = at - 1, 0
    is_negated = octets[at : at + 1] == b"^"
    at += is_negated
    first = at
    while octets[at : at + 1] != b"]" or at == first:
        if at >= len(octets):
            raise refuse("this bracket is never closed", 'close it with "]", or write \\[ for the character', begin)
        low, members, behind = _read_member(octets, at, refuse, one_of)
        if octets[behind : behind + 1] == b"-" and octets[behind + 1 : behind + 2] not in (b"]", b""):
            high, _, behind = _read_member(octets, behind + 1, refuse, one_of)
            if low is None or high is None or high < low:
                raise refuse("this is no range of characters", "write the lower one first, such as a-z, or put - at the end", at)
            members = one_of(bytes(range(low, high + 1)))
        found, at = found | members, behind
    return ALL ^ found if is_negated else found, at + 1


def _read_member(octets: bytes, at: int, refuse: Refuse, one_of: OneOf) -> tuple[int | None, int, int]:
    """Read one member of a class: the octet, where it is one; the set; and the place behind it."""
    named = _NAMED.match(octets, at)
    if named:
        name = named[1].decode()
        if name not in NAMED and name not in CASES:
            raise refuse(f'unknown class "{name}"', f"there are {', '.join((*NAMED, *CASES))}", at)
        return None, one_of(CASES[name]) if name in CASES else NAMED[name], named.end()
    if octets[at : at + 1] != b"\\":
        return octets[at], one_of(octets[at : at + 1]), at + 1
    sign = octets[at + 1 : at + 2].decode("latin-1")
    if sign in SHORT:
        return None, SHORT[sign], at + 2
    octet, behind = (BACKSPACE, at + 2) if sign == "b" else read_escaped(octets, at + 1)
    if octet is None:
        raise refuse(f'"\\{sign}" is not known in a class', r"write \\ for a backslash", at)
    return octet, one_of(bytes([octet])), behind
