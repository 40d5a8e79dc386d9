"""The options at the end of a pcapng block (draft-ietf-opsawg-pcapng section 3.5)."""

from __future__ import annotations

import struct
from typing import NamedTuple

MOST_OPTIONS = 1024
"""A block of 129 MiB has room for 33 million, and writers put a dozen there."""

Options = list[tuple[int, bytes]]
"""Codes and values."""


class Odd(NamedTuple):
    """What is odd about a block: the counter for it, and how it is said."""

    counter: str
    reason: str


def read_options(octets: memoryview, order: str) -> tuple[Options, list[Odd]]:
    """Return the options of a block up to the first that cannot be read, and what is odd about that.

    >>> read_options(memoryview(bytes.fromhex("0300 0200 4869 0000")), "<")
    ([(3, b'Hi')], [])
    """
    options: Options = []
    at = 0
    while at + 4 <= len(octets):
        code, length = struct.unpack_from(order + "HH", octets, at)
        at += 4
        if not code:
            break
        if at + length > len(octets):
            return options, [Odd("broken_options", f"an option claims {length:,} octets, and its block has room for {len(octets) - at:,}")]
        if len(options) == MOST_OPTIONS:
            return options, [Odd("broken_options", f"a block has more than {MOST_OPTIONS:,} options")]
        options.append((code, bytes(octets[at : at + length])))
        at += length + -length % 4
    return options, []
