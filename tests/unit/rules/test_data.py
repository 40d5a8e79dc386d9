"""What is shown as data, and how long that is: unknown payload, unknown octets below it, and what protocols pass on."""

from __future__ import annotations

import dataclasses
from struct import pack

import numpy as np
import pytest

from sharky.dissect import Fragments, dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import Packet, batch, eth, ip, tcp, udp
from tests.unit.rules import test_messages
from tests.unit.rules.streams import Segment, passing

COOKIE, IDENTIFIER = bytes.fromhex("2112a442"), bytes(12)
PASSED_ON = b"\x00\x16\x00\x0c" + COOKIE + IDENTIFIER + b"\x00\x13\x00\x05words\0\0\0"
CHANNEL = b"\x40\x03\x00\x05words\0"
LOOKUP = b"\x00\x01\x00\x00" + COOKIE + IDENTIFIER
PIECE_OF_A_FILE = b"\x00\x03\x00\x01words"


def lengths(*octets: bytes) -> list[int | None]:
    """Return what `data.len` is of each packet; None where there is none."""
    tree = ProtocolTree()
    columns = dissect(batch([Packet(each) for each in octets]), tree, Fragments())
    labels, order = Identifier(tree).identify(columns), columns.position.argsort()
    found = list[int | None]([None] * len(octets))
    for size in range(1, 200):
        for index in compile_filter(f"data.len == {size}", is_as_shown=True).mask(columns, labels)[order].nonzero()[0].tolist():
            found[index] = size
    return found


def test_data_is_as_long_as_what_nobody_knows() -> None:
    packets = (
        eth(0x0800, ip(17, udp(5000, 5001, b"words"))),
        eth(0x0800, ip(253, b"a lot of words")),
        eth(0x0800, ip(17, udp(5000, 5001)[:8], fragment=0x2000)),
        eth(0x9999, bytes(50)),
        eth(0x0800, ip(1, b"\x08\0\0\0\0\1\0\1" + 56 * b"p")),
        eth(0x0800, ip(6, tcp(5000, 80, b"words"))),
    )
    assert lengths(*packets) == [5, 14, 8, 50, 56, None]


@pytest.mark.parametrize("text", ["data", "data.len == 5", "data.data == 77:6f:72:64:73"])
@pytest.mark.parametrize(("octets", "port", "expected"), [(PASSED_ON, 3478, True), (CHANNEL, 3478, True), (LOOKUP, 3478, False)])
def test_what_is_passed_on_is_data(text: str, octets: bytes, port: int, *, expected: bool) -> None:
    ahead = test_messages.udp(LOOKUP, 50_000, port)
    packet = test_messages.udp(octets, 50_000, port)
    assert test_messages.passes(text, ahead, packet, is_as_shown=True) == [False, expected]


def test_a_piece_of_a_file_is_data() -> None:
    packets = [test_messages.udp(octets, 50_000, 69) for octets in (b"\x00\x01name\0octet\0", PIECE_OF_A_FILE)]
    assert test_messages.passes("data.len == 5", *packets, is_as_shown=True) == [False, True]


@pytest.mark.parametrize(("begins", "expected"), [(b"GET / HTTP/1.1\r\n\r\n", [False, True]), (b"\x13 words\r\n", [False, False])])
def test_behind_a_message_of_http_what_is_none_is_data(begins: bytes, expected: list[bool]) -> None:
    segments = [Segment(100, payload=begins, port=80), Segment(100 + len(begins), payload=b"\x13\x14 more\r\n", port=80)]
    assert passing("http and data", segments, is_as_shown=True) == expected


def passed(text: str, *octets: bytes, at_s: int = 1_000_000_000) -> list[bool]:
    tree = ProtocolTree()
    packets = batch([Packet(each) for each in octets])
    times = np.full(len(octets), at_s * 1_000_000_000)
    columns = dissect(dataclasses.replace(packets, time_ns=times), tree, Fragments())
    mask = compile_filter(text, is_as_shown=True).mask(columns, Identifier(tree).identify(columns))
    return [bool(mask[row]) for row in columns.position.argsort()]


def echo(ahead: bytes, kind: int = 8) -> bytes:
    return eth(0x0800, ip(1, bytes([kind]) + b"\0\0\0\0\1\0\1" + ahead + b"words"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("icmp.data_time", [1, 1, 0, 0, 0]),
        ('icmp.data_time == "2001-09-09 01:46:39.5"', [1, 1, 0, 0, 0]),
        ("icmp.data_time_relative == 0.5", [1, 1, 0, 0, 0]),
        ("data.len == 5", [1, 1, 0, 0, 0]),
        ("icmp.data_time_relative > 1", [0, 0, 0, 0, 0]),
    ],
)
def test_an_echo_carries_a_time_in_either_order(text: str, expected: list[int]) -> None:
    big, little = pack(">II", 999_999_999, 500_000), pack("<II", 999_999_999, 500_000)
    others = (pack(">II", 999_999_999 - 86_400, 0), pack(">II", 999_999_999, 1_000_000))
    packets = (echo(big), echo(little, kind=0), *map(echo, others), echo(big, kind=13))
    assert passed(text, *packets) == [bool(each) for each in expected]
