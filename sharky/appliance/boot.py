"""What is done once at each start, as root: read the owner's folder, and keep what came of it for the engine."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sharky.app.atomic import write_whole
from sharky.appliance.door import Opened, open_door
from sharky.appliance.files import WIFI, checks
from sharky.appliance.keeping import Kept
from sharky.appliance.wifi import read_wifi, supplicant_text
from sharky.model.codes import NOT_SAVING, RULES

DOOR = "door.json"
"""The file's name in the folder that lasts until the machine is switched off."""

PAGE, ENGINE = "page", "sharky"
"""The folder for what is changed from the page, beside what is kept of the owner's files, and the user who may write there."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the engine is told.

    Attributes:
        kept: The folder whose files are in force.
        codes: Light codes that say what is not as wanted.
        notes: The same in words.
    """

    kept: str
    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def start(folder: Path, data: Path, run: Path, *, needs_mount: Path | None = None) -> Start:
    """Read the owner's folder.

    Args:
        folder: The owner's, on the boot partition.
        data: Where files are kept.
        run: What lasts until the machine is switched off.
        needs_mount: What has to be mounted before anything is kept in `data`; else all is kept in `run`.
    """
    kept, codes, notes = Kept(data), list[str](), list[str]()
    try:
        opened = _open(folder, kept, needs_mount)
    except OSError as error:
        kept = kept.copied_to(run / "kept") if needs_mount is None or needs_mount.is_mount() else Kept(run / "kept")
        codes.append(NOT_SAVING)
        notes.append(f"nothing can be saved, the card's data partition is missing, full or broken: {error.strerror}")
        opened = _open(folder, kept, None)
    for name, problems in opened.problems.items():
        notes.append(f"{name} has a problem, and the one before goes on: {problems[0].message}")
    if opened.problems or opened.unusable:
        codes.append(RULES)
    _make_room(kept.folder / PAGE)
    begun = Start(str(kept.folder), tuple(codes), (*notes, *opened.notes))
    plain = {"kept": begun.kept, "codes": begun.codes, "notes": begun.notes}
    write_whole(run / DOOR, json.dumps(plain, indent=1).encode())
    return begun


def read_start(run: Path, data: Path) -> Start:
    """Return what `start` has left; where it has not run, what is kept is in force."""
    try:
        read = json.loads((run / DOOR).read_text("utf-8"))
        return Start(str(read["kept"]), tuple(read["codes"]), tuple(read["notes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Start(str(data))


def write_wifi(kept: Kept, path: Path) -> bool:
    """Write wpa_supplicant's configuration for the owner's Wi-Fi, readable by root alone; return whether there is any."""
    owner = kept.in_force(WIFI)
    if owner is None:
        path.unlink(missing_ok=True)
        return False
    write_whole(path, supplicant_text(read_wifi(owner.read_text("utf-8"), str(owner))).encode(), 0o600)
    return True


@contextlib.contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Have the file system of a folder writable for as long as the block lasts, and on the disk behind it.

    Raises:
        OSError: If it cannot be.
    """
    mount = next(path for path in (folder, *folder.parents) if path.is_mount())
    if not os.statvfs(folder).f_flag & os.ST_RDONLY:
        yield
        return
    _remount(mount, "rw")
    try:
        yield
    finally:
        os.sync()
        _remount(mount, "ro")


def _remount(mount: Path, how: str) -> None:
    command = ["/usr/bin/mount", "-o", f"remount,{how}", str(mount)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - a fixed program, no shell
    if done.returncode:
        raise OSError(0, f"{mount} cannot be made {how}: {done.stderr.strip()}")


def _make_room(folder: Path) -> None:
    """Make a folder that the engine may write; without it, or its user, what is changed from the page lasts until it begins anew."""
    with contextlib.suppress(OSError, LookupError):
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        shutil.chown(folder, ENGINE, ENGINE)


def _open(folder: Path, kept: Kept, needs_mount: Path | None) -> Opened:
    """Open the owner's door.

    Raises:
        OSError: If nothing can be saved.
    """
    if needs_mount is not None and not needs_mount.is_mount():
        raise OSError(0, f"nothing is mounted at {needs_mount}")
    write_whole(kept.folder / ".can-save", bytes(4096))
    return open_door(folder, kept, checks(kept), lambda: writable(folder))
