"""The devices in captures, and what is known of devices before they say anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sharky.app.portions import read_in_portions
from sharky.app.vendors import load_vendors, vendor_of
from sharky.capture import open_captures
from sharky.identify.devices import KnownDevices
from sharky.model.devices import DeviceReport
from sharky.model.errors import Problem
from sharky.pipeline.reading import Reading
from sharky.settings.owned import load_owned
from sharky.settings.places import config_folder
from sharky.settings.sources import read_text

OWNED = "devices.yaml"


def known_devices(path: Path | None = None) -> KnownDevices:
    """Return what is known beforehand: the owner's names and the vendors of addresses.

    Args:
        path: The owner's list; without one the list in the folder of settings.

    Raises:
        SettingsError: With all that is wrong with the list.
    """
    chosen = path or config_folder() / OWNED
    return KnownDevices(load_owned(read_text(chosen), str(chosen)), vendor_of)


def devices_in(paths: Sequence[Path], tell: Callable[[Problem], None], owned: Path | None = None) -> list[DeviceReport]:
    """Return the devices of captures, in the order in which they were first seen to send; tell where the files are damaged."""
    reading, source = Reading(known_devices(owned)), open_captures(paths)
    load_vendors()
    for _ in read_in_portions(source, reading):
        pass
    for problem in source.problems:
        tell(problem)
    return reading.identifier.devices()
