from __future__ import annotations

from pathlib import Path

import pytest

from sharky.capture.story import find_stories, load_story
from sharky.model.errors import CaptureError, SettingsError
from tests.unit.capture.builder import SECOND, START, pcapng

SOUND = """\
title: A phone comes home
about: It joins the network
captions:
  - {at: 3.5, text: It looks up where to go}
  - {at: 0, text: The phone asks for an address}
"""


def story(folder: Path, text: str | None, packets: int = 10) -> Path:
    path = folder / "phone.pcapng"
    path.write_bytes(pcapng([b"x"] * packets))
    if text is not None:
        (folder / "phone.yaml").write_text(text)
    return path


def test_captions_stand_from_their_moment_until_the_next(tmp_path: Path) -> None:
    told = load_story(story(tmp_path, SOUND))
    assert (told.title, told.about) == ("A phone comes home", "It joins the network")
    start_ns = START * SECOND
    assert told.caption_at(start_ns) == "The phone asks for an address"
    assert told.caption_at(start_ns + 3_400_000_000) == "The phone asks for an address"
    assert told.caption_at(start_ns + 3_500_000_000) == "It looks up where to go"
    assert told.caption_at(start_ns + 9 * SECOND) == "It looks up where to go"


def test_captions_begin_again_in_the_next_lap(tmp_path: Path) -> None:
    told = load_story(story(tmp_path, SOUND))
    assert told.lap_ns == 10 * SECOND
    assert told.caption_at(START * SECOND + 10 * SECOND) == "The phone asks for an address"


PROBLEMS = {
    "title: [": ("phone.yaml:1:9", "a bracket is opened and never closed"),
    "- a list": ("phone.yaml:1:1", "the file is not a mapping of keys to values"),
    "": ("phone.yaml:1:1", "the file is not a mapping of keys to values"),
    SOUND + "more: 1": ("phone.yaml:6:1", 'unknown key "more"'),
    SOUND.replace("title", "titel"): ("phone.yaml:1:1", 'unknown key "titel"'),
    SOUND.replace("3.5", "soon"): ("phone.yaml:4:10", '"at" takes a number, and here is "soon"'),
    SOUND.replace("3.5", "-1"): ("phone.yaml:4:10", '"at" is at least 0'),
    SOUND.replace("3.5", "9" * 15): ("phone.yaml:4:10", '"at" is at most 10000000'),
    SOUND.replace("text: It looks", "tixt: It looks"): ("phone.yaml:4:5", 'the key "text" is missing'),
    "title: a\nabout: b\ncaptions: none": ("phone.yaml:3:11", '"captions" takes a list, and here is text'),
    "title: a\nabout: b\ncaptions: [3]": ("phone.yaml:3:12", "a caption is a mapping, and here is a number"),
}


@pytest.mark.parametrize("text", PROBLEMS, ids=range(len(PROBLEMS)))
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str) -> None:
    place, message = PROBLEMS[text]
    with pytest.raises(SettingsError) as error:
        load_story(story(tmp_path, text))
    assert place in str(error.value)
    assert message in str(error.value)


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load_story(story(tmp_path, "about: [1]\ncaptions: [3]"))
    assert len(error.value.problems) == 3


def test_a_story_without_captions_file_or_capture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"phone\.yaml"):
        load_story(story(tmp_path, None))
    with pytest.raises(CaptureError):
        load_story(tmp_path / "none.pcapng")
    (tmp_path / "phone.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SettingsError, match=r"phone\.yaml"):
        load_story(tmp_path / "phone.pcapng")


def test_an_empty_capture_makes_a_story_of_one_second(tmp_path: Path) -> None:
    told = load_story(story(tmp_path, SOUND, packets=0))
    assert told.lap_ns == SECOND


def test_stories_are_the_captures_with_a_sidecar(tmp_path: Path) -> None:
    for name in ("b.pcapng", "b.yaml", "a.pcap.gz", "a.yaml", "alone.pcapng", "rules.yaml", "notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in find_stories(tmp_path)] == ["a.pcap.gz", "b.pcapng"]
    assert find_stories(tmp_path / "nowhere") == ()
