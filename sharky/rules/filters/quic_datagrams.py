"""The packets of QUIC of one datagram, by what they say in clear (RFC 9000 sections 12.2 and 17)."""

from __future__ import annotations

from typing import NamedTuple

from sharky.rules.filters.applications.quic import INITIAL, LONG, RETRY, SECOND_VERSION, read_quic_number
from sharky.rules.filters.applications.scan import CutOffError, Scan
from sharky.rules.filters.quic_packets import LONGEST_IDENTIFIER, MOST_PACKETS

EARLY = 1
"""The kind of long headers of early data, beside those of `applications.quic`."""

SHORT, NEGOTIATION = -1, -2
"""Instead of a kind: of short headers, and of a server that names its versions."""


class Packet(NamedTuple):
    """What one packet says.

    Attributes:
        begin: Its first octet in the datagram.
        end: The first one behind it.
        kind: Of its long header as in the first version, or `SHORT`.
        version: Of a long header.
        receiver: Its identifier; behind a short header all octets that may be of it.
        sender: The same.
    """

    begin: int
    end: int
    kind: int
    version: int
    receiver: bytes
    sender: bytes


def read_packets(datagram: bytes) -> tuple[list[Packet], bool]:
    """Return the packets of a datagram, and whether something is behind them that is for another receiver, and so for nobody.

    >>> packets, is_padded = read_packets(bytes.fromhex("40010203"))
    >>> [packet.kind == SHORT for packet in packets], is_padded
    ([True], False)
    """
    found: list[Packet] = []
    while len(found) < MOST_PACKETS and (at := found[-1].end if found else 0) < len(datagram):
        try:
            packet = _read_packet(datagram, at)
        except CutOffError:
            return found, bool(found)
        if found and not _is_for(packet, found[0].receiver):
            return found, True
        found.append(packet)
    return found, False


def _is_for(packet: Packet, receiver: bytes) -> bool:
    return packet.receiver.startswith(receiver) if packet.kind == SHORT else packet.receiver == receiver


def _read_packet(datagram: bytes, begin: int) -> Packet:
    scan = Scan(datagram[begin:])
    first = scan.number(1)
    if not first & LONG:
        return Packet(begin, len(datagram), SHORT, 0, datagram[begin + 1 : begin + 1 + LONGEST_IDENTIFIER], b"")
    version = scan.number(4)
    kind = (first >> 4) - (version == SECOND_VERSION) & 3 if version else NEGOTIATION
    receiver, sender = scan.take(scan.number(1)), scan.take(scan.number(1))
    end = len(datagram)
    if kind == INITIAL:
        scan.take(read_quic_number(scan))
    if kind not in (RETRY, NEGOTIATION):
        size = read_quic_number(scan)
        end = min(begin + scan.at + size, len(datagram))
    return Packet(begin, end, kind, version, receiver, sender)
