from __future__ import annotations

import os
from pathlib import Path

import pytest

from sharky.outputs import header
from sharky.outputs.header import header_chip, label_of


def test_the_chip_is_found_by_its_label_and_not_by_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {"gpiochip0": "pl061", "gpiochip10": "pinctrl-rp1", "gpiochip2": "raspberrypi-exp-gpio"}
    for name in labels:
        (tmp_path / name).touch()
    monkeypatch.setattr(header, "label_of", lambda chip: labels[chip.name])
    assert header_chip(tmp_path) == 10


def test_without_a_header_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").touch()
    assert header_chip(tmp_path) is None
    assert label_of(tmp_path / "nowhere") == ""


@pytest.mark.skipif(not list(Path("/dev").glob("gpiochip*")) or not os.access("/dev/gpiochip0", os.R_OK), reason="no GPIO here")
def test_the_kernel_tells_a_real_chips_label() -> None:
    assert label_of(Path("/dev/gpiochip0"))
