"""What a person names on the command line, found and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sharky.app.shipped import read_light, read_model, read_rules, read_story, story_beside
from sharky.model.errors import SettingsError
from tests.unit.capture.builder import START, pcapng

ROOT = Path(__file__).parents[3]
SECOND_NS = 1_000_000_000


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "holiday.pcapng"
    path.write_bytes(pcapng([b"x"] * 20))
    return path


def test_rules_that_are_named_like_the_capture_are_no_story(capture: Path) -> None:
    rules = "version: 1\nrules:\n  - {name: a, when: dns, show: {zone: eyes, pattern: flash, colour: gold}}\n"
    capture.with_suffix(".yaml").write_text(rules)
    assert story_beside(capture) is None


def test_the_story_of_the_readme_is_told(capture: Path) -> None:
    (text,) = re.findall(r"```yaml\n(title:.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    capture.with_suffix(".yaml").write_text(text)
    told = story_beside(capture)
    assert told
    assert told.caption_at((START + 13) * SECOND_NS) == "Somebody joins the network."


def test_who_builds_a_shark_of_their_own_is_told_that_it_wants_rules_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "ray.csv"
    path.write_text("index,zone,x,y,z,output,channel\n0,wing,1,2,0,led,17\n")
    with pytest.raises(SettingsError) as caught:
        read_rules(None, read_model(str(path)))
    (problem,) = caught.value.problems
    assert 'do not fit the model "ray", whose zones are wing' in problem.message
    assert problem.hint.startswith("say --rules any-model")
    assert {rule.show.zone for rule in read_rules("any-model", read_model(str(path))).rules} == {"all"}


def test_what_is_wrong_with_model_and_rules_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read_light("shak", "defautl")
    assert [(problem.message, problem.hint.partition("; ")[2]) for problem in caught.value.problems] == [
        ("no light model 'shak'", 'did you mean "shark"?'),
        ("no rules file 'defautl'", 'did you mean "default"?'),
    ]
    with pytest.raises(SettingsError, match="no rules file 'x'"):
        read_light(None, "x")


def test_rules_that_are_there_do_not_stand_in_the_way_of_what_is_wrong_with_a_model() -> None:
    with pytest.raises(SettingsError) as caught:
        read_light("shak", "default")
    assert len(caught.value.problems) == 1


def test_a_capture_that_tells_no_story_can_be_played_all_the_same(capture: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_story(str(capture))
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (
        "holiday.pcapng tells no story: holiday.yaml is not beside it",
        f"play it without one: sharky replay {capture}",
    )


@pytest.mark.parametrize("read", [read_model, lambda name: read_rules(name, read_model(None))])
def test_of_a_file_that_is_no_settings_only_as_much_is_read_as_settings_have(read: Callable[[str], object], tmp_path: Path) -> None:
    with (tmp_path / "disk.img").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SettingsError, match="too large"):
        read(str(tmp_path / "disk.img"))
