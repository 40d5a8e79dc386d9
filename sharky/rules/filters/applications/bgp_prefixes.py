"""Prefixes in BGP: networks that are told of, or gone, with labels and numbers of ways (RFC 4271, RFC 4760, RFC 7911, RFC 8277, RFC 4364).

Nothing says whether numbers of ways stand ahead of prefixes: as in Wireshark they do where the octets make sense so, and not without.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from sharky.rules.filters.applications.scan import CutOffError, Line, Scan

PLAIN, LABELLED, PRIVATE, TARGET = (1, 2, 3), 4, (128, 129, 130), 132
"""Kinds of prefixes: of networks, with labels, of private networks, and of what these let in (RFC 4684)."""

ADDRESSES = {1: ("ipv4_prefix", 32), 2: ("ipv6_prefix", 128)}
"""Families of addresses with what a prefix of them is called, and its bits."""

KNOWN = {(family, kind) for family in ADDRESSES for kind in (*PLAIN, LABELLED, *PRIVATE)} | {(1, TARGET)}
"""What is read: of private networks of IPv6 only labels, as in Wireshark."""

NUMBER, LABEL, DISTINGUISHER = 4, 3, 8
LEAST_NUMBERED = 5
TARGETS, WHOLE_TARGET, KINDS_OF_TARGETS = range(32, 97), 8, (0x0002, 0x0102, 0x0202)
LONGEST, LAST_LABEL, WITHDRAWN = 255, 1, (0, 0x800000)


class _InvalidError(Exception):
    """A prefix is longer than addresses are; what follows it cannot be read."""


def read_list(scan: Scan, end: int, name: str, least: int = 0) -> Generator[Line, None, bool]:
    """Yield the prefixes of IPv4 from where a scan is up to an end, with numbers if they have at least so many octets.

    Returns:
        Whether they all are valid.
    """
    is_numbered = end - scan.at >= least and has_numbers(scan.octets, scan.at, end, 32)
    try:
        while scan.at < end:
            yield from _prefix(scan, name, 32, is_numbered=is_numbered)
    except _InvalidError:
        return False
    return True


def read_family(scan: Scan, family: int, kind: int, ahead: str) -> Iterator[Line]:
    """Yield the prefixes of a family that fill a scan; `ahead` is what their name begins with."""
    if (family, kind) not in KNOWN:
        return
    name, bits = f"{ahead}{ADDRESSES[family][0]}", ADDRESSES[family][1]
    most = LONGEST if kind == LABELLED else bits
    try:
        while scan.left and kind == TARGET:
            yield from _target(scan)
        while scan.left:
            is_numbered = kind not in PRIVATE and has_numbers(scan.octets, scan.at, len(scan.octets), most)
            if kind in PLAIN:
                yield from _prefix(scan, name, bits, is_numbered=is_numbered)
            else:
                yield from _labelled(scan, name, bits, is_numbered=is_numbered, is_private=kind in PRIVATE)
    except _InvalidError:
        return


def has_numbers(octets: bytes, at: int, end: int, most: int) -> bool:
    """Return whether numbers of ways stand ahead of prefixes.

    >>> has_numbers(bytes([0, 0, 0, 1, 8, 10]), 0, 6, 32), has_numbers(bytes([8, 10, 8, 11]), 0, 4, 32)
    (True, False)
    """
    return _make_sense(octets, at, end, most, NUMBER) and not _make_sense(octets, at, end, most, 0)


def _make_sense(octets: bytes, at: int, end: int, most: int, ahead: int) -> bool:
    """Return whether octets are prefixes, with so many others ahead of each: of no more bits, and with none set behind these."""
    is_several, at = end - at > 1, at + ahead
    while at < end:
        if at >= len(octets):
            raise CutOffError
        bits = octets[at]
        at += 1 + (bits + 7) // 8
        if bits > most or at > end or (not ahead and not bits and is_several):
            return False
        if bits % 8 and octets[at - 1 : at] and octets[at - 1] & 0xFF >> bits % 8:
            return False
        at += ahead
    return True


def _prefix(scan: Scan, name: str, most: int, *, is_numbered: bool) -> Iterator[Line]:
    number = scan.number(NUMBER) if is_numbered else None
    length = scan.number(1)
    address = _address(scan, length, most)
    yield from _lines(number, length, name, address)


def _labelled(scan: Scan, name: str, most: int, *, is_numbered: bool, is_private: bool) -> Iterator[Line]:
    number = scan.number(NUMBER) if is_numbered else None
    length = scan.number(1)
    labels, text = _labels(scan)
    bits = length - labels * LABEL * 8
    if bits <= 0 or (is_private and bits < DISTINGUISHER * 8):
        raise _InvalidError
    if is_private:
        scan.take(DISTINGUISHER)
        bits -= DISTINGUISHER * 8
    address = _address(scan, bits, most)
    yield Line("labels", text)
    if not is_private or len(address) == 4:
        yield from _lines(number, length, name, address)


def _target(scan: Scan) -> Iterator[Line]:
    """Yield what a private network lets in: behind a network's number stands a kind, and mostly as much as a whole one has."""
    length = scan.number(1)
    if length and length not in TARGETS:
        raise _InvalidError
    if length:
        whole = Scan(scan.octets, scan.at + NUMBER)
        whole.take(WHOLE_TARGET - 2 if whole.number(2) in KINDS_OF_TARGETS else 0)
        yield Line("prefix length", length)
    scan.take((length + 7) // 8)


def _lines(number: int | None, length: int, name: str, address: bytes) -> Iterator[Line]:
    if number is not None:
        yield Line("path id", number)
    yield from (Line("prefix length", length), Line(name, int.from_bytes(address) if len(address) == 4 else address))


def _address(scan: Scan, bits: int, most: int) -> bytes:
    """Read a prefix of some bits as the address with which its network begins."""
    if bits > most:
        raise _InvalidError
    octets = scan.take((bits + 7) // 8)
    value = int.from_bytes(octets.ljust(most // 8, b"\0")) >> most - bits << most - bits
    return value.to_bytes(most // 8)


def _labels(scan: Scan) -> tuple[int, str]:
    """Read labels up to the last; return how many there are, and how Wireshark writes them."""
    written, label = "", 0
    count = 0
    while not label & LAST_LABEL:
        label = scan.number(LABEL)
        count += 1
        if count == 1 and label in WITHDRAWN:
            return 1, "0 (withdrawn)"
        written += f"{label >> 4}{' (bottom)' if label & LAST_LABEL else ','}"
    return count, written
