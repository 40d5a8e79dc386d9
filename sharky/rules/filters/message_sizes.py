"""How long messages over TCP are, by how they begin.

A size is 0 where no message begins so, and None where more has to come before it is known.
"""

from __future__ import annotations

from dataclasses import dataclass

KNOWN_BY = 3
LONGEST = 1 << 24
SEQUENCE, LONG_LENGTH = 0x30, 0x80
MOST_VARYING = 4
SESSION_KINDS, SESSION_HEAD = (0, *range(0x81, 0x86)), 4


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the length of messages stands in their heads.

    Attributes:
        head: Octets of which as many have to be there.
        offset, width: Of the length.
        order: "big" or "little".
        plus: What is added to the length.
        lowest, highest: Bounds of what the first octets are as a number, of which a head may have fewer.
    """

    head: int
    offset: int
    width: int
    order: str
    plus: int
    lowest: int
    highest: int

    def size_of(self, octets: bytes) -> int | None:
        """Tell how long a message is that begins with some octets."""
        if len(octets) < self.head:
            return None
        if not self.lowest <= int.from_bytes(octets[:KNOWN_BY]) <= self.highest:
            return 0
        length = octets[self.offset : self.offset + self.width]
        size = int.from_bytes(length, "little" if self.order == "little" else "big") + self.plus
        return size if self.head <= size <= LONGEST else 0


def ldap_size(octets: bytes) -> int | None:
    """Tell how long a message of LDAP is, which is a sequence in BER (RFC 4511, section 5.1).

    >>> ldap_size(bytes([0x30, 0x0C, 2])), ldap_size(bytes([0x30, 0x84, 0, 0, 1, 0]))
    (14, 262)
    """
    if octets[0] != SEQUENCE:
        return 0
    if len(octets) < 2:
        return None
    count = octets[1] - LONG_LENGTH
    if count < 0:
        return 2 + octets[1]
    if not 0 < count <= MOST_VARYING:
        return 0
    size = 2 + count + int.from_bytes(octets[2 : 2 + count])
    return None if len(octets) < 2 + count else size if size <= LONGEST else 0


def nbss_size(octets: bytes) -> int:
    """Tell how long a message of a session of NetBIOS is (RFC 1002, section 4.3.1); as in Wireshark none begins with less than a head.

    >>> nbss_size(bytes([0, 1, 0, 0])), nbss_size(bytes([0x85, 0])), nbss_size(b"data")
    (65540, 0, 0)
    """
    if len(octets) < SESSION_HEAD or octets[0] not in SESSION_KINDS or octets[1] > 1:
        return 0
    return SESSION_HEAD + int.from_bytes(octets[1:SESSION_HEAD])


def mqtt_size(octets: bytes) -> int | None:
    """Tell how long a message of MQTT is (MQTT 3.1.1, section 2.2.3).

    >>> mqtt_size(bytes([0x30, 0x80, 1])), mqtt_size(bytes([0x30, 0x80]))
    (131, None)
    """
    size = 0
    for place, octet in enumerate(octets[1 : 1 + MOST_VARYING]):
        size |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            return 2 + place + size
    return None if len(octets) <= MOST_VARYING else 0


def pgsql_size(octets: bytes) -> int | None:
    r"""Tell how long a message of PostgreSQL is: the first one and the answer whether to encrypt have no letter ahead of a length.

    >>> pgsql_size(b"Q\0\0\0\x0d"), pgsql_size(b"\0\0\0\x08\x04"), pgsql_size(b"N")
    (14, 8, 1)
    """
    if octets in (b"N", b"S"):
        return 1
    begin = int(octets[0] != 0)
    if len(octets) < begin + 4:
        return None
    size = begin + int.from_bytes(octets[begin : begin + 4])
    return size if begin + 4 <= size <= LONGEST else 0
