"""Calls and replies of NFS over TCP as they are on the wire."""

from __future__ import annotations

from struct import pack


def marked(octets: bytes) -> bytes:
    """Return a message behind the mark of a record."""
    return pack("!I", 0x80000000 | len(octets)) + octets


UNIX = pack("!II", 1, 32) + pack("!II", 7, 8) + b"teapot-1" + pack("!IIII", 1000, 100, 1, 100)
CALL = pack("!IIIIII", 5, 0, 2, 100003, 3, 1) + UNIX + bytes(8) + pack("!I", 32) + bytes(32)
REPLY = pack("!III", 5, 1, 0) + bytes(8) + pack("!II", 0, 2)
NULL = pack("!IIIIII", 6, 0, 2, 100003, 3, 0) + bytes(16)
DONE = pack("!III", 6, 1, 0) + bytes(8) + pack("!I", 0)
CALLS = [[marked(CALL)[:50], marked(CALL)[50:]], [marked(REPLY)], [marked(NULL)], [marked(DONE)]]
