"""What was changed from the page: checked, in force, kept, and undone."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.app.changes import Changes
from sharky.app.shipped import read_model, read_rules
from sharky.app.wishes import MOST_TOLD
from sharky.model.errors import SharkyError
from sharky.model.rules import RuleSet

LOOKUPS = "Lookups blink the eyes"


class Room:
    """Remembers which brightness is wanted, and what time it is."""

    def __init__(self) -> None:
        self.wanted: list[float | None] = []
        self.now_s = 0.0


@pytest.fixture
def room() -> Room:
    return Room()


def changes(room: Room, path: Path | None = None, most: float = 1.0) -> Changes:
    return Changes(path, most, room.wanted.append, lambda: room.now_s)


def written() -> RuleSet:
    return read_rules(None, read_model(None))


def off(rules: RuleSet) -> set[str]:
    return {rule.name for rule in rules.rules if not rule.is_enabled}


def test_of_hundreds_of_unknown_names_a_few_are_told_and_how_many_more_there_are(room: Room) -> None:
    with pytest.raises(SharkyError) as refused:
        changes(room).take({"rules": {f"Lookups blink the eye {number}": True for number in range(250)}}, written())
    assert len(refused.value.problems) == MOST_TOLD + 1
    assert refused.value.problems[-1].message == "240 further names are no rule's"


def test_a_rule_goes_off_and_on_again_and_is_no_change_then(room: Room) -> None:
    made = changes(room)
    made.take({"rules": {LOOKUPS: False}}, written())
    assert off(made.applied(written())) - off(written()) == {LOOKUPS}
    assert made.count == 1
    made.take({"rules": {LOOKUPS: True}}, written())
    assert made.applied(written()) == written()
    assert made.count == 0


def test_brightness_is_told_at_once_and_undone_with_all_else(room: Room) -> None:
    made = changes(room)
    made.take({"brightness": 0.3}, written())
    made.take({"rules": {LOOKUPS: False}}, written())
    assert (room.wanted, made.count) == ([None, 0.3, 0.3], 2)
    made.undo()
    assert (room.wanted[-1], made.count, made.applied(written())) == (None, 0, written())


@pytest.mark.parametrize(
    ("request_", "trouble"),
    [
        ({"brightness": 0.7}, "brightness takes a number from 0 to 0.6"),
        ({"brightness": 10**400}, "takes a number"),
        ({"brightness": -0.1}, "takes a number from 0 to 0.6"),
        ({"brightness": True}, "takes a number"),
        ({"brightness": "1"}, "takes a number"),
        ({"brightness": float("nan")}, "takes a number"),
        ({"rules": [LOOKUPS]}, "rules take true or false by their names"),
        ({"rules": {LOOKUPS: 0}}, "rules take true or false by their names"),
        ({"rules": {"Lookups blink the eye": False}}, f'no rule "Lookups blink the eye"\n  did you mean "{LOOKUPS}"?'),
        ({"brightnes": 0.1}, 'no setting "brightnes"\n  did you mean "brightness"?'),
        ({"brightness": 7, "rules": {"x": False}}, 'no rule "x"'),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(room: Room, request_: Mapping[str, object], trouble: str) -> None:
    made = changes(room, most=0.6)
    with pytest.raises(SharkyError) as caught:
        made.take(request_, written())
    assert trouble in str(caught.value)
    assert (made.count, room.wanted) == (0, [None])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just(LOOKUPS), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(["command", "brightness", "rules"]) | st.text(), JSON, max_size=4))
def test_whatever_is_asked_for_is_granted_or_refused_in_words(request_: dict[str, object]) -> None:
    made = changes(Room())
    with contextlib.suppress(SharkyError):
        made.take(request_, written())
    assert made.changed.brightness is None or 0 <= made.changed.brightness <= 1
    assert len(made.applied(written()).rules) == len(written().rules)


def test_it_outlives_a_restart_and_is_written_once_when_the_slider_rests(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "page" / "changes.json"
    made = changes(room, path)
    for step in range(10):
        made.take({"brightness": step / 10, "rules": {LOOKUPS: False}}, written())
        room.now_s += 0.1
        made.keep(settled_s=2.0)
    assert not path.exists()
    room.now_s += 2.0
    made.keep(settled_s=2.0)
    again = changes(room, path)
    assert again.changed == made.changed
    assert (room.wanted[-1], off(again.applied(written()))) == (0.9, {LOOKUPS} | off(written()))
    assert again.notes() == ()


def test_what_was_not_written_yet_is_written_at_the_end(room: Room, tmp_path: Path) -> None:
    made = changes(room, tmp_path / "changes.json")
    made.take({"brightness": 0.5}, written())
    made.keep()
    assert changes(room, tmp_path / "changes.json").changed.brightness == 0.5


def test_a_file_that_has_another_brightness_now_wins(room: Room, tmp_path: Path) -> None:
    made = changes(room, tmp_path / "changes.json")
    made.take({"brightness": 0.5, "rules": {LOOKUPS: False}}, written())
    made.keep()
    again = changes(room, tmp_path / "changes.json", most=0.8)
    assert (again.changed.brightness, dict(again.changed.rules)) == (None, {LOOKUPS: False})


GOOD = {"version": 1, "brightness": 0.5, "file_brightness": 1.0, "rules": {LOOKUPS: False}}


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\0" * 200,
        b"{",
        b"[]",
        b"7",
        b"[" * 100_000,
        json.dumps(GOOD).encode()[:-3],
        *(json.dumps({**GOOD, **wrong}).encode() for wrong in ({"version": 2}, {"brightness": 2}, {"brightness": "x"})),
        *(json.dumps({**GOOD, **wrong}).encode() for wrong in ({"brightness": True}, {"rules": []}, {"rules": {"x": 1}}, {"rules": None})),
        json.dumps({**GOOD, "rules": {str(number): True for number in range(1001)}}).encode(),
        json.dumps({name: value for name, value in GOOD.items() if name != "rules"}).encode(),
        json.dumps(GOOD).encode() + b" " * (1 << 20),
    ],
)
def test_a_damaged_file_is_told_of_and_not_used(room: Room, tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "changes.json"
    path.write_bytes(octets)
    made = changes(room, path)
    assert (made.count, room.wanted) == (0, [None])
    assert "cannot be read, and the files hold" in made.notes()[0]
    made.take({"brightness": 0.5}, written())
    made.keep()
    assert changes(room, path).changed.brightness == 0.5
    assert made.notes() == ()


def test_where_nothing_can_be_written_the_change_holds_and_a_note_says_for_how_long(room: Room, tmp_path: Path) -> None:
    (tmp_path / "page").write_text("a file where the folder should be")
    made = changes(room, tmp_path / "page" / "changes.json")
    made.take({"brightness": 0.5}, written())
    made.keep()
    assert room.wanted[-1] == 0.5
    assert "holds until Sharky begins anew" in made.notes()[0]
