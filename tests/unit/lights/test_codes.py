from __future__ import annotations

import pytest

from sharky.app.shipped import read_model
from sharky.lights import PATTERNS, linear_colour, render
from sharky.lights.codes import codes, with_codes
from sharky.model.lights import Scene


@pytest.mark.parametrize("model", ["shark", "first-sharky"])
@pytest.mark.parametrize("name", codes())
def test_every_code_lights_something_on_every_model(model: str, name: str) -> None:
    lights = read_model(model)
    scene = with_codes(Scene(), lights, [name])
    assert max(render(scene, lights, step * 50_000_000).max() for step in range(1, 40)) > 0.01


@pytest.mark.parametrize("code", codes().values(), ids=lambda code: code.code)
def test_every_code_says_what_it_means_and_what_to_do(code: object) -> None:
    assert code.pattern in PATTERNS  # type: ignore[attr-defined]
    assert linear_colour(code.colour)  # type: ignore[attr-defined]
    assert code.meaning  # type: ignore[attr-defined]
    assert code.way_out  # type: ignore[attr-defined]
