"""Values as a filter writes them, read as ranges from lowest to highest.

A network such as 10.0.0.0/8 is the range of its addresses, and a single value a range of one; so one comparison
serves both, and it is the one that Wireshark makes: it masks the address and then compares.
"""

from __future__ import annotations

import ipaddress
import re

from sharky.rules.filters.dates import parse_date
from sharky.rules.filters.fields import Field
from sharky.settings.sources import TextError

Bound = int | bytes
"""A number; an IPv6 address is its 16 octets, which compare as the number would."""

Range = tuple[Bound, Bound]
"""Lowest and highest value, both included."""

NO_VALUE: Range = (1 << 62, -1)
"""A number below 0 where none can be: nothing is like it, other than it, less or greater, as in Wireshark 4.0."""

WORD = 1 << 32

WIDEST = 8
"""Octets of the largest number: of those that count octets none is known to be larger."""
NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,16}|0[bB][01]{1,64}|[0-9]{1,20}")
SECONDS = re.compile(r"(-?)([0-9]{1,11})(?:\.([0-9]{1,9}))?")
HEX_OCTETS = re.compile(r"(?:[0-9a-fA-F]{2}[:.-]?)*[0-9a-fA-F]{2}")
SECOND_NS = 1_000_000_000
TRUTH = {"True": 1, "TRUE": 1, "False": 0, "FALSE": 0}
"""Wireshark 4.0's spellings; it refuses "true"."""

TYPES = {
    "uint": ("a number", "80, 0x50, 0120 or 0b1010000"),
    "int": ("a whole number", "-1, 8 or 128"),
    "time": ("a time in seconds", "0.5, 10 or 0.000001"),
    "decimal": ("a number", "5.5, 1 or 0.25"),
    "date": (
        "a date, in local time unless it says otherwise",
        '"2020-07-04 12:34:56", "2020-07-04T12:34:56Z" or "Sep 26, 2004 23:18:04.95"',
    ),
    "bool": ("a truth value", "1, 0, True or False"),
    "ether": ("a MAC address", "00:53:ff:12:34:56 (also with - or . between)"),
    "ipv4": ("an IPv4 address", "192.168.1.5 or 192.168.0.0/16"),
    "ipv6": ("an IPv6 address", "2001:db8::1 or fe80::/10"),
    "octets": ("octets of a slice, or what `contains` looks for", '00:17:88, 0x16 or "GET"'),
    "text": ("a text as packets carry it", '"www.example.org"'),
    "name": ("a name; small and capital letters are the same", 'netflix, or in quotes "Anna\'s phone"'),
}
"""For each type of field what its values are, and examples."""


def parse_literal(text: str, field: Field) -> Range:
    """Read a value to which `field` is compared.

    Raises:
        TextError: Where it is no value of the field's type.
    """
    return _READ[field.type](text, field)


def _wrong(text: str, field: Field) -> TextError:
    what, examples = TYPES[field.type]
    return TextError(f'"{text[:60]}" is not {what}, as {field.name} wants it', f"such as {examples}", width=len(text))


def number(text: str) -> int | None:
    """Read a number that is not below 0, as in C: 0x50, 0120, 0b1010000 or 80; None where it is none.

    >>> number("0120"), number("089")
    (80, None)
    """
    if not NUMBER.fullmatch(text):
        return None
    if len(text) > 1 and text[0] == "0" and text.isdigit():
        return int(text, 8) if not set(text) & set("89") else None
    return int(text, 0)


def _uint(text: str, field: Field) -> Range:
    value = number(text.removeprefix("-"))
    if value is None:
        raise _wrong(text, field)
    highest = max((1 << 8 * (field.width or WIDEST)) - 1, *(spot.plus for spot in field.spots), 0)
    if text.startswith("-") and 0 < value < WORD:
        return NO_VALUE
    if value > highest:
        raise TextError(f"{text} is too big for {field.name}", f"it is at most {highest}", width=len(text))
    return value, value


def _int(text: str, field: Field) -> Range:
    value = number(text.removeprefix("-"))
    if value is None or value >= 1 << 31:
        raise _wrong(text, field)
    value = -value if text.startswith("-") else value
    return value, value


def _time(text: str, field: Field) -> Range:
    found = SECONDS.fullmatch(text)
    if not found:
        raise _wrong(text, field)
    nanoseconds = int(found[2]) * SECOND_NS + int((found[3] or "").ljust(9, "0"))
    value = -nanoseconds if found[1] else nanoseconds
    return value, value


def _bool(text: str, field: Field) -> Range:
    value = TRUTH.get(text, number(text))
    if value is None:
        raise _wrong(text, field)
    return int(value != 0), int(value != 0)


def _ether(text: str, field: Field) -> Range:
    digits = re.sub("[:.-]", "", text)
    if not HEX_OCTETS.fullmatch(text) or len(digits) != 12:
        raise _wrong(text, field)
    return int(digits, 16), int(digits, 16)


def _ip(text: str, field: Field) -> Range:
    is_old = field.type == "ipv4"
    address, slash, prefix = text.partition("/")
    bits = 32 if is_old else 128
    if slash and not (prefix.isascii() and prefix.isdigit() and len(prefix) < 4 and int(prefix) <= bits):
        raise TextError(
            f'"{prefix[:60]}" is not the length of a prefix', f"it is 0 to {bits}, such as {address[:60]}/{bits // 4}", width=len(text)
        )
    try:
        value = int(ipaddress.IPv4Address(address) if is_old else ipaddress.IPv6Address(address))
    except ValueError:
        raise _wrong(text, field) from None
    rest = (1 << bits - int(prefix or bits)) - 1
    lowest, highest = value & ~rest, value | rest
    return (lowest, highest) if is_old else (lowest.to_bytes(16, "big"), highest.to_bytes(16, "big"))


def _date(text: str, _: Field) -> Range:
    return (date := parse_date(text)), date


_READ = {
    "uint": _uint,
    "int": _int,
    "time": _time,
    "decimal": _time,
    "date": _date,
    "bool": _bool,
    "ether": _ether,
    "ipv4": _ip,
    "ipv6": _ip,
}
