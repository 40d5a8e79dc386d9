"""The names at the beginning of streams, which may arrive in several packets and in any order.

A stream is fed packet by packet until it is done: it said what it has to say, or can say nothing any more. Each is bounded
by what it keeps (see `Assembly`) and by the packets that it takes.
"""

from __future__ import annotations

from typing import Protocol

from sharky.identify.names_assembly import Assembly
from sharky.identify.names_documents import ANSWER, read_description
from sharky.identify.names_http import Headers, read_heads
from sharky.identify.names_logins import login_over_http
from sharky.identify.quic_google import google_server_name
from sharky.identify.tls_hello import (
    CLIENT_HELLO,
    DATAGRAM_BEFORE_EXTENSIONS,
    HANDSHAKE,
    ClientHello,
    parse_client_hello,
    parse_hello_body,
    records,
)
from sharky.model.names import Heard
from sharky.quic.initial import Initial, InitialKeys, crypto_frames, read_initials
from sharky.quic.versions import QuicVersion

MOST_PACKETS = 48
"""Packets that a stream takes before it is given up: a hello has two or three."""

MOST_KEYS = 4
"""Keys that are tried on one QUIC flow: a client has two identifiers, a third after a Retry."""

TOLD_BY_REQUESTS = {"host": "http_host", "user-agent": "user_agent"}
"""Headers of a request that tell of the server and of the client."""

SEQUENCES = 1 << 32
DTLS_RECORD, DTLS_HANDSHAKE = 13, 12
"""Octets of the heads (RFC 6347 sections 4.1 and 4.2.2)."""


class Stream(Protocol):
    """The beginning of one direction of a flow.

    Attributes:
        is_done: Whether further packets need not be fed.
    """

    is_done: bool

    @property
    def has_begun(self) -> bool:
        """Whether anything of a hello was there."""

    def feed(self, octets: bytes, sequence: int) -> list[Heard]:
        """Take a packet.

        Args:
            octets: Its payload.
            sequence: Its TCP sequence number; 0 in datagrams.
        """

    def finish(self) -> list[Heard]:
        """Tell what is known although more was to come."""


def said_by_hello(hello: ClientHello) -> list[Heard]:
    """Return what a client's hello tells; that it is encrypted within is told beside the name, so that neither goes alone."""
    encrypted = [Heard("ech", hello.server_name)] if hello.is_encrypted else []
    return [Heard("sni", hello.server_name), *encrypted] if hello.server_name else encrypted


def said_by_request(head: Headers) -> list[Heard]:
    """Return what the head of a request tells of the server and of the client."""
    told = [Heard(TOLD_BY_REQUESTS[name], value) for name, value in head if name in TOLD_BY_REQUESTS and value]
    return [*told, *login_over_http(head)]


class TcpStream:
    """A TLS hello or the heads of HTTP requests, from the segment on in which they begin."""

    def __init__(self, sequence: int) -> None:
        self.is_done = False
        self._begin = sequence
        self._assembly = Assembly()
        self._packets = 0

    @property
    def has_begun(self) -> bool:
        """Whether anything of a hello was there."""
        return bool(self._assembly.octets)

    def begins_at(self, sequence: int) -> bool:
        """Return whether this is the stream's first segment, come again."""
        return sequence == self._begin

    def feed(self, octets: bytes, sequence: int) -> list[Heard]:
        """Take a segment."""
        self._packets += 1
        offset = (sequence - self._begin) % SEQUENCES
        if offset < SEQUENCES // 2:
            self._assembly.add(offset, octets)
        heard, self.is_done = _read_tls_or_http(self._assembly.octets)
        if self._packets == MOST_PACKETS or self._assembly.is_full:
            self.is_done = True
        return heard if self.is_done else []

    def finish(self) -> list[Heard]:
        """Tell what the octets without their end say."""
        self.is_done = True
        return _read_tls_or_http(self._assembly.octets)[0]


def _read_tls_or_http(octets: bytes) -> tuple[list[Heard], bool]:
    if octets.startswith(ANSWER):
        return read_description(octets)
    if octets[:1] != bytes([HANDSHAKE]):
        heads, is_whole = read_heads(octets)
        return [heard for head in heads for heard in said_by_request(head)], is_whole
    handshake, behind = b"", 0
    for kind, content in records(octets):
        if kind != HANDSHAKE:
            break
        handshake += content
        behind += 5 + int.from_bytes(octets[behind + 3 : behind + 5])
    hello = parse_client_hello(handshake)
    if hello is None:
        return [], len(handshake) >= 4 and (handshake[0] != CLIENT_HELLO or behind < len(octets))
    return said_by_hello(hello), hello.is_whole or behind < len(octets)


