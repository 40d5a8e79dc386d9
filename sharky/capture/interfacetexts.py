"""What a pcapng file says of an interface in words: its options of text (draft-ietf-opsawg-pcapng section 4.2)."""

from __future__ import annotations

import struct

from sharky.model.captures import Interface

CODES = {2: "name", 3: "description", 11: "filter", 12: "system"}
"""Options if_name, if_description, if_filter and if_os, by what `Interface` calls them."""

LONGEST_TEXT = 512
"""Octets of a text that are kept; Linux allows names of 15, Windows' device paths have about 50, a filter may be longer than either."""

IF_FILTER = 11
FILTER_TEXT = b"\0"
"""What a filter begins with that is written in words; others are programs."""


def text_of(code: int, value: bytes) -> str:
    """Return the text that an option holds, which ends at a zero octet as at its end; nothing for a filter that is a program.

    >>> text_of(2, b"eth0" + bytes(1)), text_of(11, bytes(1) + b"port 53")
    ('eth0', 'port 53')
    """
    if code == IF_FILTER:
        value = value[1:] if value[:1] == FILTER_TEXT else b""
    return value.partition(b"\0")[0][:LONGEST_TEXT].decode("utf-8", "replace")


def options_of(interface: Interface) -> bytes:
    """Return the options, little-endian, that hold an interface's texts; none for those that it has not."""
    options = b""
    for code, attribute in CODES.items():
        value = getattr(interface, attribute).encode("utf-8", "replace")
        if value:
            value = FILTER_TEXT + value if code == IF_FILTER else value
            options += struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)
    return options
