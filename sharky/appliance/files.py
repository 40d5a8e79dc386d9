"""The files that an owner may put into the folder on the card, and how each is checked.

What reads rules and models is loaded where there is something to read: until the place in the network is taken, nothing passes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sharky.appliance.door import Check
from sharky.appliance.keeping import Kept
from sharky.appliance.settings import Machine, read_machine
from sharky.appliance.wifi import read_wifi

if TYPE_CHECKING:
    from sharky.model.lights import LightModel

SETTINGS, MODEL, RULES, DEVICES, WIFI = "sharky.yaml", "model.csv", "rules.yaml", "devices.yaml", "wifi.yaml"


def checks(kept: Kept) -> Mapping[str, Check]:
    """Return what checks each file; rules are checked with the model that is in force, which is read before them."""
    readers: dict[str, Callable[[str, str], object]] = {
        SETTINGS: read_machine,
        MODEL: _check_model,
        DEVICES: _check_devices,
        WIFI: read_wifi,
        RULES: lambda text, file: _check_rules(text, file, kept),
    }
    return readers


def _check_model(text: str, file: str) -> object:
    from sharky.lights import load_model

    return load_model(text, "", file)


def _check_devices(text: str, file: str) -> object:
    from sharky.settings.owned import load_owned

    return load_owned(text, file)


def _check_rules(text: str, file: str, kept: Kept) -> object:
    from sharky.app.shipped import vocabulary
    from sharky.rules import load_rules

    return load_rules(text, file, vocabulary(InForce(kept).model()))


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds now: the owner's files, or those that come with Sharky."""

    kept: Kept

    def machine(self) -> Machine:
        """Return the settings of this machine."""
        path = self.kept.in_force(SETTINGS)
        return read_machine(path.read_text("utf-8"), str(path)) if path else Machine()

    def model(self) -> LightModel:
        """Return the light model."""
        from sharky.app.shipped import read_model

        path = self.kept.in_force(MODEL)
        return read_model(str(path) if path else self.machine().model or None)

    def rules(self) -> str | None:
        """Return the rules file; None for the one that comes with the model."""
        path = self.kept.in_force(RULES)
        return str(path) if path else None

    def devices(self) -> Path | None:
        """Return the owner's list of devices."""
        return self.kept.in_force(DEVICES)
