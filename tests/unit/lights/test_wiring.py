from __future__ import annotations

from sharky.lights.wiring import HEADER_PINS, wiring_table
from sharky.model.lights import Led, LightModel


def rows(*leds: Led) -> list[str]:
    return wiring_table(LightModel("any", leds)).splitlines()[2:]


def test_leds_of_a_zone_along_a_strip_are_one_row() -> None:
    leds = [Led(index, "flank" if index < 3 else "tail", 10.0 * index, 5, 0, "strip", str(index), "", 60) for index in range(4)]
    assert rows(*leds) == [
        "| flank | 0 to 2 | strip place 0 to 2 | 0, 5 | 20, 5 | all | 180 mA |",
        "| tail | 3 | strip place 3 | 30, 5 | 30, 5 | all | 60 mA |",
    ]


def test_each_led_on_pins_has_a_row_with_its_header_pins() -> None:
    leds = (Led(0, "eyes", 1, 2, 3, "rgbled", "17-27-22"), Led(1, "eyes", 1, 2, 3, "led", "4", "gold"))
    assert [row.split(" | ")[2] for row in rows(*leds)] == [
        "BCM 17 (header pin 11), BCM 27 (header pin 13), BCM 22 (header pin 15)",
        "BCM 4 (header pin 7)",
    ]


def test_no_two_pins_share_a_place_on_the_header_and_none_is_power_or_ground() -> None:
    places = set(HEADER_PINS.values())
    assert len(places) == 26
    assert not places & {1, 2, 4, 6, 9, 14, 17, 20, 25, 27, 28, 30, 34, 39}
