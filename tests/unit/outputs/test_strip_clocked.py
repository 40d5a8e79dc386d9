"""What a strip of APA102 or SK9822 makes of what SPI sends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.outputs.strip_clocked import clocked
from tests.unit.outputs.led_chips import read_clocked

BEHIND = 5
"""So many LEDs more are on the strip than in the model."""

level = st.integers(0, 255)
for_both_chips = pytest.mark.parametrize("shows_at_reset", [False, True], ids=["APA102", "SK9822"])


@for_both_chips
@pytest.mark.parametrize("leds", [1, 2, 3, 60, 64, 65, 144, 1000])
def test_the_last_led_gets_its_colour_and_none_behind_it_is_lit(leds: int, *, shows_at_reset: bool) -> None:
    levels = np.random.default_rng(leds).integers(0, 256, (leds, 3), np.uint8)
    shown = read_clocked(clocked(levels), leds + BEHIND, shows_at_reset=shows_at_reset)
    assert shown == [(31, *led) for led in levels.tolist()] + [None] * BEHIND


@for_both_chips
@given(sent=st.lists(st.tuples(level, level, level), min_size=1, max_size=80))
def test_every_led_shows_its_own_colour_at_full_brightness(sent: list[tuple[int, int, int]], *, shows_at_reset: bool) -> None:
    shown = read_clocked(clocked(np.array(sent, np.uint8)), len(sent) + BEHIND, shows_at_reset=shows_at_reset)
    assert shown == [(31, *led) for led in sent] + [None] * BEHIND


@pytest.mark.parametrize(("leds", "octets"), [(64, 4), (144, 9)])
def test_a_shorter_end_would_leave_the_last_led_of_a_long_strip_as_it_was(leds: int, octets: int) -> None:
    shorter = clocked(np.full((leds, 3), 7, np.uint8))[: -octets - 1]
    assert read_clocked(shorter, leds, shows_at_reset=True)[-1] is None
