from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.lights.patterns import PATTERNS, Positions

every_pattern = pytest.mark.parametrize("name", PATTERNS)


def row(count: int) -> Positions:
    positions = np.zeros((count, 3), np.float32)
    positions[:, 0] = np.linspace(0, 1, count) if count > 1 else 0.5
    return positions


@every_pattern
@given(seconds=st.floats(0, 1e10), count=st.integers(0, 70), energy=st.floats(0, 1), spread=st.floats(-1, 1))
def test_every_pattern_gives_each_led_an_intensity_from_dark_to_full(
    name: str, seconds: float, count: int, energy: float, spread: float
) -> None:
    positions = row(count) + np.float32([0, spread, -spread])
    intensity = PATTERNS[name].intensity(seconds, positions, energy)
    assert (intensity.shape, intensity.dtype) == ((count,), np.float32)
    assert np.all((intensity >= 0) & (intensity <= 1))
    assert np.array_equal(intensity, PATTERNS[name].intensity(seconds, positions.copy(), energy))


@every_pattern
@pytest.mark.parametrize("count", [1, 2, 12])
def test_every_pattern_is_seen_while_it_is_held_even_for_one_packet(name: str, count: int) -> None:
    pattern = PATTERNS[name]
    moments = np.arange(0, pattern.hold_ns / 1e9, 0.02)
    brightest = max(pattern.intensity(float(moment), row(count), 0.35).max() for moment in moments)
    assert brightest > 0.12


@every_pattern
def test_no_pattern_comes_on_more_than_three_times_a_second(name: str) -> None:
    lit = np.array([PATTERNS[name].intensity(frame / 60, row(20), 1.0).mean() for frame in range(600)]) > 0.3
    assert (np.diff(lit.astype(int)) == 1).sum() <= 3 * 10


@every_pattern
def test_every_pattern_tells_in_one_line_how_it_moves(name: str) -> None:
    assert 0 < len(PATTERNS[name].description) < 80
    assert "\n" not in PATTERNS[name].description


def brightest_led(name: str, seconds: float) -> int:
    return int(PATTERNS[name].intensity(seconds, row(20), 1.0).argmax())


def test_a_chase_runs_from_the_beginning_of_the_zone_to_its_end() -> None:
    assert [brightest_led("chase", seconds) for seconds in (0.0, 0.45, 0.89)] == [0, 9, 18]


def test_a_ripple_spreads_from_the_middle() -> None:
    ring = PATTERNS["ripple"].intensity
    assert brightest_led("ripple", 0.0) in (9, 10)
    assert ring(0.6, row(21), 1.0)[[3, 17]].min() > ring(0.6, row(21), 1.0)[10]


def test_a_meter_fills_as_far_as_the_energy_goes() -> None:
    lit = [int((PATTERNS["meter"].intensity(0, row(20), energy) > 0.5).sum()) for energy in (0.0, 0.35, 0.7, 1.0)]
    assert lit == [0, 7, 14, 20]


def test_more_energy_sparkles_on_more_leds() -> None:
    def lit(energy: float) -> int:
        return sum(int((PATTERNS["sparkle"].intensity(frame / 10, row(60), energy) > 0.1).sum()) for frame in range(50))

    assert lit(0.0) < lit(0.5) < lit(1.0)


def test_sparkles_do_not_keep_step_with_each_other() -> None:
    some = PATTERNS["sparkle"].intensity(3.0, row(60), 1.0)
    assert len(np.unique(some)) > 5
    assert 0.1 < (some > 0.05).mean() < 0.9


def test_a_one_shot_is_over_before_the_next_may_begin() -> None:
    assert {name for name, pattern in PATTERNS.items() if pattern.is_one_shot} == {"flash", "ripple"}
