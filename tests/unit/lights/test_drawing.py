from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from sharky.lights import draw
from sharky.model.lights import Led, LightModel

SVG = "{http://www.w3.org/2000/svg}"


def dots(count: int, name: str = "dots") -> LightModel:
    return LightModel(
        name,
        tuple(Led(index, "eyes", 10.0 * index, 5.0, 0, "strip", str(index)) for index in range(count)),
        {"body": ((0, 0), (300, 0), (300, 100))},
    )


def test_every_led_has_a_glow_and_a_core_in_its_colour() -> None:
    picture = ElementTree.fromstring(draw(dots(3), np.array([[255, 0, 0], [0, 128, 0], [0, 0, 1]], np.uint8)))
    circles = [circle for circle in picture.iter(f"{SVG}circle") if circle.get("data-index")]
    colours = {(circle.get("id"), circle.get("fill")) for circle in circles}
    assert {("led-0", "#ff0000"), ("glow-1", "#008000"), ("led-2", "#000001")} <= colours
    assert len(circles) == 6


def test_nothing_in_the_picture_leads_elsewhere() -> None:
    text = draw(dots(2), np.zeros((2, 3), np.uint8))
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text


def test_a_name_cannot_break_out_of_the_markup() -> None:
    picture = ElementTree.fromstring(draw(dots(1, '</title><script x="&'), np.zeros((1, 3), np.uint8)))
    assert picture.findtext(f"{SVG}title") == '</title><script x="&'


def test_the_back_of_the_shark_is_drawn_above_its_belly() -> None:
    model = LightModel("two", (Led(0, "back", 0, 100, 0, "strip", "0"), Led(1, "belly", 0, 0, 0, "strip", "1")))
    picture = ElementTree.fromstring(draw(model, np.zeros((2, 3), np.uint8)))
    height = {circle.get("id"): float(circle.get("cy", "nan")) for circle in picture.iter(f"{SVG}circle")}
    assert height["led-0"] < height["led-1"]
