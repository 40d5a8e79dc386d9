from __future__ import annotations

import numpy as np
import pytest

from sharky.lights import render
from sharky.lights.mixer import envelope, zone_places
from sharky.lights.patterns import PATTERNS
from sharky.model.lights import Led, LightModel, Scene
from sharky.model.packets import FOREVER_NS
from tests.unit.lights.shows import MS, SECOND, cue, strip

RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
SHARK = strip("eyes", "fin", "fin", "eyes")


def test_a_cue_lights_its_zone_and_no_other() -> None:
    light = render(Scene(0, (cue("fin", colour=RED),)), SHARK, 0)
    assert light.tolist() == [[0, 0, 0], [1, 0, 0], [1, 0, 0], [0, 0, 0]]
    assert light.dtype == np.float32


def test_a_zone_may_lie_scattered_and_all_means_every_led() -> None:
    assert render(Scene(0, (cue("eyes"),)), SHARK, 0)[:, 0].tolist() == [1, 0, 0, 1]
    assert render(Scene(0, (cue("all"),)), SHARK, 0).min() == 1


def test_the_later_cue_covers_what_lies_under_it_as_far_as_it_is_bright() -> None:
    cues = (cue("all", colour=RED), cue("fin", colour=BLUE, energy=0.25))
    assert render(Scene(0, cues), SHARK, 0)[1].tolist() == [0.75, 0, 0.25]
    assert render(Scene(0, cues[::-1]), SHARK, 0)[1].tolist() == [1, 0, 0]


def test_many_cues_never_sum_up_to_more_than_full_light() -> None:
    light = render(Scene(0, tuple(cue("all", pattern) for pattern in PATTERNS) * 3), SHARK, 100 * MS)
    assert light.max() <= 1


def test_a_cue_comes_up_stays_and_fades() -> None:
    one = cue(start_ns=0, hold_until_ns=SECOND, attack_ns=100 * MS, decay_ns=500 * MS)
    assert [envelope(one, at * MS) for at in (-1, 0, 50, 100, 1000, 1250, 1500)] == [0, 0, 0.5, 1, 1, 0.5, 0]


def test_a_cue_without_end_stays() -> None:
    assert envelope(cue(hold_until_ns=FOREVER_NS, decay_ns=SECOND), 10**18) == 1


def test_a_zone_that_the_model_lacks_lights_nothing() -> None:
    assert not render(Scene(0, (cue("wings"),)), SHARK, 0).any()


def test_positions_run_along_the_longest_axis_of_a_zone() -> None:
    upright = LightModel("fin", tuple(Led(index, "fin", 5, 20.0 * index, 0, "strip", str(index)) for index in range(3)))
    assert zone_places(upright.leds)["fin"][1].tolist() == [[0, 0, 0], [0.5, 0, 0], [1, 0, 0]]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_zone_of_one_led_can_show_every_pattern(pattern: str) -> None:
    light = render(Scene(0, (cue("dot", pattern),)), strip("dot"), 400 * MS)
    assert np.isfinite(light).all()
