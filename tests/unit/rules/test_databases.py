"""What databases are asked, in the packet in which a message ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.databases import read_pgsql
from sharky.rules.filters.directed_messages import _lines
from sharky.rules.filters.whole_messages import Whole
from tests.unit.rules.database_messages import AMQP, MYSQL, PGSQL
from tests.unit.rules.streams import Segment, passing


def talk(port: int, turns: list[list[bytes]], *, first: bool) -> list[Segment]:
    """Return the segments of turns; the client has the `first` one, or the second."""
    sent, segments = [1, 1], []
    for turn, pieces in enumerate(turns):
        comes_back = (turn % 2 == 1) is first
        for octets in pieces:
            segments.append(Segment(sent[comes_back], payload=octets, comes_back=comes_back, port=port))
            sent[comes_back] += len(octets)
    return segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('mysql.query contains "tea"', [3]),
        ("mysql.command == 14", [5]),
        ('mysql.user == "anna" and mysql.schema == "house"', [1]),
        ('mysql.version == "8.0.36"', [0]),
        ('mysql.error_code == 1045 and mysql.error.message contains "denied"', [4]),
    ],
)
def test_what_mysql_says(text: str, expected: list[int]) -> None:
    segments = talk(3306, MYSQL, first=False)
    assert [row for row, one in enumerate(passing(text, segments, range(len(segments)))) if one] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('pgsql.query == "SELECT tea"', [3]),
        ('pgsql.type == "Data row"', [4]),
        ('pgsql.type == "Parse" and pgsql.statement == "one"', [5]),
        ('pgsql.parameter_name == "user" and pgsql.parameter_value == "anna"', [0]),
        ('pgsql.code == "42601"', [6]),
        ("pgsql.frontend == 1", [0, 3, 5, 7]),
    ],
)
def test_what_postgresql_says(text: str, expected: list[int]) -> None:
    segments = talk(5432, PGSQL, first=True)
    assert [row for row, one in enumerate(passing(text, segments, range(len(segments)))) if one] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('amqp.method.arguments.routing_key == "tea"', [2, 3]),
        ("amqp.method.arguments.delivery_tag == 5", [3]),
        ('amqp.method.arguments.queue == "jobs" and amqp.channel == 2', [4]),
        ("amqp.type == 1 and amqp.method.class == 10", [1]),
    ],
)
def test_what_amqp_says(text: str, expected: list[int]) -> None:
    segments = talk(5672, AMQP, first=True)
    assert [row for row, one in enumerate(passing(text, segments, range(len(segments)))) if one] == expected


@given(st.binary(min_size=1, max_size=80), st.booleans())
def test_whatever_postgresql_says_nothing_fails(octets: bytes, is_asked: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    assert all(line.name for line in _lines(Whole(0, 1, octets), is_asked=is_asked))
    assert next(read_pgsql(octets, is_asked=is_asked)).value == is_asked
