"""How long bodies of HTTP messages are (RFC 9112, section 6), and how they begin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LONGEST_BODY = 1 << 31
LONGEST_LINE = 256
LONGEST_KEPT, MOST_CHUNKS = 1 << 16, 256
LINE_END = b"\r\n"

_LENGTH = re.compile(rb"\ncontent-length:[ \t]*([0-9]{1,10})[ \t]*\r?\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_SIZE = re.compile(rb"[ \t]*(?:0[xX])?([0-9a-fA-F]{1,9})")
_WITHOUT = (b"204", b"304")


@dataclass(slots=True)
class Body:
    """What is to come behind a head.

    Attributes:
        missing: Octets that are still to come; of chunks those of the one at hand with the line end behind it.
        is_chunked: Whether chunks follow, each behind a line with its length.
        is_open: Whether it goes on to the end of the connection.
        is_over: Whether all has come.
        kept: How it begins.
        chunks: How long its chunks were.
        line: The line with a length, as far as it came.
        is_last: Whether that line is the one behind the last chunk.
    """

    missing: int = 0
    is_chunked: bool = False
    is_open: bool = False
    is_over: bool = False
    kept: bytearray = field(default_factory=bytearray)
    chunks: list[int] = field(default_factory=list)
    line: bytearray = field(default_factory=bytearray)
    is_last: bool = False

    def take(self, octets: bytes) -> bytes:
        """Take octets that come next, and return what belongs to it no more."""
        if self.is_open:
            self._keep(octets)
            return b""
        taken = min(self.missing, len(octets))
        self._keep(octets[: max(min(taken, self.missing - len(LINE_END)), 0)] if self.is_chunked else octets[:taken])
        self.missing -= taken
        octets = octets[taken:]
        if not self.is_chunked:
            self.is_over = not self.missing
            return octets
        return self._take_line(octets) if octets and not self.missing else octets

    def _keep(self, octets: bytes) -> None:
        self.kept += octets[: LONGEST_KEPT - len(self.kept)]

    def _take_line(self, octets: bytes) -> bytes:
        line, end, rest = octets.partition(b"\n")
        self.line += line[:LONGEST_LINE]
        if not end and len(self.line) < LONGEST_LINE:
            return b""
        size = _SIZE.match(self.line)
        if self.is_last or not size or int(size[1], 16) > LONGEST_BODY:
            self.is_over = True
        elif int(size[1], 16):
            self.missing = int(size[1], 16) + len(LINE_END)
            self.chunks.append(int(size[1], 16))
        else:
            self.is_last = True
            self.chunks.append(0)
        del self.chunks[MOST_CHUNKS:]
        self.line.clear()
        return rest


def body_of(head: bytes, method: bytes) -> Body:
    """Return what is to come behind a head.

    Args:
        head: All of it.
        method: Of the request that was answered.
    """
    is_response, code = head.startswith((b"HTTP/", b"ICY")), head[9:12]
    is_without = method == b"HEAD" or code in _WITHOUT or code[:1] == b"1" or (method == b"CONNECT" and code[:1] == b"2")
    length = _LENGTH.search(head)
    if is_response and is_without:
        return Body(is_over=True)
    if _CHUNKED.search(head):
        return Body(is_chunked=True)
    if length and int(length[1]) < LONGEST_BODY:
        return Body(missing=int(length[1]), is_over=int(length[1]) == 0)
    return Body(is_open=is_response, is_over=not is_response)
