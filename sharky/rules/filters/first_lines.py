"""Lines with which FTP speaks (RFC 959 sections 4 and 5.3, RFC 2428)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line

LONGEST_LINE = 1 << 10

_ANSWER = re.compile(r"([0-9]{3})(?:[ -](.*)|$)")
_PLACE = re.compile(",".join(["([0-9]{1,3})"] * 6))
_EXTENDED = re.compile(r"\(\|\|\|([0-9]{1,5})\|\)")
_COMMAND = re.compile(r"([A-Za-z]{3,4})(?:\s+(.*))?")


def read_ftp(octets: bytes, *, is_asked: bool) -> Iterator[Line]:
    r"""Yield what the first line says with which a segment of FTP begins: a command or the code of an answer, and what is behind it.

    >>> [line.value for line in read_ftp(b"USER anna\r\n", is_asked=True)]
    ['1', '0', 'USER', 'anna']
    """
    first = _first(octets)
    yield from (Line(":request", str(int(is_asked))), Line(":response", str(int(not is_asked))))
    names = (":command", ":argument") if is_asked else (":code", ":answer")
    found = (_COMMAND if is_asked else _ANSWER).fullmatch(first)
    if found:
        yield from (Line(name, value) for name, value in zip(names, found.groups(), strict=True) if value)
        yield from _ports(*(value or "" for value in found.groups()))
    elif not is_asked and first:
        yield Line(":answer", first)


def _ports(what: str, argument: str) -> Iterator[Line]:
    """Yield where the connection is awaited that carries a file."""
    kind = {"227": "passive", "PORT": "active"}.get(what.upper())
    numbers, extended = _PLACE.search(argument), _EXTENDED.search(argument)
    if kind and numbers:
        *address, high, low = (int(number) & 0xFF for number in numbers.groups())
        yield from (Line(f":{kind} address", int.from_bytes(address)), Line(f":{kind} port", high << 8 | low))
    if what == "229" and extended:
        yield Line(":extended passive port", int(extended[1]) & 0xFFFF)


def _first(octets: bytes) -> str:
    return octets[:LONGEST_LINE].partition(b"\n")[0].removesuffix(b"\r").decode("utf-8", "surrogateescape")
