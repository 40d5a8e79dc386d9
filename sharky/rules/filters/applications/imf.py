"""Headers of a mail (RFC 5322 section 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, text_of

MOST_HEADERS = 200
NAMES = frozenset(
    (
        *("date", "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references", "subject", "comments"),
        *("keywords", "user-agent", "return-path", "received", "mime-version", "importance", "priority", "delivered-to"),
        *("content-type", "content-transfer-encoding", "x-mailer"),
    )
)
_HEADER = re.compile(rb"([!-9;-~]+):[ \t]*((?:[^\r\n]|\r?\n[ \t]|\r(?!\n))*)\r?\n")


def read_imf(octets: bytes) -> Iterator[Line]:
    r"""Yield that there is a mail, and its headers in the order of lines; those in several lines keep their ends.

    >>> [line.value for line in read_imf(b"Subject: Tea\r\n at five\r\n\r\nSee you.")]
    [1, 'Tea\r\n at five']
    """
    yield Line("mail", 1)
    at = 0
    for _ in range(MOST_HEADERS):
        header = _HEADER.match(octets, at)
        if not header:
            return
        name = text_of(header[1]).lower()
        if name in NAMES:
            yield Line(name, text_of(header[2]))
        at = header.end()
