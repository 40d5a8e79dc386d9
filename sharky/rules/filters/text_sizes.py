"""How long messages over TCP are that have a head of lines, and a body where that says how long it is, as those of SIP and RTSP.

A size is 0 where no message begins so, and None where more has to come before it is known.
"""

from __future__ import annotations

import re
from functools import partial

LONGEST_HEAD, LONGEST = 1 << 14, 1 << 20
INTERLEAVED, INTERLEAVED_HEAD = 0x24, 4

_ENDS = (b"\n\n", b"\n\r\n")
"""Looked for first, since many small segments may each ask for all of a head."""

_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"\n(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,7})[ \t]*\r?\n", re.IGNORECASE)
_SIP = re.compile(rb"(?:SIP/2\.0 [1-6]|[A-Z]+ [^\r\n]+ SIP/2\.0\r?\n)")
_RTSP = re.compile(rb"(?:RTSP/[12]\.[0-9] [1-6]|[A-Z_]+ [^\r\n]+ RTSP/[12]\.[0-9]\r?\n)")


def _size(octets: bytes, first: re.Pattern[bytes]) -> int | None:
    if not first.match(octets):
        return 0
    head = _END.search(octets) if any(end in octets for end in _ENDS) else None
    if not head:
        return None if len(octets) < LONGEST_HEAD else 0
    length = _LENGTH.search(octets, 0, head.start() + 2)
    size = head.end() + (int(length[1]) if length else 0)
    return size if size <= LONGEST else 0


sip_size = partial(_size, first=_SIP)


def rtsp_size(octets: bytes) -> int | None:
    r"""Tell how long a message of RTSP is, or what stands between messages of sounds and pictures (RFC 2326, section 10.12).

    >>> rtsp_size(b"RTSP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n"), rtsp_size(b"$\0\1\0"), rtsp_size(b"OPTIONS * RTSP/1.0\r\nCSeq")
    (41, 260, None)
    """
    if octets[0] == INTERLEAVED:
        return None if len(octets) < INTERLEAVED_HEAD else INTERLEAVED_HEAD + int.from_bytes(octets[2:INTERLEAVED_HEAD])
    return _size(octets, _RTSP)
