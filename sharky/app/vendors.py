"""Who made a device: the IEEE registry of MAC addresses, as scapy brings it along, with its blocks of 28 and 36 bits too.

Nothing is downloaded. The registry is a text of some megabytes, a line a block in the order of addresses; it is loaded with
the first look-up and searched as it is, since a house has few devices and a table of it would take many times the memory.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec

from sharky.app.memory import give_back_freed_memory

BLOCK = 3
"""Octets of the largest blocks."""

SHARED = "IEEE Registration Authority"
"""Who keeps the blocks of which parts were given away; the text has only these parts."""

REMEMBERED = 4096
"""Blocks whose vendor is remembered."""


def vendor_of(mac: bytes) -> str:
    r"""Return to whom a MAC address was given, empty where nobody is known; of its first 24 bits alone to whom all of their block was.

    >>> vendor_of(b"\xdc\xa6\x32\x01\x02\x03"), vendor_of(b"\x00\x1b\xc5\x00\x10\x03"), vendor_of(b"\xde\xad\xbe\xef\x00\x00")
    ('Raspberry Pi Trading Ltd', 'OpenRB.com, Direct SIA', '')
    >>> vendor_of(b"\x00\x1b\xc5")
    'IEEE Registration Authority'
    """
    return _vendor(mac[:4] + bytes([mac[4] & 0xF0]) if len(mac) > BLOCK else mac)


def load_vendors() -> None:
    """Load the registry ahead of the first look-up, which would wait for it (0.1 s here, ten times that on a small board)."""
    _registry()
    give_back_freed_memory()


@lru_cache(REMEMBERED)
def _vendor(block: bytes) -> str:
    whole = block.hex(":").upper()
    line = _first_line(whole[:8])
    if line.startswith(f"{whole[:8]}:"):
        if len(block) == BLOCK:
            return SHARED
        parts = (f"{whole}/36", f"{whole[:10]}0/28")
        line = next((line for part in parts if (line := _first_line(part))), "")
    return line.rpartition("\t")[2].strip()


def _first_line(begin: str) -> str:
    """Return the first line that begins so, empty where there is none, by halving the text again and again."""
    text, begins = _registry(), begin.encode()
    low, high = 0, len(text)
    while low < high:
        start = max(low, text.rfind(b"\n", low, (low + high) // 2) + 1)
        end = _end(text, start)
        if text[start:end] < begins:
            low = end + 1
        else:
            high = start
    return text[low : _end(text, low)].decode() if text.startswith(begins, low) else ""


def _end(text: bytes, start: int) -> int:
    """Return where a line ends; the last may do without a sign of it."""
    end = text.find(b"\n", start)
    return end if end >= 0 else len(text)


@cache
def _registry() -> bytes:
    """Return the text, of which only this is kept: as Python's characters, which its module holds, it takes twice the memory."""
    spec = find_spec("scapy.libs.manuf")
    if spec is None or spec.loader is None:
        return b""
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return bytes(vars(module).pop("DATA"), "utf-8")
