"""The bundled stories, played through the whole path: the same capture, rules and model give the same light show."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sharky.app.analyse import summarise
from sharky.app.lightshow import changes, lightshow
from sharky.app.shipped import read_model, read_rules, stories
from sharky.capture import Paced, open_captures
from sharky.capture.story import Story
from sharky.lights import show_line
from sharky.model.errors import Problem
from sharky.tally import summary_json
from tests.replay.clock import LeapingClock

STORIES = stories()
SHOWS = [("shark", "default"), ("first-sharky", "first-sharky")]


def assert_sound(problem: Problem) -> None:
    raise AssertionError(problem)


def text_show(story: Story, rules: str, model: str) -> str:
    used = read_rules(rules, read_model(model))
    return "".join(show_line(shown.change, shown.origin_ns) + "\n" for shown in lightshow([story.capture], used, tell=assert_sound))


@pytest.mark.parametrize(("model", "rules"), SHOWS)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.capture.stem)
def test_a_story_gives_the_light_show_that_is_stored(
    story: Story, model: str, rules: str, matches_expected: Callable[[str, str], None]
) -> None:
    matches_expected(f"{story.capture.stem}.{rules}.txt", text_show(story, rules, model))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.capture.stem)
def test_a_story_gives_the_statistics_that_are_stored(story: Story, matches_expected: Callable[[str, str], None]) -> None:
    analysis = summarise([story.capture], lambda part: None)
    assert not analysis.problems
    matches_expected(f"{story.capture.stem}.stats.json", json.dumps(json.loads("".join(summary_json(analysis.summary))), indent=1) + "\n")


@pytest.mark.parametrize("speed", [0.5, 1.0, 37.0])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.capture.stem)
def test_a_paced_replay_gives_the_same_show_as_one_at_full_speed(story: Story, speed: float) -> None:
    rules = read_rules("default", read_model("shark"))
    paced = Paced(open_captures([story.capture]), LeapingClock(), speed)
    assert list(changes(paced, rules)) == list(changes(open_captures([story.capture]), rules))
