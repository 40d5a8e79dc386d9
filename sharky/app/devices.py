"""The devices in captures, and what is known of devices before they say anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sharky.app.portions import read_captures, unheard
from sharky.app.vendors import load_vendors, vendor_of
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


def devices_in(
    paths: Sequence[Path], tell: Callable[[Problem], None], owned: Path | None = None, progress: Callable[[float], None] = unheard
) -> list[DeviceReport]:
    """Return the devices of captures, in the order in which they were first seen to send.

    Args:
        paths: The captures.
        tell: Told at the end where they are damaged.
        owned: The owner's list; without one the list in the folder of settings.
        progress: Told from time to time which part of them has been read, from 0 to 1.
    """
    reading = Reading(known_devices(owned))
    load_vendors()
    for _ in read_captures(paths, reading, tell, progress):
        pass
    return reading.identifier.devices()
