"""Readers of applications: what they say of messages, and that nothing a stranger sends makes them fail or go on for long."""

from __future__ import annotations

from time import process_time_ns

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.readers import MOST_LINES, READERS, lines_of
from sharky.rules.filters.fields import HEAD, fields
from tests.unit.rules.application_messages import MESSAGES

LONGEST = 1 << 14
NESTED = b"\x30\x80" * (LONGEST // 2)
READ = sorted(READERS.keys() - {"http"})
MOST_NS = 50_000_000
"""Far above what any takes on any machine, and far below what going back and forth would."""


def said(name: str, octets: bytes) -> dict[str, list[object]]:
    """Return what a reader says, by name."""
    lines: dict[str, list[object]] = {}
    for line in lines_of(name, octets):
        lines.setdefault(line.name, []).append(line.value)
    return lines


@pytest.mark.parametrize(("reader", "octets", "expected"), MESSAGES)
def test_a_reader_says_what_a_message_says(reader: str, octets: bytes, expected: dict[str, object]) -> None:
    lines = said(reader, octets)
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
@given(octets=st.binary(max_size=300))
def test_any_octets_are_read_without_a_failure(reader: str, octets: bytes) -> None:
    assert len(list(lines_of(reader, octets))) <= MOST_LINES


@pytest.mark.parametrize("reader", READ)
@pytest.mark.parametrize("octet", [0x00, 0x01, 0x30, 0x40, 0x80, 0xC0, 0xFF])
def test_no_message_takes_long(reader: str, octet: int) -> None:
    for octets in (bytes([octet]) * LONGEST, NESTED, (b"\x00\x01" * LONGEST)[:LONGEST], (b"a=b;" * LONGEST)[:LONGEST]):
        begin = process_time_ns()
        assert len(list(lines_of(reader, octets))) <= MOST_LINES
        assert process_time_ns() - begin < MOST_NS


def test_every_field_of_an_application_has_a_reader() -> None:
    columns = {spot.column or spot.header for field in fields().values() for spot in field.spots}
    assert {column.removeprefix(HEAD).partition(".")[0] for column in columns if column.startswith(HEAD)} <= {*READERS, "http"}
