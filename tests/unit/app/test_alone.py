"""What only one Sharky may hold at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.app.alone import alone_in, alone_on
from sharky.model.errors import CaptureError


def test_two_recordings_into_one_folder_are_one_too_many(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    with alone_in(folder), pytest.raises(CaptureError, match="another Sharky records into this folder"), alone_in(folder):
        pass
    with alone_in(folder), alone_in(tmp_path / "night"):
        pass


def test_two_on_one_interface_are_one_too_many() -> None:
    with alone_on("shark-in-test"), pytest.raises(CaptureError, match="a Sharky runs on shark-in-test already"), alone_on("shark-in-test"):
        pass


def test_an_interface_that_is_renamed_is_taken_by_its_new_name_and_the_old_one_is_free() -> None:
    with alone_on("shark-in-test") as follow:
        follow("shark-in-test")
        follow("renamed-in-test")
        with alone_on("shark-in-test"), pytest.raises(CaptureError, match="runs on renamed-in-test already"), alone_on("renamed-in-test"):
            pass
    with alone_on("renamed-in-test"):
        pass


def test_a_name_that_another_one_took_is_left_to_it() -> None:
    with alone_on("shark-in-test") as follow, alone_on("other-in-test"):
        follow("other-in-test")
        with pytest.raises(CaptureError, match="runs on shark-in-test already"), alone_on("shark-in-test"):
            pass


@pytest.mark.parametrize("length", [16, 300])
def test_a_name_that_no_interface_can_have_is_taken_by_nobody(length: int) -> None:
    with pytest.raises(CaptureError, match="there is no network interface 'xxx"), alone_on("x" * length):
        pass


def test_a_folder_that_cannot_be_made_is_left_to_who_writes_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with alone_in(tmp_path / "file" / "day"):
        pass
