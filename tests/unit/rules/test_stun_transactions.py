"""Requests of STUN and their answers, which share a number."""

from __future__ import annotations

import dataclasses

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
