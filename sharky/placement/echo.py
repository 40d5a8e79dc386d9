"""How much a line carries, by echo requests (RFC 792) of which some are always on their way, so that no queue overflows."""

from __future__ import annotations

import os
import socket
import time

from sharky.model.errors import PlacementError, Problem
from sharky.model.extras import way_to_install

COUNT, PAYLOAD_OCTETS = 300, 1200
"""370,000 octets in all; such packets fit through every tunnel."""
WINDOW = 32
"""So many are on their way at once, as with a young connection of TCP."""
LONGEST_S = 1.0
SILENCE_S = 0.2
SILENCES = 2
ECHO_REPLY = 0


def echo_rate(sock: socket.socket, to: str, destination: str, source: str) -> int:
    """Return how many bit/s come back from a device; 0 where nothing does.

    Args:
        sock: A packet socket at an interface, for IPv4.
        to: The MAC of the device.
        destination: Its address.
        source: The asker's own address.
    """
    mark = os.urandom(2)
    request = _request(sock.getsockname()[4].hex(":"), to, destination, source, mark)
    sent = heard = silences = 0
    start = time.monotonic()
    while heard < COUNT and silences < SILENCES and (left := start + LONGEST_S - time.monotonic()) > 0:
        while sent - heard < WINDOW:
            sock.send(request)
            sent += 1
        if _hear(sock, destination, mark, min(left, SILENCE_S)):
            heard += 1
        else:
            sent, silences = heard, silences + 1
    return int(8 * heard * len(request) / (time.monotonic() - start))


def _request(by: str, to: str, destination: str, source: str, mark: bytes) -> bytes:
    try:
        from scapy.layers.inet import ICMP, IP
        from scapy.layers.l2 import Ether
    except ImportError as error:
        raise PlacementError(Problem("scapy is not installed, and it builds the packets", way_to_install("scapy"))) from error
    icmp = ICMP(type="echo-request", id=int.from_bytes(mark, "big"), seq=1)
    return bytes(Ether(src=by, dst=to) / IP(src=source, dst=destination) / icmp / bytes(PAYLOAD_OCTETS))


def _hear(sock: socket.socket, address: str, mark: bytes, seconds: float) -> bool:
    """Wait for one answer."""
    by = bytes(map(int, address.split(".")))
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            octets = sock.recv(64)
        except TimeoutError:
            return False
        if octets[14] == 0x45 and octets[23] == 1 and octets[26:30] == by and octets[34] == ECHO_REPLY and octets[38:40] == mark:
            return True
    return False
