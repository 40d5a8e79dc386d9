"""Which place in the network the owner wants, before anything else is read: until it is taken, nothing passes."""

from __future__ import annotations

from pathlib import Path

from sharky.appliance.door import plain
from sharky.appliance.files import SETTINGS
from sharky.appliance.keeping import Kept
from sharky.appliance.settings import USUAL, read_machine
from sharky.appliance.texts import find
from sharky.model.errors import SettingsError


def wanted_use(folder: Path, kept: Kept) -> str:
    """Return what the settings that are about to be in force say of the place; nothing is changed, and nothing wrong is told.

    Args:
        folder: The owner's, on the boot partition.
        kept: What was in force before.
    """
    for path in _candidates(folder, kept):
        try:
            return read_machine(plain(path.read_bytes(), path.name, SETTINGS), path.name).use
        except (SettingsError, OSError, ValueError):
            continue
    return USUAL.use


def _candidates(folder: Path, kept: Kept) -> list[Path]:
    """Return the card's file and the one that is kept; that goes where the owner has removed the card's."""
    own = find(folder, SETTINGS)
    is_removed = own is None and folder.is_dir() and SETTINGS in kept.last_read()
    return [path for path in (own, None if is_removed else kept.in_force(SETTINGS)) if path]
