"""Requests of STUN and their answers, which share a number."""

from __future__ import annotations

import dataclasses
from zlib import crc32

import pytest

from tests.unit.identify.builder import udp
from tests.unit.rules.test_messages import passes


def message(kind: int, number: int) -> bytes:
    return kind.to_bytes(2) + bytes(2) + bytes.fromhex("2112a442") + number.to_bytes(12)


PACKETS = [
    dataclasses.replace(udp(message(kind, number), 5000, 3478), time_ns=place * 10**9)
    for place, (kind, number) in enumerate(((1, 7), (1, 7), (0x101, 7), (0x101, 8), (0x111, 7)))
]


@pytest.mark.parametrize("at_once", range(1, 6))
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stun.time", [3, 5]),
        ("stun.time > 1.5 and stun.time < 2.5", [3]),
        ("stun.response-to == 1", [3, 5]),
        ("stun.reqduplicate == 1", [2]),
        ("stun.reqduplicate == 3", [5]),
    ],
)
def test_answers_are_told_by_their_numbers(text: str, expected: list[int], at_once: int) -> None:
    assert [number for number, one in enumerate(passes(text, *PACKETS, at_once=at_once), 1) if one] == expected


def test_attributes_that_are_no_multiple_of_four_octets_are_told() -> None:
    whole = message(1, 9)[:2] + b"\0\x08" + message(1, 9)[4:] + b"\x80\x22\0\4abcd"
    odd = message(1, 9)[:2] + b"\0\x09" + message(1, 9)[4:] + b"\x80\x22\0\5abcde"
    packets = (PACKETS[0], udp(whole, 5000, 3478), udp(odd, 5000, 3478))
    assert passes("stun.wrong_msglen", *packets) == [False, False, True]


def test_a_wrong_fingerprint_is_noted() -> None:
    ahead = message(1, 9)[:2] + b"\0\x08" + message(1, 9)[4:]
    right = (crc32(ahead) ^ 0x5354554E).to_bytes(4)
    packets = [udp(ahead + b"\x80\x28\0\4" + number, 5000, 3478) for number in (right, bytes(4))]
    assert passes("_ws.expert.severity == Warning and _ws.expert.group == Checksum", *packets) == [False, True]
