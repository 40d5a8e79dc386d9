"""MAC addresses of which IPv6 addresses were made, before these were private (RFC 4291, appendix A)."""

from __future__ import annotations

import dataclasses

import numpy as np

from sharky.rules.filters.occurrences import Occurrence

MAC = "mac."
"""What the columns of fields begin with that are such addresses, before the name of a field of IPv6 addresses."""

ADDRESS, IDENTIFIER = 16, 8
PLACES = (8, 9, 10, 13, 14, 15)
"""Octets of the address that are the MAC address's."""

UNIVERSAL = 0x02
MIDDLE, FILLING = slice(11, 13), (0xFF, 0xFE)


def macs_in(addresses: Occurrence) -> Occurrence:
    """Return the MAC addresses in some IPv6 addresses, as numbers of 48 bits, where there are any.

    >>> address = np.array([bytes.fromhex("fe80000000000000021788fffe000001")], "S16")
    >>> hex(macs_in(Occurrence(slice(None), address, None)).values[0])
    '0x1788000001'
    """
    octets = np.ascontiguousarray(addresses.values).view(np.uint8).reshape(-1, ADDRESS)
    is_there = (octets[:, MIDDLE] == FILLING).all(axis=1) & (octets[:, IDENTIFIER] & UNIVERSAL != 0)
    values = np.zeros(len(octets), np.uint64)
    for place in PLACES:
        values = values << np.uint64(8) | octets[:, place]
    values ^= np.uint64(UNIVERSAL << 40)
    is_there = is_there if addresses.is_there is None else is_there & addresses.is_there
    return dataclasses.replace(addresses, values=values, is_there=is_there)
