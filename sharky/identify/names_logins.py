"""The name of the computer in a Windows login: NTLM's third message (MS-NLMP section 2.2.1.3), in SMB sessions and in HTTP.

What makes no sense says nothing: lengths and places that lie, halves of UTF-16 units, octets of a code page that is not told.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator

from sharky.model.names import Heard

MARK = b"NTLMSSP\0\x03\0\0\0"
WORKSTATION_AT, FLAGS_AT, TEXTS_AT = 44, 60, 64
UNICODE = 0x01
MOST_OCTETS = 128

HEADERS = ("authorization", "proxy-authorization")
SCHEMES = ("ntlm", "negotiate")
"""How HTTP carries the message (RFC 4559 section 4, MS-NTHT section 2.2), bare or within SPNEGO, in base64."""

MOST_BASE64 = 1 << 13
"""Characters of base64 that are read: a login has less than a thousand, a Kerberos ticket may have many thousands."""

NOBODYS = ("WORKSTATION",)
"""What programs write that do not tell the computer's name (curl)."""


def login(octets: bytes) -> Iterator[Heard]:
    """The workstation from which somebody logs in."""
    begin = octets.find(MARK)
    if begin < 0:
        return
    field = octets[begin + WORKSTATION_AT : begin + WORKSTATION_AT + 8]
    length, at = int.from_bytes(field[:2], "little"), int.from_bytes(field[4:], "little")
    if at < TEXTS_AT or not 0 < length <= MOST_OCTETS:
        return
    is_unicode = octets[begin + FLAGS_AT : begin + FLAGS_AT + 1] and octets[begin + FLAGS_AT] & UNICODE
    name = _text(octets[begin + at : begin + at + length], length, "utf-16-le" if is_unicode else "ascii")
    if name and "\0" not in name and name not in NOBODYS:
        yield Heard("ntlm_workstation", name)


def login_over_http(headers: Iterable[tuple[str, str]]) -> Iterator[Heard]:
    """The workstation from which somebody logs in to a server or to a proxy.

    Args:
        headers: Names in small letters, and values.
    """
    for name, value in headers:
        scheme, _, token = value.partition(" ")
        if name in HEADERS and scheme.lower() in SCHEMES and len(token) <= MOST_BASE64:
            yield from login(_from_base64(token))


def _text(octets: bytes, length: int, encoding: str) -> str:
    """Return a text, empty where it is not all there or is none."""
    try:
        return octets.decode(encoding) if len(octets) == length else ""
    except UnicodeDecodeError:
        return ""


def _from_base64(token: str) -> bytes:
    try:
        return binascii.a2b_base64(token.strip(), strict_mode=True)
    except ValueError:
        return b""
