"""How bright LEDs may be, whoever pulls the slider."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharky.app.dimmer import Dimmer
from sharky.app.roomclock import RoomClock
from sharky.lights.quiet import Permitted
from sharky.model.quiet import QuietHours

FRAME_NS = 1_000_000_000 // 60
SECOND_NS = 1_000_000_000


class Clock:
    now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


def dimmer(most: float = 1.0, quiet: QuietHours | None = None) -> tuple[Dimmer, Clock]:
    clock = Clock()
    room = RoomClock(quiet, most, now_s=lambda: 1_800_000_000.0, up_s=lambda: 86_400.0)
    return Dimmer(room, most, clock), clock


def test_light_goes_at_once_and_at_a_pace_that_is_no_flash() -> None:
    lamp, clock = dimmer()
    assert lamp.permitted() == Permitted()
    lamp.want(0.2)
    clock.now_ns = SECOND_NS // 10
    assert lamp.permitted().share == 0.95
    clock.now_ns = 3 * SECOND_NS
    assert lamp.permitted().share == 0.2
    lamp.want(None)
    clock.now_ns = 6 * SECOND_NS
    assert lamp.permitted() == Permitted()


def test_what_was_wanted_before_it_began_holds_from_the_first_frame() -> None:
    lamp, _ = dimmer()
    lamp.want(0.3)
    assert lamp.permitted().share == 0.3


def test_a_wish_is_one_of_full_light_and_never_more_than_the_file_has() -> None:
    lamp, _ = dimmer(most=0.5)
    lamp.want(0.25)
    assert lamp.permitted().share == 0.5
    other, _ = dimmer(most=0.5)
    other.want(1.0)
    assert other.permitted().share == 1.0


def test_quiet_hours_take_what_is_left_and_no_wish_is_brighter_than_they_are() -> None:
    night = QuietHours(0, 24 * 60 - 1, 0.1)
    lamp, _ = dimmer(quiet=night)
    assert lamp.permitted() == Permitted(0.1, is_quiet=True)
    darker, _ = dimmer(quiet=night)
    darker.want(0.02)
    assert darker.permitted() == Permitted(0.02, is_quiet=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.integers(1, 12))
def test_however_the_slider_is_pulled_no_second_has_more_than_three_flashes(wishes: list[float], frames_each: int) -> None:
    lamp, clock = dimmer()
    shares = [lamp.permitted().share]
    for wish in wishes:
        lamp.want(wish)
        for _ in range(frames_each):
            clock.now_ns += FRAME_NS
            shares.append(lamp.permitted().share)
    for first in range(0, len(shares), 10):
        assert _rises(shares[first : first + 61]) <= 3


def _rises(shares: list[float]) -> int:
    """Count the large rises that follow upon a large fall (WCAG 2.3.1: a tenth of full light)."""
    rises, is_up, turn = 0, True, shares[0]
    for share in shares:
        turn = max(turn, share) if is_up else min(turn, share)
        if abs(share - turn) >= 0.1:
            is_up = not is_up
            rises += is_up
            turn = share
    return rises
