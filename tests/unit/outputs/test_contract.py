"""What every output promises; a new one adds itself to `OUTPUTS` with a way to tell whether it is dark."""

from __future__ import annotations

import contextlib
import os
import termios
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from sharky.lights.quiet import Permitted
from sharky.model.lights import Frame, Led, LightModel, LightOutput, Scene
from sharky.model.strips import StripWiring
from sharky.outputs.dimmed import Dimmed
from sharky.outputs.gpio import Gpio
from sharky.outputs.mirror import Mirror, MirrorReader
from sharky.outputs.recorder import Recorder
from sharky.outputs.strip import CHIPS, Strip
from sharky.outputs.terminal import Terminal
from tests.unit.outputs.fake_spi import FakeLgpio

MODEL = LightModel(
    "three",
    (
        Led(0, "eyes", 0, 0, 0, "pwmled", "17", "white"),
        Led(1, "fin", 10, 5, 0, "pwmled", "27", "red"),
        Led(2, "tail", 20, 5, 0, "strip", "0"),
    ),
    {"body": ((0, 0), (9, 0), (9, 9))},
)
LIT = Frame(np.array([[255, 255, 255], [255, 0, 0], [0, 0, 255]], np.uint8))


@dataclass
class Tried:
    """An output and how a test sees whether its lights are dark."""

    output: LightOutput
    is_dark: Callable[[], bool]


def gpio(folder: Path) -> Tried:
    factory = MockFactory(pin_class=MockPWMPin)
    return Tried(Gpio(factory), lambda: not factory.pin(17).state and not factory.pin(27).state)


def dimmed(folder: Path) -> Tried:
    bright = gpio(folder)
    return Tried(Dimmed(bright.output, lambda: Permitted(0.05)), bright.is_dark)


def strip(folder: Path, kind: str = "ws2812") -> Tried:
    lgpio = FakeLgpio(folder)
    dark = CHIPS[kind].encode(np.zeros((1, 3), np.uint8))
    return Tried(Strip(StripWiring(kind), lgpio, folder), lambda: lgpio.sent[-1:] in ([], [dark]))


def clocked_strip(folder: Path) -> Tried:
    return strip(folder, "apa102")


def recorder(folder: Path) -> Tried:
    output = Recorder()
    return Tried(output, lambda: not output.rgb.any())


def mirror(folder: Path) -> Tried:
    reader = MirrorReader(folder)

    def is_dark() -> bool:
        mirrored = reader.read()
        return mirrored is None or not mirrored.rgb.any()

    return Tried(Mirror(folder), is_dark)


def terminal(folder: Path) -> Tried:
    reading, writing = os.openpty()
    os.set_blocking(reading, False)
    termios.tcsetwinsize(writing, (4, 12))
    written = bytearray()

    def is_dark() -> bool:
        with contextlib.suppress(BlockingIOError):
            while True:
                written.extend(os.read(reading, 65_536))
        return b"\x1b[?2026h" not in written.rpartition(b"\x1b[?1049l")[2]

    return Tried(Terminal(os.fdopen(writing, "w"), "truecolour"), is_dark)


OUTPUTS = [gpio, strip, clocked_strip, dimmed, recorder, mirror, terminal]


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
