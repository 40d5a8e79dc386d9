from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.lights import decode
from sharky.lights.quiet import Permitted, dim
from sharky.model.lights import Frame, Led, LightModel
from sharky.model.quiet import DAY_MINUTES, QuietHours

MINUTES = st.integers(0, DAY_MINUTES - 1)


def kinds(*outputs: str) -> LightModel:
    return LightModel("kinds", tuple(Led(index, "eyes", 0, 0, 0, output, str(index)) for index, output in enumerate(outputs)))


@pytest.mark.parametrize(
    ("begin", "end", "quiet", "loud"),
    [
        ((22, 30), (7, 0), [(22, 30), (23, 59), (0, 0), (6, 59)], [(22, 29), (7, 0), (12, 0)]),
        ((13, 0), (15, 0), [(13, 0)], [(15, 0), (1, 0)]),
    ],
)
def test_it_is_quiet_from_the_first_minute_to_the_last_also_over_midnight(
    begin: tuple[int, int], end: tuple[int, int], quiet: list[tuple[int, int]], loud: list[tuple[int, int]]
) -> None:
    hours = QuietHours(begin[0] * 60 + begin[1], end[0] * 60 + end[1], 0.1)
    assert [hours.holds_at(hour * 60 + minute) for hour, minute in quiet] == [True] * len(quiet)
    assert [hours.holds_at(hour * 60 + minute) for hour, minute in loud] == [False] * len(loud)


@given(MINUTES, MINUTES, MINUTES)
def test_a_minute_is_either_in_the_quiet_hours_or_in_those_that_they_leave(begin: int, end: int, minute: int) -> None:
    if begin != end:
        assert QuietHours(begin, end, 0).holds_at(minute) != QuietHours(end, begin, 0).holds_at(minute)


def test_light_is_dimmed_in_linear_light_and_everything_else_of_a_frame_stays() -> None:
    dimmed = dim(Frame(np.array([[255, 255, 0]], np.uint8), 7, 2, 3), kinds("strip"), Permitted(0.5))
    assert (dimmed.rgb.tolist(), dimmed.time_ns, dimmed.held_back, dimmed.limited) == ([[187, 187, 0]], 7, 2, 3)


@pytest.mark.parametrize(
    ("permitted", "levels"),
    [(Permitted(0.9, is_quiet=True), [0, 243, 243]), (Permitted(0.9), [255, 243, 243]), (Permitted(0.0), [0, 0, 0])],
)
def test_leds_that_are_only_on_or_off_are_dark_in_quiet_hours_and_where_no_light_is_wanted(permitted: Permitted, levels: list[int]) -> None:
    assert dim(Frame(np.full((3, 3), 255, np.uint8)), kinds("led", "pwmled", "rgbled"), permitted).rgb.max(axis=1).tolist() == levels


@given(st.lists(st.integers(0, 255), min_size=3, max_size=3), st.floats(0, 1, width=32))
def test_a_dimmed_frame_is_never_brighter_than_its_share_so_that_it_stays_inside_the_current_budget(rgb: list[int], share: float) -> None:
    bright = np.array([rgb], np.uint8)
    assert (decode(dim(Frame(bright), kinds("strip"), Permitted(share)).rgb) <= decode(bright) * share + 2e-6).all()
