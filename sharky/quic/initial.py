"""QUIC's first packets: taking off the protection that everybody can take off (RFC 9000 section 17.2.2, RFC 9001 section 5).

The keys of an Initial are made from the version and from the connection identifier that the client chose for the
server, so whoever sees the packet can read the hello in it. Bounded: at most `MOST_PACKETS` packets of one datagram and
`MOST_FRAMES` frames of one packet are read; what makes no sense ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from sharky.quic.versions import QuicVersion, quic_versions

MOST_PACKETS = 4
MOST_FRAMES = 128
MOST_IDENTIFIER = 20
SAMPLE = 16
KEY, VECTOR, SECRET = 16, 12, 32

CLIENT, SERVER = "client in", "server in"
"""The labels of the secrets of both sides (RFC 9001 section 5.2)."""

PADDING, PING, ACK, ACK_ECN, CRYPTO = 0, 1, 2, 3, 6
"""Frames that an Initial may carry (RFC 9000 section 12.4), besides those that close the connection."""


@dataclass(frozen=True, slots=True)
class Initial:
    """One protected Initial packet within a datagram.

    Attributes:
        version: How it is protected.
        identifier: Of the connection, as the sender names the receiver.
        sender: The same, as the sender names itself.
        datagram: All octets of the datagram.
        begin: Its first octet.
        number: Where the packet number begins.
        end: The first octet behind it.
    """

    version: QuicVersion
    identifier: bytes
    sender: bytes
    datagram: bytes
    begin: int
    number: int
    end: int


def read_initials(datagram: bytes) -> Iterator[Initial]:
    """Yield the Initial packets of a datagram; one of a version that may be protected in several ways comes once for each."""
    place = 0
    try:
        for _ in range(MOST_PACKETS):
            versions = quic_versions(int.from_bytes(datagram[place + 1 : place + 5]))
            if not datagram[place] & 0x80 or not versions:
                return
            kind = datagram[place] >> 4 & 3
            identifier, behind = _read_identifier(datagram, place + 5)
            sender, behind = _read_identifier(datagram, behind)
            is_initial = kind == versions[0].initial_type
            if is_initial:
                token, behind = read_integer(datagram, behind)
                behind += token
            length, number = read_integer(datagram, behind)
            end = number + length
            if end > len(datagram):
                return
            if is_initial:
                yield from (Initial(version, identifier, sender, datagram, place, number, end) for version in versions)
            place = end
    except IndexError:
        return


def _read_identifier(octets: bytes, place: int) -> tuple[bytes, int]:
    length = octets[place]
    if length > MOST_IDENTIFIER:
        raise IndexError("an identifier that is too long")
    return octets[place + 1 : place + 1 + length], place + 1 + length


def read_integer(octets: bytes, place: int) -> tuple[int, int]:
    """Read a number of variable length (RFC 9000 section 16) and return it with the place behind it.

    Raises:
        IndexError: Where the octets end within it.

    >>> read_integer(bytes.fromhex("7bbd"), 0)
    (15293, 2)
    """
    width = 1 << (octets[place] >> 6)
    if place + width > len(octets):
        raise IndexError("a number that does not end")
    return int.from_bytes(octets[place : place + width]) & ((1 << 8 * width - 2) - 1), place + width


class Opened(NamedTuple):
    """What was protected of an Initial: its first octet, its number, and what it carries."""

    first: int
    number: int
    payload: bytes

    @property
    def width(self) -> int:
        """Return in how many octets the number stands."""
        return (self.first & 3) + 1


class InitialKeys:
    """What protects the Initials that one side sends."""

    def __init__(self, version: QuicVersion, identifier: bytes, side: str = CLIENT) -> None:
        initial = _authenticate(version.salt, identifier)
        secret = _expand(initial, side, SECRET)
        self._payload = AESGCM(_expand(secret, f"{version.prefix} key", KEY))
        self._vector = _expand(secret, f"{version.prefix} iv", VECTOR)
        self._header = Cipher(AES(_expand(secret, f"{version.prefix} hp", KEY)), ECB()).encryptor()  # noqa: S305  RFC 9001 section 5.4.3

    def open(self, initial: Initial) -> bytes | None:
        """Return what a packet carries, None where these keys do not open it."""
        opened = self.unprotect(initial)
        return opened and opened.payload

    def unprotect(self, initial: Initial) -> Opened | None:
        """Return all that was protected of a packet, None where these keys do not open it."""
        datagram, number = initial.datagram, initial.number
        sample = datagram[number + 4 : number + 4 + SAMPLE]
        if len(sample) < SAMPLE:
            return None
        mask = self._header.update(sample)
        first = datagram[initial.begin] ^ mask[0] & 0x0F
        width = (first & 3) + 1
        packet_number = int.from_bytes(datagram[number : number + width]) ^ int.from_bytes(mask[1 : 1 + width])
        header = bytes([first]) + datagram[initial.begin + 1 : number] + packet_number.to_bytes(width)
        nonce = (int.from_bytes(self._vector) ^ packet_number).to_bytes(VECTOR)
        try:
            return Opened(first, packet_number, self._payload.decrypt(nonce, datagram[number + width : initial.end], header))
        except InvalidTag:
            return None


def _expand(secret: bytes, label: str, length: int) -> bytes:
    """HKDF-Expand-Label of TLS 1.3 (RFC 8446 section 7.1) without context; one block is enough for all that is asked for."""
    return _authenticate(secret, _expansion(label, length))[:length]


def _authenticate(key: bytes, octets: bytes) -> bytes:
    """HMAC with SHA-256, of the library that decrypts: Python's own would load the whole of OpenSSL a second time."""
    code = HMAC(key, SHA256())
    code.update(octets)
    return code.finalize()


@cache
def _expansion(label: str, length: int) -> bytes:
    name = b"tls13 " + label.encode("ascii")
    return length.to_bytes(2) + bytes([len(name)]) + name + b"\0\1"


def crypto_frames(payload: bytes, crypto: int = CRYPTO) -> Iterator[tuple[int, bytes]]:
    """Yield offset and octets of each frame of type `crypto`, up to a frame that an Initial may not carry."""
    place = 0
    try:
        for _ in range(MOST_FRAMES):
            place += len(payload) - place - len(payload[place:].lstrip(b"\0"))
            kind = payload[place]
            place += 1
            if kind == crypto:
                offset, place = read_integer(payload, place)
                length, place = read_integer(payload, place)
                yield offset, payload[place : place + length]
                place += length
            elif kind in (ACK, ACK_ECN):
                place = _skip_acknowledgement(payload, place, has_counts=kind == ACK_ECN)
            elif kind != PING:
                return
    except IndexError:
        return


def _skip_acknowledgement(payload: bytes, place: int, *, has_counts: bool) -> int:
    """Return the place behind an ACK frame (RFC 9000 section 19.3)."""
    for _ in range(2):
        _, place = read_integer(payload, place)
    ranges, place = read_integer(payload, place)
    for _ in range(min(2 * ranges, len(payload)) + 1 + 3 * has_counts):
        _, place = read_integer(payload, place)
    return place
