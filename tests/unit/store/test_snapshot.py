import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.errors import OutputError
from sharky.model.lights import Cause, Change, Cue, Led, LightModel, Scene
from sharky.model.packets import FOREVER_NS
from sharky.model.windows import ServiceShare, Share, Talker, Window
from sharky.store import (
    MODEL,
    SNAPSHOT,
    EngineState,
    RuleInForce,
    Snapshot,
    SourceState,
    read_model,
    read_snapshot,
    write_model,
    write_snapshot,
)

CUE = Cue("eyes", "flash", (1.0, 0.8, 0.0), "gold", 10, FOREVER_NS, 1, 2, 0.5, 50, 3, Cause("Lookups", "rules.yaml", 4, 118, 10))
FISH = LightModel("fish", (Led(0, "eyes", 1.0, 2.0, 3.0, "strip", "0"),), {"body": ((0.0, 0.0), (9.0, 0.0), (5.0, 4.0))})
EVENING = Snapshot(
    Window(
        time_ns=7,
        packets_rate=3.5,
        talkers=(Talker("10.0.0.2", 5, 900, "a phone"),),
        services=(ServiceShare("netflix", "video", 3, 700),),
        series=((1, 60), (2, 120)),
        counters={"truncated": 1},
    ),
    Scene(7, (CUE,), (Change(10, "+", CUE),), "A phone wakes up"),
    (RuleInForce("Lookups", "dns", "", "eyes", "flash", "#ffcc00", "rules.yaml", 4, hits=9),),
    SourceState("morning", ("morning.pcapng",), 2.0, is_looped=True),
    EngineState(99, ("terminal", "web"), {"dropped": 0}, held_back=1),
)


def test_a_snapshot_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_snapshot(tmp_path, EVENING)
    assert read_snapshot(tmp_path) == EVENING


def test_what_has_names_goes_out_with_them_and_comes_back(tmp_path: Path) -> None:
    """The page and `sharky status` go by the names, also of tuples that have some."""
    snapshot = Snapshot(window=Window(hierarchy=(Share("eth", 3, 700),)))
    assert snapshot.to_json()["window"]["hierarchy"] == [{"name": "eth", "packets": 3, "bytes": 700}]
    write_snapshot(tmp_path, snapshot)
    assert read_snapshot(tmp_path) == snapshot


def test_a_new_snapshot_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_snapshot(tmp_path, Snapshot())
    write_snapshot(tmp_path, EVENING)
    assert read_snapshot(tmp_path) == EVENING
    assert [path.name for path in tmp_path.iterdir()] == [SNAPSHOT]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"window": 1}',
        '{"scene": {"time_ns": "x"}}',
        '{"rules": "ab"}',
        '{"source": {"files": "ab"}}',
        '{"scene": {"cues": [{}]}}',
        '{"rulse": []}',
        "\xff",
    ],
)
def test_what_is_no_snapshot_reads_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / SNAPSHOT).write_text(text, encoding="latin-1")
    assert read_snapshot(tmp_path) is None


def test_without_an_engine_there_is_no_snapshot(tmp_path: Path) -> None:
    assert read_snapshot(tmp_path) is None
    assert read_snapshot(tmp_path / "absent") is None


@given(st.floats())
def test_only_finite_numbers_are_written(rate: float) -> None:
    plain = Snapshot(Window(packets_rate=rate)).to_json()
    json.dumps(plain, allow_nan=False)
    assert plain["cut"] == int(plain["window"]["packets_rate"] != rate)


@given(st.text(st.characters(), max_size=600))
def test_any_text_can_be_written_and_is_bounded(name: str) -> None:
    plain = Snapshot(Window(talkers=(Talker(name, 1, 1),))).to_json()
    written = plain["window"]["talkers"][0]["name"]
    assert len(written.encode()) <= 4 * 400
    assert plain["cut"] == int(written != name)


def test_a_list_without_end_is_cut_and_counted() -> None:
    many = tuple(Share(str(number), 1, 1) for number in range(5_000))
    plain = Snapshot(Window(hierarchy=many, hits={share.name: 1 for share in many})).to_json()
    assert len(plain["window"]["hierarchy"]) == len(plain["window"]["hits"]) == 2_000
    assert plain["cut"] == 2


def test_what_was_cut_before_stays_counted() -> None:
    assert replace(EVENING, cut=3).to_json()["cut"] == 3


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_model(tmp_path) is None
    write_model(tmp_path, FISH)
    assert read_model(tmp_path) == FISH
    (tmp_path / MODEL).write_text('{"name": "fish"}')
    assert read_model(tmp_path) is None


def test_a_folder_that_takes_nothing_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"/gone: what the page reads cannot be written: No such file(.|\n)*TMPDIR"):
        write_snapshot(tmp_path / "gone", EVENING)