class QuicStream:
    """The hello in the CRYPTO frames of a client's Initials."""

    def __init__(self) -> None:
        self.is_done = False
        self._keys: dict[tuple[QuicVersion, bytes], InitialKeys] = {}
        self._right: InitialKeys | None = None
        self._assembly = Assembly()
        self._packets = 0

    @property
    def has_begun(self) -> bool:
        """Whether anything of a hello was there."""
        return self._right is not None

    def feed(self, octets: bytes, sequence: int) -> list[Heard]:
        """Take a datagram."""
        del sequence
        self._packets += 1
        for initial in read_initials(octets):
            payload = self._open(initial)
            if payload is None:
                continue
            if initial.version.is_google:
                return self._google(payload)
            for offset, piece in crypto_frames(payload, initial.version.crypto):
                self._assembly.add(offset, piece)
        hello = parse_client_hello(self._assembly.octets)
        self.is_done = self._packets >= MOST_PACKETS or self._assembly.is_full or bool(hello and hello.is_whole)
        return said_by_hello(hello) if hello and self.is_done else []

    def finish(self) -> list[Heard]:
        """Tell what the hello without its end says."""
        self.is_done = True
        hello = parse_client_hello(self._assembly.octets)
        return said_by_hello(hello) if hello else []

    def _open(self, initial: Initial) -> bytes | None:
        """Open an Initial with the keys that opened one before, or with those of its own identifier."""
        payload = self._right.open(initial) if self._right else None
        if payload is not None:
            return payload
        known = initial.version, initial.identifier
        if known in self._keys or len(self._keys) == MOST_KEYS:
            keys = self._keys.get(known)
        else:
            keys = self._keys[known] = InitialKeys(*known)
        payload = keys.open(initial) if keys and keys is not self._right else None
        if payload is not None:
            self._right = keys
        return payload

    def _google(self, payload: bytes) -> list[Heard]:
        name = google_server_name(payload)
        self.is_done = name is not None
        return [Heard("sni", name)] if name else []


class GoogleQuicStream:
    """The hello of Google's QUIC before Q050, which everybody can read."""

    def __init__(self) -> None:
        self.is_done = False

    @property
    def has_begun(self) -> bool:
        """Whether anything of a hello was there."""
        return False

    def feed(self, octets: bytes, sequence: int) -> list[Heard]:
        """Take a datagram."""
        del sequence
        name = google_server_name(octets)
        self.is_done = name is not None
        return [Heard("sni", name)] if name else []

    def finish(self) -> list[Heard]:
        """Tell nothing: a hello has room in one datagram."""
        self.is_done = True
        return []


class DtlsStream:
    """The hello of TLS over datagrams, whose pieces say themselves where they belong."""

    def __init__(self) -> None:
        self.is_done = False
        self._assembly = Assembly()
        self._size = 0
        self._packets = 0

    @property
    def has_begun(self) -> bool:
        """Whether anything of a hello was there."""
        return self._size > 0

    def feed(self, octets: bytes, sequence: int) -> list[Heard]:
        """Take a datagram."""
        del sequence
        self._packets += 1
        record = octets[DTLS_RECORD : DTLS_RECORD + int.from_bytes(octets[11:13])]
        if octets[0] == HANDSHAKE and len(record) > DTLS_HANDSHAKE and record[0] == CLIENT_HELLO:
            self._size = int.from_bytes(record[1:4])
            offset, length = int.from_bytes(record[6:9]), int.from_bytes(record[9:12])
            self._assembly.add(offset, record[DTLS_HANDSHAKE : DTLS_HANDSHAKE + length])
        is_whole = 0 < self._size <= len(self._assembly.octets)
        self.is_done = is_whole or self._packets == MOST_PACKETS or self._assembly.is_full
        return self._hello() if self.is_done else []

    def finish(self) -> list[Heard]:
        """Tell what the hello without its end says."""
        self.is_done = True
        return self._hello()

    def _hello(self) -> list[Heard]:
        return said_by_hello(parse_hello_body(self._assembly.octets[: self._size], self._size, DATAGRAM_BEFORE_EXTENSIONS))
