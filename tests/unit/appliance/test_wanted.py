"""Which place the owner wants is known before anything else is read, and is what the settings say that are in force afterwards."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from sharky.appliance.door import open_door
from sharky.appliance.files import SETTINGS, InForce, checks
from sharky.appliance.keeping import Kept
from sharky.appliance.wanted import wanted_use

LISTEN, STORIES, BROKEN, OTHER = (
    b"version: 1\nplacement: {use: listen}\n",
    b"placement:\r\n\tuse: stories\r\n",
    b"version: 1\nplacement: {use: nowhere}\n",
    b"version: 1\nlights: {brightness: 50%}\n",
)


def put(folder: Path, own: bytes | None) -> None:
    for path in folder.iterdir():
        path.unlink()
    if own is not None:
        (folder / "Sharky.yaml.txt").write_bytes(own)


def open_it(folder: Path, kept: Kept) -> None:
    open_door(folder, kept, checks(kept), contextlib.nullcontext)


@pytest.mark.parametrize("before", [None, LISTEN, BROKEN, OTHER], ids=["nothing", "listen", "broken", "other"])
@pytest.mark.parametrize("own", [None, LISTEN, STORIES, BROKEN, OTHER], ids=["nothing", "listen", "stories", "broken", "other"])
def test_it_is_what_is_in_force_once_the_folder_is_read(before: bytes | None, own: bytes | None, tmp_path: Path) -> None:
    folder, kept = tmp_path / "door", Kept(tmp_path / "data")
    folder.mkdir()
    put(folder, before)
    open_it(folder, kept)
    put(folder, own)
    wanted = wanted_use(folder, kept)
    open_it(folder, kept)
    assert wanted == InForce(kept).machine().use


@pytest.mark.parametrize("damaged", [b"\xff\x00", BROKEN], ids=["no text", "broken"])
def test_what_is_kept_and_damaged_does_not_hold(damaged: bytes, tmp_path: Path) -> None:
    folder, kept = tmp_path / "door", Kept(tmp_path / "data")
    kept.take(SETTINGS, LISTEN.decode())
    assert wanted_use(folder, kept) == "listen"
    (kept.folder / "config" / SETTINGS).write_bytes(damaged)
    assert wanted_use(folder, kept) == "auto"
    open_it(folder, kept)
    assert InForce(kept).machine().use == "auto"
