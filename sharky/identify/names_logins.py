"""The name of the computer in a Windows login: NTLM's third message (MS-NLMP section 2.2.1.3), in SMB sessions."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.model.names import Heard

MARK = b"NTLMSSP\0\x03\0\0\0"
WORKSTATION_AT, FLAGS_AT = 44, 60
UNICODE = 0x01
MOST_OCTETS = 128


def login(octets: bytes) -> Iterator[Heard]:
    """The workstation from which somebody logs in."""
    begin = octets.find(MARK)
    if begin < 0:
        return
    field = octets[begin + WORKSTATION_AT : begin + WORKSTATION_AT + 8]
    length, at = int.from_bytes(field[:2], "little"), int.from_bytes(field[4:], "little")
    name = octets[begin + at : begin + at + length]
    flags = octets[begin + FLAGS_AT : begin + FLAGS_AT + 1]
    if flags and 0 < len(name) == length <= MOST_OCTETS:
        yield Heard("ntlm_workstation", name.decode("utf-16-le" if flags[0] & UNICODE else "latin-1", "replace"))
