from __future__ import annotations

import json

import pytest

from sharky.lights import show_line, show_record
from sharky.model.lights import Cause, Change
from tests.unit.lights.shows import SECOND, cue

LOOKUP = cue("eyes", "flash", colour_name="gold", cause=Cause("Lookups blink the eyes", "my.yaml", 3, 118, 0))


@pytest.mark.parametrize(
    ("time_ns", "seconds"),
    [(0, "0.000"), (12_340_999_999, "12.340"), (3_600 * SECOND, "3600.000"), (-1_500_000, "-0.001")],
)
def test_a_line_counts_seconds_from_the_first_packet(time_ns: int, seconds: str) -> None:
    origin_ns = 1_700_000_000 * SECOND
    line = show_line(Change(origin_ns + time_ns, "-", LOOKUP), origin_ns)
    assert line == f'{seconds} - eyes flash gold  "Lookups blink the eyes" packet 118'


def test_a_name_cannot_move_the_cursor() -> None:
    change = Change(0, "+", cue(cause=Cause("a\x1b[2J\nb\x9bc", "", 0, 1, 0)))
    assert show_line(change) == '0.000 + eyes solid white  "a\\x1b[2J\\nb\\x9bc" packet 1'


def test_a_record_says_the_same_and_where_the_rule_stands() -> None:
    record = show_record(Change(5 * SECOND, "+", LOOKUP), 3 * SECOND)
    assert json.loads(json.dumps(record)) == {
        "time_ns": 5 * SECOND,
        "at_ns": 2 * SECOND,
        "sign": "+",
        "zone": "eyes",
        "pattern": "flash",
        "colour": "gold",
        "priority": 50,
        "rule": "Lookups blink the eyes",
        "file": "my.yaml",
        "line": 3,
        "packet": 118,
    }
