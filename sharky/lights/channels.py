"""What an LED hangs on, read from a table: a pin, three of them, or a place on a strip, and each for one LED alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from sharky.lights.csv_table import Cell, did_you_mean
from sharky.model.errors import Problem

OUTPUTS: Final = ("led", "pwmled", "rgbled", "strip")
FREE_PINS: Final = range(2, 28)
"""BCM pins on the header of a Raspberry Pi; 0 and 1 belong to the EEPROMs of add-on boards."""


def is_count(text: str) -> bool:
    """Tell whether a text is a number such as people count with, from 0."""
    return re.fullmatch(r"[0-9]{1,6}", text) is not None


class Channels:
    """Reads the channels of one model; what is wrong goes to `problems`."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._taken: dict[str, int] = {}

    def read(self, cell: Cell, output: Cell) -> str:
        """Return what an LED hangs on, after a look at whether there is such a place and nobody else has it."""
        if output.text not in OUTPUTS:
            self._report(output, f'unknown output "{output.text}"', did_you_mean(output.text, OUTPUTS))
            return cell.text
        read: dict[str, Callable[[Cell], Sequence[str]]] = {"strip": self._strip_place, "rgbled": self._three_pins}
        for place in read.get(output.text, self._pin)(cell):
            first = self._taken.setdefault(place, cell.line)
            if first != cell.line:
                self._report(cell, f"{place} is already used in line {first}", "each LED needs one of its own")
        return cell.text

    def _report(self, cell: Cell, message: str, hint: str) -> None:
        self._problems.append(cell.problem(message, hint))

    def _strip_place(self, cell: Cell) -> Sequence[str]:
        if is_count(cell.text):
            return (f"strip place {int(cell.text)}",)
        self._report(cell, f'"{cell.text}" is no place on a strip', "places are 0, 1, 2 and so on")
        return ()

    def _pin(self, cell: Cell) -> Sequence[str]:
        if is_count(cell.text) and int(cell.text) in FREE_PINS:
            return (f"pin {int(cell.text)}",)
        self._report(cell, f'"{cell.text}" is no GPIO pin', f"BCM pins go from {FREE_PINS[0]} to {FREE_PINS[-1]}")
        return ()

    def _three_pins(self, cell: Cell) -> Sequence[str]:
        pins = cell.text.split("-")
        if len(set(pins)) == len(pins) == 3 and all(is_count(pin) and int(pin) in FREE_PINS for pin in pins):
            return [f"pin {int(pin)}" for pin in pins]
        self._report(cell, f'"{cell.text}" does not name three GPIO pins', "red, green and blue as in 17-27-22")
        return ()
