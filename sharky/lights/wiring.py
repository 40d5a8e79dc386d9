"""The wiring table of a model, as Markdown: made from the model file, so that what is soldered is what is lit."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from sharky.model.lights import Led, LightModel

HEADER_PINS: Final = dict(
    zip(range(2, 28), [3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13], strict=True)
)
"""Where each BCM pin is on the 40-pin header (pinout.xyz, or the command `pinout`)."""


def wiring_table(model: LightModel) -> str:
    """Return one row for each LED on a pin, and one for each run of a zone along a strip.

    >>> print(wiring_table(LightModel("one", (Led(0, "red", 100, 50, 0, "pwmled", "27", "red", 250),))))
    | zone | LEDs | connected to | from (x, y) | to (x, y) | colour | full current |
    |---|---|---|---|---|---|---|
    | red | 0 | BCM 27 (header pin 13) | 100, 50 | 100, 50 | red | 250 mA |
    """
    rows = ["| zone | LEDs | connected to | from (x, y) | to (x, y) | colour | full current |", "|---|---|---|---|---|---|---|"]
    for _, run in groupby(model.leds, key=lambda led: (led.zone, led.output, led.output == "strip" or led.index)):
        rows.append(_row(list(run)))
    return "\n".join(rows)


def _row(run: list[Led]) -> str:
    first, last = run[0], run[-1]
    cells = [
        first.zone,
        _span(str(first.index), str(last.index)),
        "strip place " + _span(first.channel, last.channel) if first.output == "strip" else _pins(first.channel),
        f"{first.x:g}, {first.y:g}",
        f"{last.x:g}, {last.y:g}",
        first.colour or "all",
        f"{sum(led.milliamperes for led in run):g} mA",
    ]
    return "| " + " | ".join(cells) + " |"


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _pins(channel: str) -> str:
    return ", ".join(f"BCM {pin} (header pin {HEADER_PINS[int(pin)]})" for pin in channel.split("-"))
