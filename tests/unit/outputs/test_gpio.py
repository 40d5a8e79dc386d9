from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from sharky.model.errors import OutputError
from sharky.model.lights import Frame, Led, LightModel, Scene
from sharky.outputs.gpio import Gpio


@pytest.fixture
def factory() -> MockFactory:
    return MockFactory(pin_class=MockPWMPin)


def on_pins(*leds: tuple[str, str]) -> LightModel:
    return LightModel("pins", tuple(Led(index, "eyes", 0, 0, 0, output, channel) for index, (output, channel) in enumerate(leds)))


def frame(*colours: tuple[int, int, int]) -> Frame:
    return Frame(np.array(colours, np.uint8))


def shown(factory: MockFactory, model: LightModel, frames: list[Frame]) -> Gpio:
    """Show frames; whoever wants the light to stay keeps what is returned."""
    output = Gpio(factory)
    output.open(model)
    for each in frames:
        output.show(each, Scene())
    return output


def history(factory: MockFactory, pin: int) -> list[float]:
    return [float(state.state) for state in factory.pin(pin).states]


def test_a_dimmable_led_shines_in_proportion_to_linear_light_and_ends_dark(factory: MockFactory) -> None:
    shown(factory, on_pins(("pwmled", "17")), [frame((255, 255, 255)), frame((0, 188, 0)), frame((0, 0, 0))]).close()
    assert history(factory, 17) == pytest.approx([0, 1, 0.5029, 0], abs=1e-3)


def test_a_pin_is_written_only_when_its_light_changes(factory: MockFactory) -> None:
    output = shown(factory, on_pins(("pwmled", "17")), [frame((9, 9, 9))] * 50)
    assert len(history(factory, 17)) == 2
    output.close()


def test_an_rgb_led_gets_its_three_channels(factory: MockFactory) -> None:
    output = shown(factory, on_pins(("rgbled", "17-27-22")), [frame((255, 0, 188))])
    assert [history(factory, pin)[-1] for pin in (17, 27, 22)] == pytest.approx([1, 0, 0.5029], abs=1e-3)
    output.close()


def test_a_plain_led_is_switched_and_does_not_chatter(factory: MockFactory) -> None:
    levels = [0, 120, 140, 110, 130, 95, 130, 90, 0, 255]
    output = shown(factory, on_pins(("led", "4")), [frame((level, 0, 0)) for level in levels])
    assert history(factory, 4) == [0, 1, 0, 1]
    output.close()


def test_leds_of_a_strip_are_left_to_others(factory: MockFactory) -> None:
    output = shown(factory, on_pins(("strip", "0"), ("pwmled", "27")), [frame((255, 255, 255), (0, 0, 255))])
    assert history(factory, 27) == [0, 1]
    output.close()


def test_all_pins_are_dark_and_free_after_closing(factory: MockFactory) -> None:
    model = on_pins(("led", "4"), ("pwmled", "17"), ("rgbled", "22-23-24"))
    shown(factory, model, [frame(*[(255, 255, 255)] * 3)]).close()
    assert [history(factory, pin)[-1] for pin in (4, 17, 22, 23, 24)] == [0] * 5
    shown(factory, model, []).close()


def test_a_model_without_pins_names_the_way_out(factory: MockFactory) -> None:
    with pytest.raises(OutputError, match="first-sharky"):
        Gpio(factory).open(on_pins(("strip", "0")))


def test_a_pin_in_use_is_an_error_and_lets_go_of_the_others(factory: MockFactory) -> None:
    output = shown(factory, on_pins(("pwmled", "27")), [])
    with pytest.raises(OutputError, match="check that no other program uses these pins"):
        Gpio(factory).open(on_pins(("pwmled", "17"), ("pwmled", "27")))
    shown(factory, on_pins(("pwmled", "17")), [])
    output.close()


def test_pins_that_cannot_dim_are_an_error() -> None:
    with pytest.raises(OutputError, match="PinPWMUnsupported"):
        Gpio(MockFactory()).open(on_pins(("pwmled", "17")))


def test_a_computer_without_pins_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "none-such")
    monkeypatch.setattr("gpiozero.Device.pin_factory", None)
    with pytest.raises(OutputError, match="this computer has no GPIO pins"):
        Gpio(devices=tmp_path).open(on_pins(("led", "4")))


def test_without_gpiozero_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    with pytest.raises(OutputError, match="apt install python3-gpiozero"):
        Gpio().open(on_pins(("led", "4")))


class LockedFactory(MockFactory):
    def pin(self, name: object) -> None:
        raise PermissionError(13, "Permission denied")


def test_no_permission_names_the_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gpiochip0").touch()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(OutputError, match="usermod -aG gpio"):
        Gpio(LockedFactory(pin_class=MockPWMPin), tmp_path).open(on_pins(("led", "4")))


def test_nothing_is_imported_before_the_output_opens() -> None:
    Gpio()
    source = Path(sys.modules["sharky.outputs.gpio"].__file__ or "").read_text()
    assert "\nimport gpiozero" not in source
    assert "\nfrom gpiozero" not in source
