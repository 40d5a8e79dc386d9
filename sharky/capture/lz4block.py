"""A damaged block of lz4, unpacked up to the damage: the library says only that there is some (lz4_Block_format.md)."""

from __future__ import annotations

WINDOW_OCTETS = 64 << 10
"""How far back a match may reach."""

SHORTEST_MATCH = 4
LONG = 15
"""A length of so much goes on in further octets."""


def unpack_sound(block: bytes, before: bytes, most: int) -> bytes:
    r"""Return what the octets of a block stand for, up to the first that cannot be.

    Args:
        block: Its octets, or their beginning.
        before: What was unpacked ahead of it.
        most: No more octets than these are returned.

    >>> unpack_sound(b"\x53shark\x05\x00\x20", b"", 100)
    b'sharksharksh'
    """
    unpacked, at = bytearray(before[-WINDOW_OCTETS:]), 0
    begin = len(unpacked)
    try:
        while len(unpacked) - begin < most:
            token = block[at]
            literals, at = _length(block, at + 1, token >> 4)
            unpacked += block[at : at + literals]
            at += literals
            distance = block[at] | block[at + 1] << 8
            if not 0 < distance <= len(unpacked):
                break
            match, at = _length(block, at + 2, token & LONG)
            match = min(match + SHORTEST_MATCH, most)
            source = unpacked[-distance:][:match]
            unpacked += (source * (match // distance + 1))[:match]
    except IndexError:
        pass
    return bytes(unpacked[begin : begin + most])


def _length(block: bytes, at: int, length: int) -> tuple[int, int]:
    """Return a length that begins with these four bits, and where the octets behind it begin."""
    more = 255 * (length == LONG)
    while more == 255:
        more = block[at]
        length, at = length + more, at + 1
    return length, at
