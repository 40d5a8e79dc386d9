"""Readers of applications: what they say of messages, and that nothing a stranger sends makes them fail or go on for long."""

from __future__ import annotations

from time import process_time_ns

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.readers import MOST_LINES, READERS, lines_of
from sharky.rules.filters.fields import HEAD, fields
from sharky.rules.filters.sayings import FOLLOWERS
from tests.unit.identify.builder import Packet, udp
from tests.unit.rules.application_messages import ANSWERS, ASKED, MESSAGES, PUBLIC_GET, SEEN, TOLD
from tests.unit.rules.test_messages import passes

LONGEST = 1 << 14
NESTED = b"\x30\x80" * (LONGEST // 2)
READ = sorted(READERS.keys() - {"http"})
MOST_NS = 50_000_000
"""Far above what any takes on any machine, and far below what going back and forth would."""


def said(name: str, octets: bytes, *, is_asked: bool = True) -> dict[str, list[object]]:
    """Return what a reader says, by name."""
    lines: dict[str, list[object]] = {}
    for line in lines_of(name, octets, is_asked=is_asked):
        lines.setdefault(line.name, []).append(line.value)
    return lines


@pytest.mark.parametrize(("reader", "octets", "expected"), MESSAGES)
def test_a_reader_says_what_a_message_says(reader: str, octets: bytes, expected: dict[str, object]) -> None:
    lines = said(reader, octets)
    assert {name: lines.get(name, [None])[0] for name in expected} == expected


@pytest.mark.parametrize(("reader", "octets", "expected"), ANSWERS)
def test_a_reader_says_what_an_answer_says(reader: str, octets: bytes, expected: dict[str, object]) -> None:
    lines = said(reader, octets, is_asked=False)
    assert {name: lines.get(name, [None])[0] for name in expected} == expected


@pytest.mark.parametrize(("reader", "octets", "expected"), MESSAGES)
def test_what_is_cut_off_says_no_more_than_the_whole(reader: str, octets: bytes, expected: dict[str, object]) -> None:
    whole = {line.name for line in lines_of(reader, octets)} | {
        "packet_length_encrypted",
        "encrypted_packet",
        "padding.count",
        "response.data",
    }
    assert expected.keys() <= whole
    for end in range(len(octets)):
        assert len(list(lines_of(reader, octets[:end]))) <= MOST_LINES


@pytest.mark.parametrize("reader", READ)
@given(octets=st.binary(max_size=300), is_asked=st.booleans())
def test_any_octets_are_read_without_a_failure(reader: str, octets: bytes, *, is_asked: bool) -> None:
    assert len(list(lines_of(reader, octets, is_asked=is_asked))) <= MOST_LINES


@pytest.mark.parametrize("reader", READ)
@pytest.mark.parametrize("octet", [0x00, 0x01, 0x30, 0x40, 0x80, 0xC0, 0xFF])
def test_no_message_takes_long(reader: str, octet: int) -> None:
    for octets in (bytes([octet]) * LONGEST, NESTED, (b"\x00\x01" * LONGEST)[:LONGEST], (b"a=b;" * LONGEST)[:LONGEST]):
        assert min(_took(reader, octets) for _ in range(3)) < MOST_NS


def _took(reader: str, octets: bytes) -> int:
    begin = process_time_ns()
    assert len(list(lines_of(reader, octets))) <= MOST_LINES
    return process_time_ns() - begin


def test_every_field_of_an_application_has_a_reader() -> None:
    columns = {spot.column or spot.header for field in fields().values() for spot in field.spots}
    assert {column.removeprefix(HEAD).partition(".")[0] for column in columns if column.startswith(HEAD)} <= {
        *READERS,
        *FOLLOWERS,
        "http",
        "segments",
    }


@pytest.mark.parametrize(
    ("text", "packet", "expected"),
    [
        ('snmp.data == "get-request"', udp(PUBLIC_GET, 50_000, 161), True),
        ("snmp.data == trap", udp(PUBLIC_GET, 50_000, 161), False),
        ('nbns.type == "NB"', udp(ASKED, 137, 137), True),
        ("nbns.addr[0:2] == 0a:00 and nbns.addr[3] == 01 and nbns.addr[0,3] == 0a:01", udp(TOLD, 137, 137), True),
        ("nbns.addr[1:3] == 00:00:02 or nbns.addr[4] == 00 and not nbns", udp(TOLD, 137, 137), False),
    ],
)
def test_numbers_of_applications_have_names(text: str, packet: Packet, *, expected: bool) -> None:
    assert passes(text, packet) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("snmp.value.null and snmp.community == public", True),
        ('snmp.name contains "1.3.6"', True),
        ('any snmp.name != "1.3"', True),
        ("snmp.request_id in {1..6}", False),
        ("snmp.variable_bindings + 1 == 2", True),
        ("count(snmp.name) == 1 and len(snmp.name) == 17", True),
    ],
)
def test_what_a_reader_says_is_compared_as_other_fields_are(text: str, *, expected: bool) -> None:
    assert passes(text, udp(PUBLIC_GET, 50_000, 161)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stun.att.ipv4-xord == 2b:12:a4:43", True),
        ("stun.att.ipv4-xord != 2b:12:a4:43", False),
        ("stun.att.ipv4-xord contains a4", True),
        ("stun.att.ipv4-xord[0] == 2b and stun.att.ipv4-xord[1:2] == 12:a4", True),
        (r'stun.att.ipv4-xord matches r"^\+\x12"', True),
        ("stun.att.hmac", False),
        ("stun.att.ipv4 == 10.0.0.0/8 and stun.att.port > 60000", True),
    ],
)
def test_octets_that_a_reader_says_are_compared_and_searched(text: str, *, expected: bool) -> None:
    assert passes(text, udp(SEEN, 50_000, 3478)) == [expected]
