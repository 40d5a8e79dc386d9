"""What the page may ask an engine, while it runs: with the engine's own threads, its socket, and LEDs that remember."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sharky.app import outputs, play
from sharky.app.rundirectory import running
from sharky.app.shipped import read_model, read_rules, stories
from sharky.app.wanted import Play
from sharky.lights.lamp_test import CAUSE
from sharky.model.errors import SharkyError
from sharky.outputs.recorder import Recorder
from sharky.runtime.control import CHANGES, ask
from sharky.store import Snapshot

LOOKUPS = "Lookups blink the eyes"


class Page(Recorder):
    """Stands for the mirror, whose file is never gone here."""

    def renew(self) -> None:
        """Leave it as it is."""


@dataclass
class Running:
    """An engine that plays a story in a loop, and what it tells its page."""

    socket: Path
    leds: Recorder
    page: Page
    told: list[Snapshot] = field(default_factory=list)

    def until(self, holds: Callable[[Snapshot], bool]) -> Snapshot:
        until = time.monotonic() + 20
        while not self.told or not holds(self.told[-1]):
            assert time.monotonic() < until, self.told[-1:]
            time.sleep(0.01)
        return self.told[-1]

    def ask(self, command: str, **arguments: object) -> Any:
        return ask(self.socket, command, **arguments)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Running]:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    made = Running(tmp_path, Recorder(), Page())
    engines: list[play.Engine] = []
    monkeypatch.setattr(outputs, "Strip", lambda *_: made.leds)
    monkeypatch.setattr(outputs, "Mirror", lambda *_: made.page)
    monkeypatch.setattr(play, "on_signals", lambda _: nullcontext())
    monkeypatch.setattr(play, "ending_tidily", nullcontext)
    monkeypatch.setattr(play, "_run", lambda engine, *_: (engines.append(engine), engine.run()))
    model = read_model(None)
    wanted = Play("", [stories()[0].capture], read_rules(None, model), model, ("strip", "mirror"), is_looped=True)
    wanted = play.replace(wanted, changes=tmp_path / "changes.json")
    thread = threading.Thread(target=lambda: play.shine(wanted, play.source_of(wanted), tell=made.told.append))
    thread.start()
    made.until(lambda _: True)
    made.socket = next(running()).with_name(CHANGES)
    yield made
    engines[0].stop()
    thread.join(10)
    assert not thread.is_alive()


def test_settings_are_told_and_changed_and_go_back_to_the_files(engine: Running, tmp_path: Path) -> None:
    settings = engine.until(lambda snapshot: bool(snapshot.settings.told)).settings
    assert (settings.brightness, settings.most_brightness, settings.has_leds, settings.is_kept, settings.changes) == (1, 1, True, True, 0)
    assert engine.ask("change", brightness=0.25, rules={LOOKUPS: False}) == {"changes": 2}
    changed = engine.until(lambda snapshot: any(rule.is_changed for rule in snapshot.rules))
    assert [(rule.name, rule.is_enabled) for rule in changed.rules if rule.is_changed] == [(LOOKUPS, False)]
    assert changed.settings.brightness == 0.25
    assert {setting.name: setting.value for setting in changed.settings.told}["Brightness"] == "25%"
    assert engine.ask("undo") == {"changes": 0}
    back = engine.until(lambda snapshot: not any(rule.is_changed for rule in snapshot.rules) and snapshot.settings.brightness == 1)
    assert all(rule.is_enabled for rule in back.rules if rule.name == LOOKUPS)


def test_leds_are_dimmed_and_the_page_is_not_and_the_lamp_test_shows_each_zone(engine: Running) -> None:
    assert engine.ask("change", brightness=0.0) == {"changes": 1}
    assert engine.ask("lamps", is_on=True) == {"is_testing": True}
    lit = engine.until(lambda snapshot: snapshot.settings.is_testing)
    assert [(cue.zone, cue.colour_name, cue.cause.rule) for cue in lit.scene.cues] == [(read_model(None).zones[0], "white", CAUSE)]
    until = time.monotonic() + 20
    while not (engine.page.rgb.max() > 200 and engine.leds.rgb.max() == 0):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert engine.ask("lamps", is_on=False) == {"is_testing": False}
    engine.until(lambda snapshot: not snapshot.settings.is_testing)


@pytest.mark.parametrize("command", ["status", "reload", "recorded", "stop"])
def test_nothing_else_may_be_asked_by_the_page(engine: Running, command: str) -> None:
    with pytest.raises(SharkyError, match="known are: change, undo, lamps"):
        engine.ask(command)


def test_what_is_wrong_is_said_and_the_engine_goes_on(engine: Running) -> None:
    with pytest.raises(SharkyError, match='no rule "x"'):
        engine.ask("change", rules={"x": False})
    with pytest.raises(SharkyError, match="the lamp test is on or off"):
        engine.ask("lamps", is_on=7)
    assert engine.ask("undo") == {"changes": 0}
