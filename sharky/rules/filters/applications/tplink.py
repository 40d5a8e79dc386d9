"""Plugs and lamps of TP-Link: JSON that is disguised by the octet before (as softScheck found in 2016)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.json_texts import read_json
from sharky.rules.filters.applications.scan import Line, text_of

FIRST_KEY = 171
BEGINS = ord("{") ^ FIRST_KEY


def read_tplink(octets: bytes) -> Iterator[Line]:
    """Yield what a command or an answer says; over TCP its length stands ahead of it."""
    if octets[:1] != bytes([BEGINS]):
        octets = octets[4:]
    keys = bytes([FIRST_KEY]) + octets[:-1]
    text = (int.from_bytes(octets) ^ int.from_bytes(keys[: len(octets)])).to_bytes(len(octets)) if octets else b""
    if text.startswith(b"{"):
        yield Line("msg", text_of(text))
        yield from read_json(text)
