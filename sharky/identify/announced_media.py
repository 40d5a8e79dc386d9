"""Media that a call announces: as a session description (RFC 8866) in SIP, MGCP, Megaco and SAP, or in a message of Cisco's telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from struct import unpack_from

from sharky.identify.packet_view import PacketView

_LINES = re.compile(
    rb"^(?:(?P<begin>v=)|c=IN IP[46] (?P<address>[0-9a-fA-F.:]{2,45})"
    rb"|m=\S{1,32} (?P<port>\d{1,5})(?:/\d{1,5})? (?:(?P<rtp>(?:UDP/TLS/)?RTP/S?AVPF?)|(?P<t38>(?i:udptl)))\s"
    rb"|(?P<other>m=)|a=rtcp:(?P<control>\d{1,5}))",
    re.MULTILINE,
)
"""What carries a medium tells it, not whether it is sound or a picture (IANA, Session Description Protocol Parameters: proto)."""


@dataclass(slots=True)
class _Media:
    address: str = ""
    port: int = 0
    protocol: str = ""
    control: int = 0


def sdp(view: PacketView) -> Iterator[tuple[str, int, str]]:
    """Media go to the address of their own connection line, else of the description's; control goes to the next port, or where it says."""
    for media in _described(view.payload):
        if media.address and media.port:
            yield media.address, media.port, media.protocol
            yield media.address, media.control or media.port + 1, "rtcp"


def _described(octets: bytes) -> list[_Media]:
    """Return the media of one description after the other."""
    address, found = "", list[_Media]()
    current: _Media | None = None
    for line in _LINES.finditer(octets):
        kind, text = line.lastgroup, (line[line.lastgroup or 0]).decode("ascii")
        if kind == "begin":
            address, current = "", None
        elif kind == "address" and current is not None:
            current.address = text
        elif kind == "address":
            address = text
        elif kind == "control" and current is not None:
            current.control = int(text)
        elif kind in ("rtp", "t38"):
            current = _Media(address, int(line["port"]), kind)
            found.append(current)
        elif kind == "other":
            current = _Media()
    return found


RECEIVES, SENDS = 0x22, 0x8A
"""A telephone says where it listens, and is told where to send to."""
LONG_ADDRESSES = 0x11
"""The first version whose addresses may be those of IPv6: a word for the kind, and always 16 octets."""
SHORTEST = 24


def skinny(view: PacketView) -> Iterator[tuple[str, int, str]]:
    """The first message of a segment: length, version and kind, then one or two words, an address and a port, little-endian."""
    octets = view.payload
    if len(octets) < SHORTEST:
        return
    version, kind = unpack_from("<II", octets, 4)
    place = 16 if kind == RECEIVES else 20
    is_long = version >= LONG_ADDRESSES
    behind = place + 20 if is_long else place + 4
    if len(octets) >= behind + 4:
        size = 16 if is_long and octets[place] else 4
        begin = place + 4 if is_long else place
        (port,) = unpack_from("<I", octets, behind)
        yield str(ip_address(octets[begin : begin + size])), port, "rtp"
