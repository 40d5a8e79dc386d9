"""SSH: the greeting, and what both sides can, which they say before they encrypt (RFC 4253 sections 4.2, 6 and 7.1)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

GREETING = b"SSH-"
LONGEST_LINE, LONGEST_PACKET = 256, 35_000
KEX_INIT = 20
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


def read_ssh(octets: bytes) -> Iterator[Line]:
    r"""Yield what a segment says: a greeting, packets in clear, or that it is encrypted.

    >>> [line.value for line in read_ssh(b"SSH-2.0-OpenSSH_9.2\r\n")]
    ['SSH-2.0-OpenSSH_9.2']
    """
    scan = Scan(octets)
    if octets.startswith(GREETING):
        line, _, _ = octets[:LONGEST_LINE].partition(b"\n")
        scan.take(min(len(line) + 1, len(octets)))
        yield Line("protocol", text_of(line.removesuffix(b"\r")))
    while scan.left:
        size = _clear_size(scan)
        if not size:
            yield from (Line("packet_length_encrypted", scan.take(4)), Line("encrypted_packet", scan.rest()))
            return
        yield from _packet(scan.within(size + 4))


def _clear_size(scan: Scan) -> int:
    """Return how long the packet is that comes next, without its length; 0 where it is encrypted."""
    head = scan.octets[scan.at : scan.at + 6]
    if len(head) < 6:
        return 0
    size, padding, message = int.from_bytes(head[:4]), head[4], head[5]
    return size if (size + 4) % 8 == 0 and 4 <= padding < size <= LONGEST_PACKET and message in CLEAR else 0


def _packet(scan: Scan) -> Iterator[Line]:
    size, padding, message = scan.number(4), scan.number(1), scan.number(1)
    yield from (Line("packet_length", size), Line("padding_length", padding), Line("message_code", message))
    if message == KEX_INIT:
        yield Line("cookie", scan.take(16))
        for name in LISTS:
            length = scan.number(4)
            yield from (Line(f"{name}_length", length), Line(name, text_of(scan.take(length))))
        yield from (Line("first_kex_packet_follows", scan.number(1)), Line("kex.reserved", scan.take(4)))
    scan.take(max(scan.left - padding, 0))
    yield Line("padding_string", scan.rest())
