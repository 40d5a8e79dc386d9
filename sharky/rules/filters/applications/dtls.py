"""Records of DTLS (RFC 6347 section 4): what stands in the messages of their handshakes as far as these are in clear."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan
from sharky.rules.filters.applications.tls import read_content

CHANGE, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
HELLOS = (1, 2)
RANDOM = 34


def read_dtls(octets: bytes) -> Iterator[Line]:
    """Yield what a record says, with its head of thirteen octets."""
    scan = Scan(octets)
    kind = scan.number(1)
    scan.take(2)
    epoch = scan.number(2)
    yield from (Line("record", 1), Line("record.sequence_number", scan.number(6)))
    content = scan.within(scan.number(2))
    if kind == CHANGE:
        yield Line("change_cipher_spec", 1)
    elif kind == DATA:
        yield Line("app_data", content.rest())
    elif kind == ALERT:
        yield Line("alert_message", 1)
        if content.left == 2:
            yield from (Line("alert_message.level", content.number(1)), Line("alert_message.desc", content.number(1)))
    elif kind == HANDSHAKE:
        yield Line("handshake", 1)
        yield from _messages(content) if epoch == 0 else ()


def _messages(scan: Scan) -> Iterator[Line]:
    while scan.left:
        kind, whole = scan.number(1), scan.number(3)
        yield from (Line("handshake.length", whole), Line("handshake.message_seq", scan.number(2)))
        offset, size = scan.number(3), scan.number(3)
        yield from (Line("handshake.fragment_offset", offset), Line("handshake.fragment_length", size))
        content = scan.within(size)
        if size == whole:
            yield from _content(kind, content)


def _content(kind: int, content: Scan) -> Iterator[Line]:
    octets = content.octets
    if kind in HELLOS:
        yield from (Line("handshake.version", int.from_bytes(octets[:2])), Line("handshake.random", octets[2:RANDOM]))
        yield Line("handshake.session_id_length", int.from_bytes(octets[RANDOM : RANDOM + 1]))
    for line in read_content(kind, content, has_cookie=True):
        yield line if line.name.startswith(("x509", "pk")) else Line(_name(line.name), line.value)


def _name(name: str) -> str:
    return name.removeprefix("tls.") if name.startswith("tls.") else f"handshake.{name}"
