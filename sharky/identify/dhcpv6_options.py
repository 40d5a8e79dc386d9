"""DHCPv6 messages and the names in them (RFC 8415, RFC 4704).

Bounded: at most `MOST_OPTIONS` options, and messages within `MOST_RELAYS` others; what stands behind a broken option is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from sharky.identify.dns_message import read_name

MOST_OPTIONS = 128
MOST_RELAYS = 8
HEAD, RELAY_HEAD = 4, 34
RELAYED = (12, 13)
"""Types of messages that carry another one."""

CLIENT_MESSAGES = (1, 3, 4, 5, 6, 8, 9, 11)
"""Types of messages that a client sends (RFC 8415 section 7.3)."""

RELAY_MESSAGE, CLIENT_FULL_NAME = 9, 39


def full_names(octets: bytes) -> Iterator[str]:
    """Yield the full names that a client gives itself, in relayed messages too."""
    for _ in range(MOST_RELAYS):
        if not octets:
            return
        inner = b""
        for code, option in _options(octets[RELAY_HEAD if octets[0] in RELAYED else HEAD :]):
            if code == RELAY_MESSAGE:
                inner = option
            elif code == CLIENT_FULL_NAME:
                yield from _name(option[1:])
        octets = inner


def _options(octets: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    for _ in range(MOST_OPTIONS):
        length = int.from_bytes(octets[place + 2 : place + 4])
        if place + 4 + length > len(octets):
            return
        yield int.from_bytes(octets[place : place + 2]), octets[place + 4 : place + 4 + length]
        place += 4 + length


def _name(octets: bytes) -> Iterator[str]:
    """Yield a name as DNS writes it; one that is not full ends without the root."""
    try:
        name, _ = read_name(octets + b"\0", 0)
    except (IndexError, ValueError):
        return
    if name:
        yield name
