"""SSH: the greeting, and what both sides can, which they say before they encrypt (RFC 4253 sections 4.2, 6 and 7.1)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.hashes import MD5, Hash

from sharky.rules.filters.applications.scan import Line, Scan, text_of

GREETING = b"SSH-"
LONGEST_LINE, LONGEST_PACKET = 256, 35_000
HEAD = 6
KEX_INIT, NEW_KEYS = 20, 21
CLEAR = frozenset((*range(1, 8), *range(20, 50)))
"""Messages that may come before anything is encrypted."""

LISTS = (
    "kex_algorithms",
    "server_host_key_algorithms",
    "encryption_algorithms_client_to_server",
    "encryption_algorithms_server_to_client",
    "mac_algorithms_client_to_server",
    "mac_algorithms_server_to_client",
    "compression_algorithms_client_to_server",
    "compression_algorithms_server_to_client",
    "languages_client_to_server",
    "languages_server_to_client",
)

OF_CLIENT, OF_SERVER = (0, 2, 4, 6), (0, 3, 5, 7)
"""Which of these lists a program is told by: what it can, and what it sends by."""


def read_greeting(scan: Scan) -> Iterator[Line]:
    r"""Yield how a program greets, where a direction begins with that.

    >>> [line.value for line in read_greeting(Scan(b"SSH-2.0-OpenSSH_9.2\r\n"))]
    ['SSH-2.0-OpenSSH_9.2']
    """
    if scan.octets.startswith(GREETING):
        line, _, _ = scan.octets[:LONGEST_LINE].partition(b"\n")
        scan.take(min(len(line) + 1, scan.left))
        yield Line("protocol", text_of(line.removesuffix(b"\r")))


def clear_size(head: bytes) -> int:
    """Return how many octets a packet has that begins so; 0 where it is encrypted.

    >>> clear_size(bytes([0, 0, 0, 12, 10, NEW_KEYS])), clear_size(bytes(range(6)))
    (16, 0)
    """
    size, padding, message = int.from_bytes(head[:4]), head[4], head[5]
    return size + 4 if (size + 4) % 8 == 0 and 4 <= padding < size <= LONGEST_PACKET and message in CLEAR else 0


def read_packet(scan: Scan, *, is_server: bool) -> Iterator[Line]:
    """Yield what a packet says that is not encrypted."""
    size, padding, message = scan.number(4), scan.number(1), scan.number(1)
    yield from (Line("packet_length", size), Line("padding_length", padding), Line("message_code", message))
    if message == KEX_INIT:
        yield from _abilities(scan, is_server=is_server)
    scan.take(max(scan.left - padding, 0))
    yield Line("padding_string", scan.rest())


def read_secret(scan: Scan) -> Iterator[Line]:
    """Yield what is there of encrypted packets; how long each is nobody can tell."""
    yield from (Line("packet_length_encrypted", scan.take(4)), Line("encrypted_packet", scan.rest()))


def _abilities(scan: Scan, *, is_server: bool) -> Iterator[Line]:
    yield Line("cookie", scan.take(16))
    said: list[bytes] = []
    for name in LISTS:
        length = scan.number(4)
        said.append(scan.take(length))
        yield from (Line(f"{name}_length", length), Line(name, text_of(said[-1])))
    yield from (Line("first_kex_packet_follows", scan.number(1)), Line("kex.reserved", scan.take(4)))
    yield from _fingerprint("hasshserver" if is_server else "hassh", [said[place] for place in (OF_SERVER if is_server else OF_CLIENT)])


def _fingerprint(name: str, lists: list[bytes]) -> Iterator[Line]:
    """Yield what programs are told by: HASSH of clients and of servers, as md5 and in full."""
    full = b";".join(lists)
    digest = Hash(MD5())  # noqa: S303  a fingerprint, as others compute it
    digest.update(full)
    yield from (Line(f"{name}_algorithms", text_of(full)), Line(name, digest.finalize().hex()))
