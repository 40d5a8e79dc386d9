"""What other programs read: complete, tidy, and no formula to a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from sharky.model.windows import Conversation, Share, Summary
from sharky.tally import summary_csv, summary_json
from sharky.tally.export import CSV_HEADER

HOUSE = Summary(
    packets=3,
    bytes=300,
    first_ns=1,
    last_ns=9,
    hierarchy=(Share("eth", 3, 300),),
    conversations=(Conversation("10.0.0.1", "10.0.0.2", 2, 200, 1, 100),),
    endpoints=(Share("10.0.0.1", 3, 300),),
    counters={"truncated": 1},
)


def test_json_has_the_keys_that_are_promised() -> None:
    assert json.loads("".join(summary_json(HOUSE))) == {
        "packets": 3,
        "bytes": 300,
        "first_ns": 1,
        "last_ns": 9,
        "hierarchy": [{"path": "eth", "packets": 3, "bytes": 300}],
        "conversations": [
            {
                "a": "10.0.0.1",
                "b": "10.0.0.2",
                "packets": 3,
                "bytes": 300,
                "packets_ab": 2,
                "bytes_ab": 200,
                "packets_ba": 1,
                "bytes_ba": 100,
            }
        ],
        "endpoints": [{"address": "10.0.0.1", "packets": 3, "bytes": 300}],
        "counters": {"truncated": 1},
    }


def test_csv_is_one_table_with_every_thing_in_a_row() -> None:
    rows = list(csv.DictReader(io.StringIO("".join(summary_csv(HOUSE)))))
    assert [row["section"] for row in rows] == ["total", "time", "time", "protocol", "endpoint", "conversation", "counter"]
    conversation = rows[5]
    assert (conversation["name"], conversation["peer"], conversation["packets_from_peer"]) == ("10.0.0.1", "10.0.0.2", "1")


@given(st.text(max_size=20))
def test_no_cell_is_a_formula_or_breaks_its_line(name: str) -> None:
    summary = Summary(1, 1, 0, 0, (Share(name, 1, 1),), (Conversation(name, name, 1, 1, 0, 0),), (Share(name, 1, 1),), {name: 1})
    text = "".join(summary_csv(summary))
    assert all(line.isprintable() for line in text.split("\n"))
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {len(CSV_HEADER)}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
