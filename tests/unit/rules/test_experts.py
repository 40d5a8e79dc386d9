"""What Wireshark's expert information notes of packets; that Wireshark agrees is held by the oracle test."""

from __future__ import annotations

import pytest

from tests.unit.dissect.builder import eth, ip, ipv6
from tests.unit.rules.streams import ACK, PUSH, RST, SYN, Segment, passing
from tests.unit.rules.test_checksums import PING, SOLICIT, passes
from tests.unit.rules.test_interfaces import passing as passing_interfaces

SENT = Segment(1000, 5000, b"x" * 100, PUSH | ACK, at_ms=100)
TALK = (
    Segment(999, 0, flags=SYN),
    Segment(4999, 1000, flags=SYN | ACK, comes_back=True),
    SENT,
    SENT,
    Segment(1100, 0, flags=RST),
)

ROUTED = bytes((58, 2, 0, 1)) + bytes(4) + bytes(15) + b"\x09"
"""A routing header of type 0 with one station left."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("_ws.expert", [0, 1, 3, 4]),
        ('_ws.expert.severity == "Chat"', [0, 1]),
        ("_ws.expert.severity == chat", [0, 1]),
        ("_ws.expert.severity >= 0x400000", [3, 4]),
        ('_ws.expert.severity in {"Note", "Error"}', [3]),
        ("_ws.expert.severity == warning and tcp.flags.reset == 1", [4]),
        ("_ws.expert.severity != chat", [3, 4]),
        ("_ws.expert.group == Sequence and not _ws.expert.group == Protocol", [0, 1, 3, 4]),
        ("count(_ws.expert.severity) == 1", [0, 1, 3, 4]),
        ("not _ws.expert", [2]),
    ],
)
def test_what_is_noted_has_a_severity_and_a_group(text: str, expected: list[int]) -> None:
    assert [place for place, passed in enumerate(passing(text, TALK)) if passed] == expected


@pytest.mark.parametrize(
    ("text", "packet", "expected"),
    [
        ("_ws.expert", eth(0x0800, ip(1, PING)), False),
        ("_ws.expert.severity == Warning and _ws.expert.group == Checksum", eth(0x0800, ip(1, PING[:-1] + b"x")), True),
        ("_ws.expert.severity == Note and _ws.expert.group == Deprecated", eth(0x86DD, ipv6(43, ROUTED + SOLICIT)), True),
    ],
)
def test_a_value_may_decide_whether_it_is_noted(text: str, packet: bytes, *, expected: bool) -> None:
    assert passes(text, packet) is expected


def test_comments_are_noted_too() -> None:
    assert passing_interfaces("_ws.expert.severity == Comment") == passing_interfaces("frame.comment")
