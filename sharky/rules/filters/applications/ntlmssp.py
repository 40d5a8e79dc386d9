"""What logs in to Windows: NTLM (MS-NLMP section 2.2.1), and what wraps it or a ticket (RFC 4178, RFC 2743 section 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line

SIGNATURE = b"NTLMSSP\0"
WANTS, CHALLENGES, PROVES = 1, 2, 3
TOKEN, ANSWER, SPNEGO = 0x60, 0xA1, b"\x06\x06\x2b\x06\x01\x05\x05\x02"
NAMES = {"domain": 28, "username": 36, "hostname": 44}
UNICODE, TARGET_AT = 1, 12
FLAGS_AT = {WANTS: 12, CHALLENGES: 20, PROVES: 60}


def read_login(octets: bytes) -> Iterator[Line]:
    """Yield what a token says that logs in."""
    if octets[:1] and octets[0] in (TOKEN, ANSWER):
        yield Line("gss-api", 1)
        if octets[0] == ANSWER or SPNEGO in octets[:16]:
            yield Line("spnego", 1)
    at = octets.find(SIGNATURE)
    if at >= 0:
        yield from read_ntlmssp(octets[at:])


def read_ntlmssp(octets: bytes) -> Iterator[Line]:
    """Yield what a message of NTLM says.

    >>> [line.value for line in read_ntlmssp(SIGNATURE + bytes([1, 0, 0, 0]))]
    [1, 1]
    """
    kind = int.from_bytes(octets[8:12], "little")
    yield from (Line("ntlmssp", 1), Line("messagetype", kind))
    at = FLAGS_AT.get(kind, len(octets))
    is_wide = bool(int.from_bytes(octets[at : at + 4], "little") & UNICODE)
    if kind == CHALLENGES:
        yield Line("target", _text(octets, TARGET_AT, is_wide=is_wide))
        yield Line("challenge", octets[24:32])
    elif kind == PROVES:
        yield from (Line(name, _text(octets, at, is_wide=is_wide)) for name, at in NAMES.items())


def _text(octets: bytes, at: int, *, is_wide: bool) -> str:
    size, begin = int.from_bytes(octets[at : at + 2], "little"), int.from_bytes(octets[at + 4 : at + 8], "little")
    text = octets[begin : begin + size].decode("utf-16-le" if is_wide else "latin-1", "replace")
    return text or "NULL"
