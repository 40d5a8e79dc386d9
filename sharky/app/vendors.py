"""Who made a device: the IEEE registry of MAC addresses, as scapy brings it along, with its blocks of 28 and 36 bits too.

Nothing is downloaded. The registry is a text of some megabytes, a line a block in the order of addresses; it is loaded with
the first look-up and searched as it is, since a house has few devices and a table of it would take many times the memory.
"""

from __future__ import annotations

from functools import cache, lru_cache

REMEMBERED = 4096
"""Blocks whose vendor is remembered."""


def vendor_of(mac: bytes) -> str:
    r"""Return to whom a MAC address was given, empty where nobody is known.

    >>> vendor_of(b"\xdc\xa6\x32\x01\x02\x03"), vendor_of(b"\x00\x1b\xc5\x00\x10\x03"), vendor_of(b"\xde\xad\xbe\xef\x00\x00")
    ('Raspberry Pi Trading Ltd', 'OpenRB.com, Direct SIA', '')
    """
    return _vendor(mac[:4] + bytes([mac[4] & 0xF0]))


@lru_cache(REMEMBERED)
def _vendor(block: bytes) -> str:
    whole = block.hex(":").upper()
    medium = f"{whole[:10]}0/28"
    for begin in (f"{whole}/36", medium, f"{whole[:8]} "):
        at = _registry().find(f"\n{begin}")
        if at >= 0:
            line = _registry()[at + 1 : _registry().find("\n", at + 1)]
            return line.rpartition("\t")[2].strip()
    return ""


@cache
def _registry() -> str:
    from scapy.libs.manuf import DATA

    return f"\n{DATA}\n"
