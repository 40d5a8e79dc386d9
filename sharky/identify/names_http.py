"""The names in the head of an HTTP request (RFC 9112).

Bounded: `MOST_HEADS` requests in one go, `MOST_LINES` lines of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.identify.text import from_octets

MOST_HEADS = 16
MOST_LINES = 100

METHODS = (
    *("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE"),
    *("LOCK", "UNLOCK", "REPORT", "SEARCH", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY", "POLL", "BPROPFIND", "M-SEARCH", "SOURCE"),
)

_BEGINS = tuple(f"{method} ".encode() for method in METHODS)

END = re.compile(rb"\r?\n\r?\n")
_REQUEST = re.compile(rb"[A-Z-]{3,16} [^\r\n]* HTTP/\d\.\d\r?$")

Headers = list[tuple[str, str]]
"""Names in small letters, and values."""


def read_heads(octets: bytes) -> tuple[list[Headers], bool]:
    """Read the heads of requests, up to one that is not whole.

    Returns:
        The headers of each, and whether nothing more of the last one is to come.
    """
    heads: list[Headers] = []
    for _ in range(MOST_HEADS):
        if not octets.startswith(_BEGINS):
            return heads, True
        head, *rest = END.split(octets, maxsplit=1)
        lines = head.split(b"\n", MOST_LINES)
        if not _REQUEST.match(lines[0]):
            return heads, bool(rest) or len(lines) > 1
        heads.append(list(_headers(lines[1:MOST_LINES] if rest else lines[1 : min(len(lines) - 1, MOST_LINES)])))
        if not rest:
            return heads, False
        octets = rest[0]
    return heads, True


def _headers(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            yield from_octets(name.strip()).lower(), from_octets(value.strip())
