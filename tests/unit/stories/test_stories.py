"""The bundled stories keep what they promise: small, whole, captioned, and nobody's business but the house's own."""

from __future__ import annotations

import re
import struct
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[3] / "config" / "stories"
STORIES = sorted(FOLDER.glob("*.pcapng"))
ONE_LIMIT, ALL_LIMIT = 1 << 20, 3 << 20
ENHANCED_PACKET = 6

each_story = pytest.mark.parametrize("capture", STORIES, ids=lambda path: path.stem)


def packet_times(capture: Path) -> list[int]:
    """Return each packet's time in nanoseconds, by walking the blocks of a little-endian pcapng file with one interface."""
    octets, place, times = capture.read_bytes(), 0, []
    while place < len(octets):
        kind, length = struct.unpack_from("<II", octets, place)
        if kind == ENHANCED_PACKET:
            high, low = struct.unpack_from("<II", octets, place + 12)
            times.append(high << 32 | low)
        place += length
    return times


def sidecar(capture: Path) -> dict[str, object]:
    content = yaml.safe_load(capture.with_suffix(".yaml").read_text())
    assert isinstance(content, dict)
    return content


def captions(capture: Path) -> list[tuple[float, str]]:
    listed = sidecar(capture)["captions"]
    assert isinstance(listed, list)
    assert all(set(caption) == {"at", "text"} for caption in listed)
    return [(caption["at"], caption["text"]) for caption in listed]


def test_three_stories_or_more_fit_into_three_mebibytes() -> None:
    assert len(STORIES) >= 3
    assert sum(capture.stat().st_size for capture in STORIES) < ALL_LIMIT


@each_story
def test_a_story_is_small_and_lasts_thirty_seconds_to_two_minutes(capture: Path) -> None:
    times = packet_times(capture)
    assert capture.stat().st_size < ONE_LIMIT
    assert 30 <= (times[-1] - times[0]) / 1e9 <= 120


@each_story
def test_packets_stand_in_the_order_of_time(capture: Path) -> None:
    times = packet_times(capture)
    assert times == sorted(times)


@each_story
def test_something_happens_at_least_every_three_seconds(capture: Path) -> None:
    times = packet_times(capture)
    assert max(later - earlier for earlier, later in pairwise(times)) < 3e9


@each_story
def test_captions_come_in_order_while_packets_do(capture: Path) -> None:
    times = packet_times(capture)
    moments = [at for at, _ in captions(capture)]
    assert moments[0] == 0.0
    assert moments == sorted(set(moments))
    assert moments[-1] < (times[-1] - times[0]) / 1e9


@each_story
def test_packets_follow_each_caption_within_two_seconds(capture: Path) -> None:
    times = packet_times(capture)
    for at, text in captions(capture):
        assert any(-0.1 <= (time - times[0]) / 1e9 - at < 2 for time in times), text


@each_story
def test_words_are_plain(capture: Path) -> None:
    content = sidecar(capture)
    assert list(content) == ["title", "about", "captions"]
    for text in (content["title"], content["about"], *(text for _, text in captions(capture))):
        assert isinstance(text, str)
        assert re.fullmatch(r"[A-Z][A-Za-z0-9 ,.:;'?!()-]+", text), text


@each_story
def test_captions_fit_on_one_line_of_a_terminal(capture: Path) -> None:
    assert max(len(text) for _, text in captions(capture)) <= 76


@each_story
def test_no_word_about_the_machine_that_recorded_it(capture: Path) -> None:
    octets = capture.read_bytes()
    for word in (b"Linux", b"/home/", b"/root/", b"/etc/", b"Intel(R)"):
        assert word not in octets
