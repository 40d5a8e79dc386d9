"""The first light: pins that come on before anything large is loaded, so that a person sees that the power is good."""

from __future__ import annotations

import contextlib
import csv
import signal
from pathlib import Path
from threading import Event

KINDS = {"led": "LED", "pwmled": "PWMLED", "rgbled": "RGBLED"}
LEVEL = 0.2
DEFAULT = "first-sharky.csv"


def shine(data: Path, run_folder: Path) -> None:
    """Light all pins of the model dimly until SIGTERM; where there are none, there is nothing to show."""
    import gpiozero

    from sharky.outputs.header import header_factory
    from sharky.runtime.notifier import tell_system

    over = Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    with contextlib.ExitStack() as stack:
        factory = header_factory()
        for kind, pins in pins_of(model_file(data, run_folder)):
            with contextlib.suppress(gpiozero.GPIOZeroError, OSError):
                lamp = stack.enter_context(getattr(gpiozero, KINDS[kind])(*pins, pin_factory=factory))
                lamp.value = (LEVEL,) * 3 if kind == "rgbled" else LEVEL if kind == "pwmled" else 1
        tell_system("READY=1")
        over.wait()


def model_file(data: Path, run_folder: Path) -> Path:
    """Return the model that is in force as far as can be told without loading settings."""
    from sharky.settings.places import models_folder

    own = (run_folder / "kept/config/model.csv", data / "config/model.csv")
    return next((path for path in own if path.is_file()), models_folder() / DEFAULT)


def pins_of(path: Path) -> list[tuple[str, list[int]]]:
    """Return the LEDs of a model that sit on pins: what each is, and its pins."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("output") in KINDS]
    return [(row["output"], [int(pin) for pin in row["channel"].split("-")]) for row in rows]
