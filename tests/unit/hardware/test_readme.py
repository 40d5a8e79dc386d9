from __future__ import annotations

import re
from pathlib import Path

import pytest

from sharky.lights import load_model
from sharky.lights.wiring import wiring_table

HARDWARE = Path(__file__).parents[3] / "hardware"
MODELS = sorted(path.stem for path in (HARDWARE / "models").glob("*.csv") if "outline" not in path.stem)


@pytest.mark.parametrize("name", MODELS)
def test_the_wiring_table_is_fresh(name: str) -> None:
    model = load_model((HARDWARE / "models" / f"{name}.csv").read_text(encoding="utf-8"), "", f"{name}.csv")
    written = re.search(rf"<!-- wiring of {name} -->\n(.*?)\n<!-- end -->", (HARDWARE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert written is not None
    assert written[1] == wiring_table(model), "run scripts/write-wiring-tables"


@pytest.mark.parametrize("name", MODELS)
def test_every_led_lies_within_the_outline_of_its_shark(name: str) -> None:
    texts = ((HARDWARE / "models" / f"{name}{ending}.csv").read_text(encoding="utf-8") for ending in ("", "-outline"))
    model = load_model(*texts, f"{name}.csv")
    solid = [line for kind, line in model.outline.items() if kind == "body" or "fin" in kind]
    outside = [led.index for led in model.leds if not any(is_inside((led.x, led.y), line) for line in solid)]
    assert outside == []


def is_inside(point: tuple[float, float], line: tuple[tuple[float, float], ...]) -> bool:
    """Count how often a ray to the right crosses the line."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(line, [*line[1:], line[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1
