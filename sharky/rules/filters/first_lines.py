"""Lines with which FTP speaks (RFC 959 sections 4 and 5.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line

LONGEST_LINE = 1 << 10

_ANSWER = re.compile(r"([0-9]{3})(?:[ -](.*)|$)")
_COMMAND = re.compile(r"([A-Za-z]{3,4})(?:\s+(.*))?")


def read_ftp(octets: bytes) -> Iterator[Line]:
    r"""Yield what the first line says with which a segment of FTP begins: a command or the code of an answer, and what is behind it.

    >>> [line.value for line in read_ftp(b"USER anna\r\n")]
    ['1', '0', 'USER', 'anna']
    """
    first = _first(octets)
    answer, command = _ANSWER.fullmatch(first), _COMMAND.fullmatch(first)
    names = (":code", ":answer") if answer else (":command", ":argument")
    found = answer or command
    if found:
        yield from (Line(":request", str(int(answer is None))), Line(":response", str(int(answer is not None))))
        yield from (Line(name, value) for name, value in zip(names, found.groups(), strict=True) if value)


def _first(octets: bytes) -> str:
    return octets[:LONGEST_LINE].partition(b"\n")[0].removesuffix(b"\r").decode("utf-8", "surrogateescape")
