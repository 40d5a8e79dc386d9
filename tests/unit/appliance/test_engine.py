"""What the engine of a Sharky that is plugged in is told to play."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.app.wanted import Play
from sharky.appliance import engine
from sharky.appliance.boot import start
from sharky.model.quiet import QuietHours


def test_the_owners_lights_are_those_that_the_engine_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    played: list[Play] = []
    monkeypatch.setattr(engine, "shine", lambda wanted, *_, **__: played.append(wanted))
    door = tmp_path / "door"
    door.mkdir()
    (door / "sharky.yaml").write_text("version: 1\nlights: {brightness: 60%, quiet_hours: {from: 22:30, to: 07:00}}\n")
    start(door, tmp_path / "data", tmp_path / "run")
    engine.run(door, tmp_path / "data", tmp_path / "run")
    assert [(wanted.brightness, wanted.quiet) for wanted in played] == [(0.6, QuietHours(22 * 60 + 30, 7 * 60, 0.05))]
