"""A talk over WebSocket: frames masked and not, long and short, cut by segments, and of every kind; what filters say of them."""

from __future__ import annotations

from itertools import cycle

from tests.unit.rules.streams import Segment

KEY = bytes.fromhex("11223344")
ASK = b"GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n\r\n"
ANSWER = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def frame(first: int, octets: bytes = b"", *, is_masked: bool = False, width: int = 0) -> bytes:
    """Return a frame: the octet with its kind, and what it carries, whose length stands in `width` octets."""
    length = {0: len(octets), 2: 126, 8: 127}[width]
    carried = bytes(one ^ other for one, other in zip(octets, cycle(KEY), strict=False)) if is_masked else octets
    longer = len(octets).to_bytes(width) if width else b""
    return bytes((first, 0x80 * is_masked | length)) + longer + (KEY if is_masked else b"") + carried


CUT = frame(0x81, b"abcdef")
OF_CLIENT = [frame(0x81, b"hello", is_masked=True), frame(0x89, b"pi", is_masked=True), frame(0x88, b"\x03\xe8bye", is_masked=True)]
OF_SERVER = [
    *(frame(0x81, b"one") + frame(0x82, b"\0\1"), frame(0x81, b"x" * 200, width=2), frame(0x82, b"y" * 300, width=8)),
    *(CUT[:4], CUT[4:], frame(0x01, b"par"), frame(0, b"ts"), frame(0x80, b"!"), frame(0x8A, b"po"), frame(0x83, b"unk"), frame(0x88)),
]
FILTERS = (
    *("websocket.fin == 1", "websocket.fin == 0", "websocket.rsv == 0", "websocket.opcode == 1", "websocket.opcode >= 8"),
    *("websocket.mask == 1", "websocket.payload_length == 126", "websocket.payload_length_ext_16 == 200"),
    *("websocket.payload_length_ext_64 == 300", "websocket.masking_key == 11:22:33:44", "websocket.payload", "websocket.masked_payload"),
    *('websocket.payload.text == "hello"', 'websocket.payload.text contains "abc"', "websocket.payload.continue == 74:73"),
    *("websocket.payload.close", "websocket.payload.close.status_code == 1000", 'websocket.payload.close.reason == "bye"'),
    *("websocket.payload.ping == 70:69", "websocket.payload.pong == 70:6f", "websocket.payload.unknown", "tcp.segment_data"),
)


def talk() -> list[Segment]:
    """Return the talk's segments."""
    turns = [(False, ASK), (True, ANSWER), *((False, octets) for octets in OF_CLIENT), *((True, octets) for octets in OF_SERVER)]
    at, segments = {False: 1, True: 1}, []
    for comes_back, octets in turns:
        segments.append(Segment(at[comes_back], at[not comes_back], octets, comes_back=comes_back, port=80))
        at[comes_back] += len(octets)
    return segments
