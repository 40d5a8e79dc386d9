"""What every output promises; a new one adds itself to `OUTPUTS` with a way to tell whether it is dark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from sharky.model.lights import Frame, Led, LightModel, LightOutput, Scene
from sharky.outputs.gpio import Gpio
from sharky.outputs.recorder import Recorder

MODEL = LightModel(
    "two",
    (Led(0, "eyes", 0, 0, 0, "pwmled", "17", "white"), Led(1, "fin", 10, 5, 0, "pwmled", "27", "red")),
    {"body": ((0, 0), (9, 0), (9, 9))},
)
LIT = Frame(np.array([[255, 255, 255], [255, 0, 0]], np.uint8))


@dataclass
class Tried:
    """An output and how a test sees whether its lights are dark."""

    output: LightOutput
    is_dark: Callable[[], bool]


def gpio(folder: Path) -> Tried:
    factory = MockFactory(pin_class=MockPWMPin)
    return Tried(Gpio(factory), lambda: not factory.pin(17).state and not factory.pin(27).state)


def recorder(folder: Path) -> Tried:
    output = Recorder()
    return Tried(output, lambda: not output.rgb.any())


OUTPUTS = [gpio, recorder]


@pytest.fixture(params=OUTPUTS, ids=lambda make: make.__name__)
def tried(request: pytest.FixtureRequest, tmp_path: Path) -> Tried:
    made: Tried = request.param(tmp_path)
    return made


def test_it_shows_light_and_is_dark_when_it_is_closed(tried: Tried) -> None:
    tried.output.open(MODEL)
    assert tried.is_dark()
    tried.output.show(LIT, Scene())
    assert not tried.is_dark()
    tried.output.close()
    assert tried.is_dark()


def test_it_may_be_closed_twice_and_without_having_been_opened(tried: Tried) -> None:
    tried.output.close()
    tried.output.open(MODEL)
    tried.output.close()
    tried.output.close()
    assert tried.is_dark()


def test_it_may_be_opened_again(tried: Tried) -> None:
    for _ in range(2):
        tried.output.open(MODEL)
        tried.output.show(LIT, Scene())
        assert not tried.is_dark()
        tried.output.close()
    assert tried.is_dark()
