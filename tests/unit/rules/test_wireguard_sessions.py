"""Sessions of WireGuard, which both sides name by numbers of their own."""

from __future__ import annotations

import dataclasses

import pytest

from tests.unit.identify.builder import udp
from tests.unit.rules.test_messages import passes


def begins(sender: int) -> bytes:
    return b"\1\0\0\0" + sender.to_bytes(4, "little") + bytes(140)


def answers(sender: int, receiver: int) -> bytes:
    return b"\2\0\0\0" + sender.to_bytes(4, "little") + receiver.to_bytes(4, "little") + bytes(80)


def carries(receiver: int) -> bytes:
    return b"\4\0\0\0" + receiver.to_bytes(4, "little") + bytes(24)


PACKETS = [
    dataclasses.replace(udp(octets, 51_820, 51_820), time_ns=place * 10**9)
    for place, octets in enumerate((begins(7), answers(9, 7), carries(9), carries(7), carries(8), begins(8), answers(5, 8), carries(5)))
]


@pytest.mark.parametrize("at_once", [1, 3, 8])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wg.stream == 0", [1, 2, 3, 4]),
        ("wg.stream == 1", [6, 7, 8]),
        ("wg.response_to == 1", [2]),
        ("wg.response_to == 6", [7]),
        ("wg and not wg.stream", [5]),
    ],
)
def test_packets_are_of_the_session_whose_side_they_name(text: str, expected: list[int], at_once: int) -> None:
    assert [number for number, one in enumerate(passes(text, *PACKETS, at_once=at_once), 1) if one] == expected
