from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.lights import Finisher, decode
from sharky.model.lights import Frame
from tests.unit.lights.shows import SECOND, strip

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
SHARK = strip(*["flank"] * 12, budget_milliamperes=1e6)
Light = Callable[[float], np.ndarray]


def frames(light: Light, seconds: float = 6.0, rate: float = 60.0, **more: bool) -> list[Frame]:
    finisher = Finisher(SHARK, **more)
    return [finisher.finish(light(frame / rate).astype(np.float32), int(frame / rate * SECOND)) for frame in range(int(seconds * rate))]


def large_changes(shown: list[Frame], way: str, rate: float = 60.0, at_once: float = 0.1) -> list[float]:
    """When a quarter of the LEDs together went up, or down, by a tenth or more: told from the frames alone, LED by LED."""
    levels = np.array([decode(frame.rgb) @ LUMINANCE for frame in shown])
    crossed: dict[int, set[int]] = {}
    for led in range(levels.shape[1]):
        for frame in _crossings(levels[:, led])[way]:
            crossed.setdefault(frame, set()).add(led)
    large, fresh = [], dict[int, int]()
    for frame in sorted(crossed):
        fresh = {led: when for led, when in fresh.items() if frame - when < at_once * rate} | dict.fromkeys(crossed[frame], frame)
        if len(fresh) > levels.shape[1] / 4:
            large.append(frame / rate)
            fresh = {}
    return large


def _crossings(levels: np.ndarray) -> dict[str, list[int]]:
    low = high = levels[0]
    found: dict[str, list[int]] = {"up": [], "down": []}
    is_up = False
    for frame, level in enumerate(levels):
        low, high = min(low, level), max(high, level)
        if not is_up and level - low >= 0.1 and low < 0.8:
            found["up"].append(frame)
            is_up, high = True, level
        elif is_up and high - level >= 0.1 and level < 0.8:
            found["down"].append(frame)
            is_up, low = False, level
    return found


def most_flashes_in_a_second(shown: list[Frame], rate: float = 60.0) -> int:
    """A flash is a pair of opposing changes."""
    changes = sorted((time, way) for way in ("up", "down") for time in large_changes(shown, way, rate))
    return max((sum(begin <= time < begin + 1 for time, _ in opposing(changes)) // 2 for begin, _ in changes), default=0)


def opposing(changes: list[tuple[float, str]]) -> list[tuple[float, str]]:
    return [change for before, change in pairwise([(0.0, ""), *changes]) if before[1] != change[1]]


def strobe(hertz: float, phase: float = 0.0, colour: tuple[float, float, float] = (1, 1, 1)) -> Light:
    return lambda seconds: np.full((12, 3), colour) * ((seconds * hertz + phase) % 1 < 0.5)


def contrary_halves(seconds: float) -> np.ndarray:
    light = np.zeros((12, 3))
    light[: 6 if seconds * 10 % 1 < 0.5 else 0] = 1
    light[6 if seconds * 10 % 1 >= 0.5 else 12 :] = 1
    return light


def sweep(seconds: float) -> np.ndarray:
    led = np.arange(12)[:, None]
    return np.repeat(((seconds * 6 - led / 24) % 1 < 0.5).astype(float), 3, axis=1)


FAINT_SHORT = ((1.22, 1.43), (1.5, 1.55), (1.65, 1.7), (2.24, 2.3))
"""When a light is on that rises three times in any second as it is asked for, and a fourth time where damping puts the first one off."""


def put_off(seconds: float) -> np.ndarray:
    is_on = seconds % 0.1 < 0.05 if seconds < 0.5 else any(begin <= seconds < end for begin, end in FAINT_SHORT)
    return np.full((12, 3), 0.13 * is_on)


STROBES = {
    "10 Hz": strobe(10),
    "10 Hz, other phase": strobe(10, 0.37),
    "3.5 Hz": strobe(3.5),
    "4 Hz, faint": strobe(4, 0.1, (0.2, 0.2, 0.2)),
    "29 Hz": strobe(29),
    "soft 8 Hz": lambda seconds: np.full((12, 3), 0.5 + 0.5 * np.sin(seconds * 8 * 2 * np.pi)),
    "contrary halves": contrary_halves,
    "sweep": sweep,
    "bright for a second, then a strobe": lambda seconds: np.ones((12, 3)) if seconds < 1 else strobe(10)(seconds),
    "faint rises, the first put off by damping": put_off,
    "in bursts": lambda seconds: strobe(10)(seconds) if seconds % 2 < 0.9 else np.zeros((12, 3)),
}


@pytest.mark.parametrize("name", STROBES)
@pytest.mark.parametrize("rate", [60.0, 25.0])
def test_no_strobe_gets_through_at_more_than_three_flashes_in_any_second(name: str, rate: float) -> None:
    assert most_flashes_in_a_second(frames(STROBES[name], rate=rate), rate) <= 3


@pytest.mark.parametrize("name", STROBES)
def test_without_the_governor_the_same_strobes_do(name: str) -> None:
    assert most_flashes_in_a_second(frames(STROBES[name], is_governed=False)) > 3


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 4095), st.sampled_from([0.0, 0.15, 0.5, 1.0])), min_size=1, max_size=40))
def test_no_light_at_all_flashes_more_than_three_times_a_second(parts: list[tuple[int, int, float]]) -> None:
    lights = [
        np.repeat([(mask >> led & 1) * level for led in range(12)], 3).reshape(12, 3) for count, mask, level in parts for _ in range(count)
    ]
    shown = frames(lambda seconds: lights[round(seconds * 60)], seconds=len(lights) / 60)
    assert most_flashes_in_a_second(shown) <= 3


