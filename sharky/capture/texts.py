"""What a pcapng file says in words of its sections and interfaces (draft-ietf-opsawg-pcapng sections 3.5, 4.1 and 4.2)."""

from __future__ import annotations

import struct

from sharky.capture.options import Odd, Options
from sharky.model.captures import Interface

COMMENT = 1
OF_SECTION = {COMMENT: "comment", 2: "hardware", 3: "system", 4: "application"}
"""Options opt_comment, shb_hardware, shb_os and shb_userappl, by what `Section` calls them."""

OF_INTERFACE = {2: "name", 3: "description", 11: "filter", 12: "system", 15: "hardware", COMMENT: "comment"}
"""Options if_name, if_description, if_filter, if_os, if_hardware and opt_comment, by what `Interface` calls them."""

LONGEST_TEXT = 512
"""Octets of a text that are kept; Linux allows names of 15, Windows' device paths have about 50, a filter may be longer than either."""

LONGEST_COMMENT = 4096
"""Octets of a comment that are kept; programs that merge captures write a line for each."""

MOST_TEXT = 8 << 20
"""Characters that are kept of all texts of a file."""

IF_FILTER = 11
FILTER_TEXT = b"\0"
"""What a filter begins with that is written in words; others are programs."""


class Texts:
    """Reads the texts of one file."""

    def __init__(self) -> None:
        self._left = MOST_TEXT

    def found(self, options: Options, names: dict[int, str]) -> tuple[dict[str, str], list[Odd]]:
        """Return the texts among some options by their names, comments one a line, and what is odd: that the file has too many to keep."""
        texts: dict[str, str] = {}
        for code, value in options:
            name = names.get(code)
            text = text_of(code, value) if name else ""
            if name and text:
                texts[name] = f"{texts[name]}\n{text}"[:LONGEST_COMMENT] if code == COMMENT and name in texts else text
        self._left -= sum(map(len, texts.values()))
        if texts and self._left < 0:
            return {}, [Odd("texts_forgotten", f"all texts of sections and interfaces are longer than {MOST_TEXT:,} characters")]
        return texts, []


def text_of(code: int, value: bytes) -> str:
    """Return the text that an option holds, which ends at a zero octet as at its end; nothing for a filter that is a program.

    >>> text_of(2, b"eth0" + bytes(1)), text_of(11, bytes(1) + b"port 53")
    ('eth0', 'port 53')
    """
    if code == IF_FILTER:
        value = value[1:] if value[:1] == FILTER_TEXT else b""
    longest = LONGEST_COMMENT if code == COMMENT else LONGEST_TEXT
    return value.partition(b"\0")[0][:longest].decode("utf-8", "replace")


def options_of(interface: Interface) -> bytes:
    """Return the options, little-endian, that hold an interface's texts; none for those that it has not."""
    options = b""
    for code, attribute in OF_INTERFACE.items():
        value = getattr(interface, attribute).encode("utf-8", "replace")
        if value:
            value = FILTER_TEXT + value if code == IF_FILTER else value
            options += struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)
    return options
