"""What a strip of WS2812B or SK6812 reads from SPI, at every clock that a Pi makes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.outputs.strip_pulses import HZ, pulses
from tests.unit.outputs.led_chips import BUS_CLOCKS_HZ, SHEETS, Sheet, clock_of, pulses_of, read_pulsed

Leds = list[tuple[int, int, int]]
level = st.integers(0, 255)
leds = st.lists(st.tuples(level, level, level), min_size=1, max_size=40)

BOTH_BITS = np.array([[0b01010101, 0, 255]], np.uint8)

at_each_clock = pytest.mark.parametrize("bus_hz", BUS_CLOCKS_HZ)
by_each_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)


@at_each_clock
@by_each_sheet
def test_all_times_are_inside_the_data_sheet_but_one(bus_hz: int, sheet: Sheet) -> None:
    _, found = pulses_of(pulses(BOTH_BITS), clock_of(bus_hz, HZ))
    for pulse in found[:-1]:
        is_one = pulse.high_ns > 500
        assert (sheet.t1h if is_one else sheet.t0h).holds(pulse.high_ns)
        low = sheet.t1l if is_one else sheet.t0l
        assert low.holds(pulse.low_ns) or (sheet.name == "WS2812B of 2013" and is_one and pulse.low_ns <= 660)


@pytest.mark.parametrize(("bus_hz", "mhz"), [*zip(BUS_CLOCKS_HZ, (3.030, 3.049, 3.030, 3.049), strict=True)])
def test_the_clocks_are_those_that_the_module_names(bus_hz: int, mhz: float) -> None:
    assert clock_of(bus_hz, HZ) / 1e6 == pytest.approx(mhz, abs=0.0005)


@at_each_clock
@by_each_sheet
@pytest.mark.parametrize("rest_clocks", [0, 1, 100])
@given(sent=leds)
def test_every_led_reads_its_own_colour_even_where_the_bus_rests_between_octets(
    bus_hz: int, sheet: Sheet, rest_clocks: int, sent: Leds
) -> None:
    assert read_pulsed(sheet, pulses(np.array(sent, np.uint8)), clock_of(bus_hz, HZ), rest_clocks) == sent


def test_the_resets_are_long_enough_at_the_fastest_clock_that_may_come_out() -> None:
    octets = pulses(BOTH_BITS)
    quiet_ns, found = pulses_of(octets, HZ)
    assert min(quiet_ns, found[-1].low_ns) >= 280_000


def test_each_octet_ends_low_so_that_a_rest_makes_no_pulse_longer() -> None:
    every_level = np.arange(256, dtype=np.uint8).repeat(3).reshape(-1, 3)
    assert not any(octet & 1 for octet in pulses(every_level))
