"""The hello of Google's own QUIC, before it took TLS: a CHLO message of tags and values (QUIC Crypto, sections "Handshake message format").

Bounded: `MOST_TAGS` tags, and nothing is read behind an offset that lies.
"""

from __future__ import annotations

from sharky.identify.text import from_octets

HELLO = b"CHLO"
SERVER_NAME = b"SNI\0"
MOST_TAGS = 64
TAG = 8
"""Octets of a tag and of the offset at which its value ends."""


def google_server_name(octets: bytes) -> str | None:
    r"""Return the server's name in a hello, empty where it does not say; None where there is no hello.

    >>> google_server_name(b"\xa0\x01CHLO\x01\0\0\0SNI\0\x07\0\0\0a.testx")
    'a.testx'
    """
    begin = octets.find(HELLO)
    if begin < 0:
        return None
    count = int.from_bytes(octets[begin + 4 : begin + 6], "little")
    tags = begin + 8
    values, start = tags + count * TAG, 0
    for place in range(tags, tags + min(count, MOST_TAGS) * TAG, TAG):
        end = int.from_bytes(octets[place + 4 : place + TAG], "little")
        if octets[place : place + 4] == SERVER_NAME:
            name = octets[values + start : values + end]
            return from_octets(name) if len(name) == end - start else ""
        start = end
    return ""
