"""What the engine of a Sharky that is plugged in is told to play."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from sharky.app.play import Service
from sharky.app.shipped import read_model, read_story, stories
from sharky.app.wanted import Play
from sharky.appliance import engine
from sharky.appliance.boot import start
from sharky.capture import open_captures
from sharky.model.lights import Led, LightModel
from sharky.model.quiet import QuietHours
from sharky.model.strips import StripWiring
from sharky.outputs.gpio import Gpio
from sharky.outputs.strip import Strip
from tests.unit.outputs.fake_spi import FakeLgpio

WIRING = StripWiring("apa102", device="/dev/spidev0.1")
BOTH = LightModel("both", (Led(0, "eyes", 0, 0, 0, "pwmled", "17"), Led(1, "fin", 0, 0, 0, "strip", "0")))


def test_the_owners_lights_are_those_that_the_engine_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    played: list[Play] = []
    monkeypatch.setattr(engine, "shine", lambda wanted, *_, **__: played.append(wanted))
    door = tmp_path / "door"
    door.mkdir()
    (door / "sharky.yaml").write_text(
        "version: 1\nlights: {brightness: 60%, quiet_hours: {from: 22:30, to: 07:00}, strip: {kind: apa102}}\n"
    )
    start(door, tmp_path / "data", tmp_path / "run")
    engine.run(door, tmp_path / "data", tmp_path / "run")
    night = QuietHours(22 * 60 + 30, 7 * 60, 0.05)
    assert [(wanted.brightness, wanted.quiet, wanted.strip) for wanted in played] == [(0.6, night, StripWiring("apa102"))]


def test_what_is_changed_on_the_page_is_kept_beside_what_is_kept_of_the_owners_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played: list[Play] = []
    monkeypatch.setattr(engine, "shine", lambda wanted, *_, **__: played.append(wanted))
    start(tmp_path, tmp_path / "data", tmp_path / "run")
    engine.run(tmp_path, tmp_path / "data", tmp_path / "run")
    assert [(wanted.changes, wanted.is_on_card) for wanted in played] == [(tmp_path / "data" / "page" / "changes.json", True)]


def test_a_folder_is_made_that_the_engine_alone_may_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    owners = list[tuple[Path, str, str]]()
    monkeypatch.setattr("shutil.chown", lambda *words: owners.append(words))
    start(tmp_path, tmp_path / "data", tmp_path / "run")
    folder = tmp_path / "data" / "page"
    assert folder.stat().st_mode & 0o777 == 0o750
    assert owners == [(folder, "sharky", "sharky")]


def test_a_machine_without_the_engines_user_starts_all_the_same(tmp_path: Path) -> None:
    assert start(tmp_path, tmp_path / "data", tmp_path / "run").notes == ()


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeLgpio:
    """A board with pins and an SPI bus."""
    lgpio = FakeLgpio(tmp_path, buses=("spidev0.1",))
    pins = MockFactory(pin_class=MockPWMPin)
    monkeypatch.setattr(engine, "Gpio", lambda: Gpio(pins))
    monkeypatch.setattr(engine, "Strip", lambda wiring: Strip(wiring, lgpio, tmp_path))
    return lgpio


def test_pins_and_strip_shine_together_where_the_model_has_both(board: FakeLgpio) -> None:
    assert engine.usable_outputs(("gpio", "strip", "web"), BOTH, WIRING) == (("mirror", "gpio", "strip"), ())
    assert board.open_handles == 0


def test_only_what_is_wanted_shines(board: FakeLgpio) -> None:
    assert engine.usable_outputs(("web",), BOTH, WIRING) == (("mirror",), ())
    assert engine.usable_outputs(("gpio", "web"), BOTH, WIRING) == (("mirror", "gpio"), ())
    assert board.opened == []


def test_nothing_is_said_of_a_strip_that_the_model_does_not_have(board: FakeLgpio) -> None:
    assert engine.usable_outputs(("gpio", "strip"), LightModel("pins", BOTH.leds[:1]), StripWiring()) == (("mirror", "gpio"), ())


def test_a_strip_that_cannot_be_used_is_told_of_and_the_pins_shine(board: FakeLgpio) -> None:
    names, trouble = engine.usable_outputs(("gpio", "strip"), BOTH, StripWiring())
    assert names == ("mirror", "gpio")
    assert [text for text in trouble if "the LED strip cannot be used: /dev/spidev0.0" in text] == list(trouble) != []


STORY = stories()[0].capture


def test_what_lies_in_the_owners_folder_is_played_in_turn_and_what_cannot_be_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "captures"
    folder.mkdir()
    (folder / "b.zst").write_bytes(STORY.read_bytes())
    (folder / "c").write_bytes(STORY.read_bytes())
    (folder / "a.pcap").write_text("these are no packets")
    (folder / "empty.pcap").write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
    paths, trouble = engine.captures(tmp_path)
    assert [path.name for path in paths] == ["b.zst", "c"]
    assert trouble == ("captures/a.pcap is not played: this is not a capture file", "captures/empty.pcap is not played: it has no packets")
    packets = sum(len(batch) for batch in open_captures([STORY]).batches())
    numbers = [batch.first_number for batch in islice(engine.in_turn(paths).batches(), 5)]
    assert numbers[0] == 1
    assert packets + 1 in numbers


def test_without_captures_a_story_is_told_with_its_captions_and_said_to_be_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: list[tuple[Play, Service]] = []
    monkeypatch.setattr(engine, "shine", lambda wanted, *_, service: told.append((wanted, service)))
    start(tmp_path, tmp_path / "data", tmp_path / "run")
    engine.run(tmp_path, tmp_path / "data", tmp_path / "run")
    [(wanted, service)] = told
    assert (wanted.story, wanted.title, wanted.paths) == (read_story(None), "The house wakes up", [read_story(None).capture])
    assert service.notes[0] == "what is shown here was recorded, and is not your network"


def test_a_model_of_ones_own_shines_without_rules_of_its_own() -> None:
    rules, notes = engine.fitting_rules(None, LightModel("lamp", (Led(0, "shade", 0, 0, 0, "pwmled", "17"),)))
    assert {rule.show.zone for rule in rules.rules} == {"all"}
    assert notes == (f"all lights show the same: {notes[0].partition(': ')[2]}",)
    assert 'do not fit the model "lamp"' in notes[0]
    assert engine.fitting_rules(None, read_model(None))[1] == ()
