from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.lights import Finisher, decode
from sharky.model.lights import Led, LightModel
from tests.unit.lights.shows import strip


def ungoverned(model: LightModel, colours: object, **more: float) -> np.ndarray:
    return Finisher(model, is_governed=False, **more).finish(np.array(colours, np.float32), 0).rgb


def test_full_light_stays_full_and_half_light_is_encoded_for_the_eye() -> None:
    assert ungoverned(strip("a", "b"), [[1, 0, 0], [0.5, 0.5, 0.5]]).tolist() == [[255, 0, 0], [187, 187, 187]]


def test_brightness_takes_down_linear_light() -> None:
    assert ungoverned(strip("a"), [[1, 1, 0]], brightness=0.5).tolist() == [[187, 187, 0]]


def test_an_led_of_one_colour_shines_in_it_as_brightly_as_the_strongest_channel() -> None:
    model = LightModel("string", (Led(0, "red", 0, 0, 0, "pwmled", "27", "red"),))
    assert ungoverned(model, [[0.0, 0.2, 1.0]]).tolist() == [[255, 0, 0]]


def drawn(model: LightModel, rgb: np.ndarray) -> float:
    load = [
        decode(colour).sum() / 3 if led.output == "strip" else decode(colour).max() for led, colour in zip(model.leds, rgb, strict=True)
    ]
    return float(sum(part * led.milliamperes for part, led in zip(load, model.leds, strict=True)))


@given(st.lists(st.tuples(*[st.floats(0, 1, width=32)] * 3), min_size=5, max_size=5), st.floats(1, 400), st.integers(0, 5))
def test_all_leds_together_never_draw_more_than_the_budget(colours: list[tuple[float, float, float]], budget: float, single: int) -> None:
    leds = [Led(index, "a", 0, 0, 0, "pwmled" if index < single else "strip", "0", "red", 60.0) for index in range(5)]
    model = LightModel("both", tuple(leds), {}, budget)
    finisher = Finisher(model)
    for frame in range(3):
        rgb = finisher.finish(np.array(colours if frame % 2 else colours[::-1], np.float32), frame * 10**9).rgb
        assert drawn(model, rgb) <= budget * 1.001


def test_what_the_budget_dims_is_dimmed_alike_and_counted() -> None:
    finisher = Finisher(strip("a", "b", budget_milliamperes=60.0), is_governed=False)
    assert finisher.finish(np.float32([[1, 1, 1], [0.5, 0.5, 0.5]]), 0).limited == 1
    frame = finisher.finish(np.float32([[1, 1, 1], [1, 1, 1]]), 0)
    assert (frame.limited, frame.rgb.tolist()) == (2, [[187] * 3] * 2)
    assert finisher.finish(np.float32([[1, 1, 1], [0, 0, 0]]), 0).limited == 2


def test_an_led_that_is_only_on_or_off_counts_in_full_and_is_not_dimmed() -> None:
    leds = (Led(0, "a", 0, 0, 0, "led", "17", "white", 60.0), Led(1, "b", 0, 0, 0, "strip", "0", "", 60.0))
    model = LightModel("both", leds, {}, 90.0)
    assert ungoverned(model, np.ones((2, 3))).tolist() == [[255] * 3, [187] * 3]
    assert ungoverned(model, np.ones((2, 3)), brightness=0.1)[0].tolist() == [255] * 3


def test_leds_that_cannot_be_dimmed_shine_beyond_the_budget_and_it_is_told() -> None:
    leds = tuple(Led(index, "a", 0, 0, 0, "led", "17", "white", 60.0) for index in range(2))
    frame = Finisher(LightModel("string", leds, {}, 90.0), is_governed=False).finish(np.ones((2, 3), np.float32), 0)
    assert (frame.rgb.tolist(), frame.limited) == ([[255] * 3] * 2, 1)


def test_an_led_said_to_be_black_shines_white() -> None:
    model = LightModel("string", (Led(0, "a", 0, 0, 0, "pwmled", "27", "black"),))
    assert ungoverned(model, [[1.0, 0.0, 0.0]]).tolist() == [[255] * 3]


@pytest.mark.parametrize("value", [-1.0, 2.0])
def test_light_out_of_bounds_is_clipped(value: float) -> None:
    assert ungoverned(strip("a"), [[value] * 3]).tolist() == [[255 if value > 0 else 0] * 3]


def test_a_frame_carries_packet_time() -> None:
    assert Finisher(strip("a")).finish(np.zeros((1, 3), np.float32), 5, time_ns=7).time_ns == 7
