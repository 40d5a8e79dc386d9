"""TLS records and the client's hello (RFC 8446 sections 4.1.2 and 5.1), as far as the octets that are there show them.

Bounded: at most `MOST_RECORDS` records and `MOST_EXTENSIONS` extensions; nothing is read behind a length that lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

from sharky.identify.text import from_octets

MOST_RECORDS = 16
MOST_EXTENSIONS = 64
RECORD_HEAD = 5
HANDSHAKE = 22
CLIENT_HELLO = 1
SERVER_NAME, PROTOCOLS, ENCRYPTED_HELLO = 0, 16, 0xFE0D
"""Extensions: server_name (RFC 6066), application_layer_protocol_negotiation (RFC 7301), encrypted_client_hello (RFC 9849)."""

OF_USE = (SERVER_NAME, PROTOCOLS, ENCRYPTED_HELLO)

RANDOM_END = 34
"""Two octets of version and 32 of random come first in a hello."""

EXTENSION = Struct(">HH")
"""Number and length."""

BEFORE_EXTENSIONS = (1, 2, 1)
"""Octets of the lengths of session identifier, cipher suites and compression methods."""

DATAGRAM_BEFORE_EXTENSIONS = (1, 1, 2, 1)
"""The same in DTLS, which has a cookie behind the session identifier (RFC 6347 section 4.2.1)."""


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What a client says first.

    Attributes:
        server_name: Of the server that it wants; empty where it does not say.
        protocols: What it would speak on top, such as "h2".
        is_whole: Whether all of it was there; else names may be missing.
        is_encrypted: Whether the hello that counts is encrypted within; the name is then that of the house and not of the flat,
            or the true one where the client only pretends, which nobody outside can tell.
    """

    server_name: str
    protocols: tuple[str, ...]
    is_whole: bool
    is_encrypted: bool = False


def records(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and content of each record at the beginning of a segment; the last one may be cut."""
    place = 0
    for _ in range(MOST_RECORDS):
        head = octets[place : place + RECORD_HEAD]
        if len(head) < RECORD_HEAD or not 20 <= head[0] <= 24 or head[1] != 3:
            return
        length = int.from_bytes(head[3:5])
        yield head[0], octets[place + RECORD_HEAD : place + RECORD_HEAD + length]
        place += RECORD_HEAD + length


def parse_client_hello(handshake: bytes) -> ClientHello | None:
    """Read a handshake message, without the record around it; None where it is no client's hello."""
    if len(handshake) < 4 + RANDOM_END or handshake[0] != CLIENT_HELLO:
        return None
    size = int.from_bytes(handshake[1:4])
    return parse_hello_body(handshake[4 : 4 + size], size)


def parse_hello_body(body: bytes, size: int, before: tuple[int, ...] = BEFORE_EXTENSIONS) -> ClientHello:
    """Read what stands behind the head of a client's hello.

    Args:
        body: As much of it as is there.
        size: How long it is.
        before: Octets of each length that comes ahead of the extensions.
    """
    place = RANDOM_END
    for width in before:
        place += width + int.from_bytes(body[place : place + width])
    found = _extensions(body, place + 2)
    return ClientHello(
        _server_name(found.get(SERVER_NAME, b"")),
        _protocols(found.get(PROTOCOLS, b"")),
        is_whole=len(body) == size,
        is_encrypted=ENCRYPTED_HELLO in found,
    )


def _extensions(octets: bytes, place: int) -> dict[int, bytes]:
    """Return the extensions that are of use; this is the longest way that a hello goes, so nothing else is taken out."""
    found: dict[int, bytes] = {}
    last = len(octets) - EXTENSION.size
    for _ in range(MOST_EXTENSIONS):
        if place > last:
            break
        number, length = EXTENSION.unpack_from(octets, place)
        place += EXTENSION.size
        if place + length > len(octets):
            break
        if number in OF_USE:
            found[number] = octets[place : place + length]
        place += length
    return found


def _server_name(extension: bytes) -> str:
    """Return the first name of the list, which is of the one kind that there is: a host's."""
    length = int.from_bytes(extension[3:5])
    is_host = extension[2:3] == b"\0" and 5 + length <= len(extension)
    return from_octets(extension[5 : 5 + length]) if is_host else ""


def _protocols(extension: bytes) -> tuple[str, ...]:
    names: list[str] = []
    place = 2
    while place < len(extension) and len(names) < MOST_EXTENSIONS:
        length = extension[place]
        names.append(from_octets(extension[place + 1 : place + 1 + length]))
        place += 1 + length
    return tuple(names)
