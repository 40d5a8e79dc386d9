"""How a person describes a strip."""

from __future__ import annotations

import pytest

from sharky.model.strips import StripWiring
from sharky.settings.sources import TextError
from sharky.settings.strips import parse_strip


@pytest.mark.parametrize(
    ("text", "wiring"),
    [
        ("ws2812", StripWiring()),
        ("sk6812,RGB", StripWiring("sk6812", "RGB")),
        ("apa102,/dev/spidev1.0", StripWiring("apa102", "", "/dev/spidev1.0")),
        ("sk9822,/dev/spidev0.1,bgr", StripWiring("sk9822", "BGR", "/dev/spidev0.1")),
    ],
)
def test_a_strip_is_its_kind_and_what_is_not_usual_of_it(text: str, wiring: StripWiring) -> None:
    assert parse_strip(text) == wiring


@pytest.mark.parametrize(
    ("text", "trouble", "way_out"),
    [
        ("ws2813", 'unknown kind of strip "ws2813"', 'did you mean "ws2812"?'),
        ("", 'unknown kind of strip ""', "known are: ws2812"),
        ("ws2812,GGB", '"GGB" is no order of colours', "one of RGB, RBG"),
        ("ws2812,/dev/sda", '"/dev/sda" is no SPI device', "such as /dev/spidev0.0"),
        ("ws2812,RGB,GRB", "says something twice", "such as apa102,RGB,/dev/spidev0.0"),
    ],
)
def test_what_is_no_strip_names_the_way_out(text: str, trouble: str, way_out: str) -> None:
    with pytest.raises(TextError, match=trouble) as caught:
        parse_strip(text)
    assert way_out in caught.value.hint
