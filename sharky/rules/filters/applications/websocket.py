"""Frames of WebSocket: heads, and what is not packed and whole in one (RFC 6455 section 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from sharky.rules.filters.applications.scan import Line, Scan, text_of
from sharky.rules.filters.message_sizes import LONGEST

WIDTHS = {126: 2, 127: 8}
"""Octets of a longer length, by what stands in place of a short one."""

CONTINUES, TEXT, OCTETS, CLOSES, PINGS, PONGS = 0, 1, 2, 8, 9, 10
NAMES = {TEXT: "text", PINGS: "ping", PONGS: "pong"}
IS_LAST, IS_PACKED, IS_MASKED = 0x80, 0x40, 0x80
MASK = 4


def websocket_size(octets: bytes) -> int | None:
    """Tell how long a frame is.

    >>> websocket_size(bytes([0x81, 0x85])), websocket_size(bytes([0x82, 126, 1])), websocket_size(bytes([0x82, 126, 1, 0]))
    (11, None, 260)
    """
    if len(octets) < 2:
        return None
    length = octets[1] & 0x7F
    width = WIDTHS.get(length, 0)
    if len(octets) < 2 + width:
        return None
    size = 2 + width + (MASK if octets[1] & IS_MASKED else 0) + (int.from_bytes(octets[2 : 2 + width]) if width else length)
    return size if size <= LONGEST else 0


def read_websocket(octets: bytes) -> Iterator[Line]:
    """Yield what one frame says."""
    scan = Scan(octets)
    first, second = scan.number(1), scan.number(1)
    opcode, length, is_masked = first & 0x0F, second & 0x7F, bool(second & IS_MASKED)
    yield from (Line("fin", first >> 7), Line("rsv", first >> 4 & 7), Line("opcode", opcode))
    yield from (Line("mask", int(is_masked)), Line("payload_length", length))
    if length in WIDTHS:
        yield Line(f"payload_length_ext_{8 * WIDTHS[length]}", scan.number(WIDTHS[length]))
    key = scan.take(MASK) if is_masked else b""
    if key:
        yield Line("masking_key", key)
    carried = scan.rest()
    if carried:
        yield Line("payload", 1)
        yield from _carried(first, opcode, bytes(one ^ other for one, other in zip(carried, cycle(key), strict=False)) if key else carried)
        yield from [Line("masked_payload", 1)] if is_masked else []


def _carried(first: int, opcode: int, octets: bytes) -> Iterator[Line]:
    is_last = bool(first & IS_LAST)
    if opcode == CLOSES:
        yield from (Line("close", 1), Line("status_code", int.from_bytes(octets[:2])))
        yield from [Line("reason", text_of(octets[2:]))] if octets[2:] else []
    elif opcode == CONTINUES and not is_last:
        yield Line("continue", octets)
    elif opcode == TEXT and is_last and not first & IS_PACKED:
        yield Line("text", text_of(octets))
    elif opcode in (PINGS, PONGS):
        yield Line(NAMES[opcode], octets)
    elif opcode not in (CONTINUES, TEXT, OCTETS):
        yield Line("unknown", octets)
