"""What one flow says of another that is to come: the media of a call, the data connection of FTP, the port of a TFTP transfer.

Each reader takes one packet and returns the ends (address and port) that it announces, with the protocol to expect there.
Bounded: the packet's first octets only, at most `MOST_ENDS` ends; what makes no sense announces nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from sharky.identify.addresses import packed_address
from sharky.identify.announced_media import sdp, skinny
from sharky.identify.endpoints import endpoints
from sharky.identify.packet_view import PacketView

End = tuple[bytes, int]
"""Address, 16 octets as in `Addresses`, and port."""

MOST_ENDS = 8
HIGHEST_PORT = 65535

REMEMBERED = 256
"""Addresses of which it is known what they are: a call announces the same ones again and again."""

_RTSP_PORTS = re.compile(rb"(?:RTP/|x-real-(rdt)/)[^\r\n]{0,200}?client_port=(\d{1,5})(?:-(\d{1,5}))?")
_PASSIVE = re.compile(rb"(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})")
_EXTENDED = re.compile(rb"\((.)\1\1(\d{1,5})\1\)")
_EXTENDED_PORT = re.compile(rb"EPRT (.)[12]\1([0-9a-fA-F.:]{2,45})\1(\d{1,5})\1")


def rtsp(view: PacketView) -> Iterator[tuple[str, int, str]]:
    """RFC 2326 section 12.39: the server repeats the ports at which the client listens."""
    ports = _RTSP_PORTS.search(view.payload)
    if ports:
        _, client = endpoints(view.columns, view.row)
        yield client, int(ports[2]), "rdt" if ports[1] else "rtp"
        if ports[3]:
            yield client, int(ports[3]), "rtcp"


def tftp(view: PacketView) -> Iterator[tuple[str, int, str]]:
    """RFC 1350 section 4: the server answers from a port of its own to the port of the request."""
    yield endpoints(view.columns, view.row)[0], view.ports[0], "tftp"


def ftp(view: PacketView) -> Iterator[tuple[str, int, str]]:
    """RFC 959 section 4.1.2 and RFC 2428: whoever sends this listens there, whatever address it believes to have."""
    octets = view.payload
    listener = endpoints(view.columns, view.row)[0]
    plain, extended, extended_port = _PASSIVE.search(octets), _EXTENDED.search(octets), _EXTENDED_PORT.match(octets)
    if extended:
        yield listener, int(extended[2]), "ftp-data"
    elif extended_port:
        yield extended_port[2].decode("ascii"), int(extended_port[3]), "ftp-data"
        yield listener, int(extended_port[3]), "ftp-data"
    elif plain:
        *address, high, low = map(int, plain.groups())
        yield ".".join(map(str, address)), high << 8 | low, "ftp-data"
        yield listener, high << 8 | low, "ftp-data"


READERS: dict[str, Callable[[PacketView], Iterator[tuple[str, int, str]]]] = {
    "sdp": sdp,
    "skinny": skinny,
    "rtsp": rtsp,
    "tftp": tftp,
    "ftp": ftp,
}
"""By the name that the table of announcing packets uses."""

ANNOUNCING = ("sip", "mgcp", "megaco", "sap", "skinny", "rtsp", "tftp", "ftp")
"""Protocols whose flows are listened to for as long as they last."""

EXPECTED = ("rtp", "rtcp", "t38", "rdt", "tftp", "ftp-data")
"""What may be announced."""


def read_announcement(kind: str, view: PacketView) -> dict[End, str]:
    """Return the ends that a packet announces, and what to expect there.

    Args:
        kind: A key of `READERS`.
        view: The packet.
    """
    ends: dict[End, str] = {}
    for address, port, protocol in READERS[kind](view):
        packed = _packed(address)
        if packed and 0 < port <= HIGHEST_PORT and len(ends) < MOST_ENDS:
            ends.setdefault((packed, port), protocol)
    return ends


@lru_cache(REMEMBERED)
def _packed(address: str) -> bytes:
    """Return the octets of an address, none where it is none."""
    try:
        return packed_address(address)
    except ValueError:
        return b""
