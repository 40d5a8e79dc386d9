"""Hellos of TLS clients: in a segment, behind another record, and what only looks like one."""

from __future__ import annotations

import pytest

from tests.unit.identify.builder import Packet, tcp
from tests.unit.rules.test_messages import passes

NAME = b"\x00\x00\x00\x0e\x00\x0c\x00\x00\x09localhost"
BODY = b"\x03\x03" + bytes(32) + b"\x00\x00\x02\x13\x01\x01\x00" + len(NAME).to_bytes(2, "big") + NAME
CHANGE = b"\x14\x03\x03\x00\x01\x01"


def record(message: bytes, kind: int = 22) -> bytes:
    return bytes([kind, 3, 1]) + len(message).to_bytes(2, "big") + message


def handshake(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


HELLO = record(handshake(1, BODY))
SERVER_HELLO = record(handshake(2, b"\x03\x03" + bytes(36)))


@pytest.mark.parametrize(
    ("packets", "expected"),
    [
        ((tcp(HELLO, 50_000, 443),), [True]),
        ((tcp(CHANGE + HELLO, 50_000, 443),), [True]),
        ((tcp(HELLO, 50_000, 443), tcp(SERVER_HELLO, 443, 50_000)), [True, False]),
        ((tcp(HELLO[:30], 50_000, 443),), [False]),
        ((tcp(record(b"\x01\x00\x10\x00" + bytes(20)), 50_000, 443),), [False]),
        ((tcp(record(handshake(1, BODY), 23), 50_000, 443),), [False]),
        ((Packet(HELLO, 50_000, 50_001, "udp"),), [False]),
    ],
)
def test_a_clients_hello_is_seen_where_it_is_whole(packets: tuple[Packet, ...], expected: list[bool]) -> None:
    assert passes("tls.handshake.type == 1", *packets) == expected
