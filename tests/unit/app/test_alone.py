"""What only one Sharky may hold at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.app.alone import alone_in
from sharky.model.errors import CaptureError


def test_two_recordings_into_one_folder_are_one_too_many(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    with alone_in(folder), pytest.raises(CaptureError, match="another Sharky records into this folder"), alone_in(folder):
        pass
    with alone_in(folder), alone_in(tmp_path / "night"):
        pass


def test_a_folder_that_cannot_be_made_is_left_to_who_writes_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with alone_in(tmp_path / "file" / "day"):
        pass