def test_a_red_strobe_is_held_though_its_luminance_is_small() -> None:
    red = np.array([decode(frame.rgb)[0, 0] for frame in frames(strobe(10, 0.0, (0.3, 0, 0)))])
    rises = [frame / 60 for frame in _crossings(red)["up"]]
    assert max(sum(begin <= time < begin + 1 for time in rises) for begin in rises) <= 3


def test_what_is_held_back_is_counted_and_damped_to_a_steady_light() -> None:
    shown = frames(strobe(10), seconds=6)
    late = np.array([decode(frame.rgb).mean() for frame in shown[-60:]])
    assert 45 <= shown[-1].held_back <= 60
    assert 0.4 < late.min() < late.max() < 0.6


def test_three_flashes_a_second_pass_untouched() -> None:
    shown = frames(strobe(3), seconds=4)
    assert shown[-1].held_back == 0
    assert {int(frame.rgb.max()) for frame in shown} == {0, 255}


NO_FLASHES: dict[str, Light] = {
    "fades": lambda seconds: np.full((12, 3), abs(seconds % 2 - 1)),
    "bright all the time": lambda seconds: np.full((12, 3), 0.85 if seconds % 0.1 < 0.05 else 1.0),
    "small changes": lambda seconds: np.full((12, 3), 0.5 if seconds % 0.1 < 0.05 else 0.56),
    "stairs": lambda seconds: np.full((12, 3), (seconds * 10 // 1 % 10) / 10),
    "stairs down": lambda seconds: np.full((12, 3), 1 - (seconds * 10 // 1 % 10) / 10),
}


@pytest.mark.parametrize("light", NO_FLASHES.values(), ids=NO_FLASHES)
def test_what_does_not_flash_passes_untouched(light: Light) -> None:
    shown = frames(light, seconds=4)
    assert shown[-1].held_back == 0
    assert [frame.rgb.tolist() for frame in shown] == [frame.rgb.tolist() for frame in frames(light, seconds=4, is_governed=False)]


def test_a_small_part_may_flicker() -> None:
    def eyes(seconds: float) -> np.ndarray:
        light = np.zeros((12, 3))
        light[:2] = seconds * 10 % 1 < 0.5
        return light

    shown = frames(eyes, seconds=2)
    assert shown[-1].held_back == 0
    assert {int(frame.rgb.max()) for frame in shown} == {0, 255}


def test_after_a_second_of_peace_light_is_as_it_was_asked_for() -> None:
    shown = frames(lambda seconds: strobe(10)(seconds) if seconds < 2 else np.full((12, 3), 0.7), seconds=4)
    assert np.allclose(decode(shown[-1].rgb), 0.7, atol=0.01)
