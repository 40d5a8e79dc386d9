"""What stands in QUIC's first packets behind their protection: the packet's number, and frames (RFC 9000 section 19)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.quic.initial import ACK, ACK_ECN, CRYPTO, MOST_FRAMES, PADDING, PING, Initial, Opened
from sharky.rules.filters.applications.quic import read_quic_number
from sharky.rules.filters.applications.scan import CutOffError, Line, Scan, text_of

CLOSE = 0x1C
ALERTS = range(0x100, 0x200)
"""Errors that are alerts of TLS (RFC 9001 section 4.8)."""

MOST_RANGES = 256


def read_initial(initial: Initial, opened: Opened) -> Iterator[Line]:
    """Yield what a packet says; frames only where they are those of QUIC and not Google's."""
    yield from (Line("packet_number_length", opened.width - 1), Line("long.reserved", opened.first >> 2 & 3))
    yield Line("packet_number", opened.number)
    yield Line("payload", initial.datagram[initial.number + opened.width : initial.end])
    if initial.version.is_google or initial.version.crypto != CRYPTO:
        return
    try:
        yield from read_frames(Scan(opened.payload))
    except CutOffError:
        return


def read_frames(scan: Scan) -> Iterator[Line]:
    """Yield what frames say, up to one that an Initial may not carry."""
    for _ in range(MOST_FRAMES):
        kind = scan.number(1)
        yield from (Line("frame", 1), Line("frame_type", kind))
        if kind == PADDING:
            behind = len(scan.octets) - len(scan.octets[scan.at :].lstrip(b"\0"))
            yield Line("padding_length", behind - scan.at + 1)
            scan.at = behind
        elif kind in (ACK, ACK_ECN):
            yield from _acknowledgement(scan, has_counts=kind == ACK_ECN)
        elif kind == CRYPTO:
            yield Line("crypto.offset", read_quic_number(scan))
            size = read_quic_number(scan)
            yield from (Line("crypto.length", size), Line("crypto.crypto_data", 1))
            scan.take(size)
        elif kind == CLOSE:
            yield from _closing(scan)
        elif kind != PING:
            return


def _acknowledgement(scan: Scan, *, has_counts: bool) -> Iterator[Line]:
    yield from (Line(f"ack.{name}", read_quic_number(scan)) for name in ("largest_acknowledged", "ack_delay"))
    count = read_quic_number(scan)
    yield from (Line("ack.ack_range_count", count), Line("ack.first_ack_range", read_quic_number(scan)))
    for _ in range(min(count, MOST_RANGES)):
        yield from (Line(f"ack.{name}", read_quic_number(scan)) for name in ("gap", "ack_range"))
    if has_counts:
        yield from (Line(f"ack.{name}_count", read_quic_number(scan)) for name in ("ect0", "ect1", "ecn_ce"))


def _closing(scan: Scan) -> Iterator[Line]:
    error = read_quic_number(scan)
    yield Line("cc.error_code", error)
    if error in ALERTS:
        yield Line("cc.error_code.tls_alert", error - ALERTS.start)
    yield Line("cc.frame_type", read_quic_number(scan))
    size = read_quic_number(scan)
    yield Line("cc.reason_phrase.length", size)
    if size:
        yield Line("cc.reason_phrase", text_of(scan.take(size)))
