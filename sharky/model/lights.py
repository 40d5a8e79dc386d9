"""Light as data: where the LEDs are, what is to be shown, and one full set of colours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[float, float, float]
"""Red, green and blue from 0 to 1, in linear light."""

Linear = NDArray[np.float32]
"""(leds, 3) linear light from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Led:
    """One row of a model file.

    Attributes:
        index: Its number, from 0 without gaps.
        zone: The part of the shark to which it belongs.
        x, y, z: Where it sits, in millimetres: x from nose to tail, y from belly to back, z towards the viewer.
        output: What drives it: "led" (on or off), "pwmled", "rgbled" (GPIO pins) or "strip".
        channel: BCM pin number, three of them as `17-27-22` for an rgbled, or the place on the strip.
        colour: The colour of an LED that has only one, as a name or #rrggbb; empty for one that shows all.
        milliamperes: Its current at full white, for the budget.
    """

    index: int
    zone: str
    x: float
    y: float
    z: float
    output: str
    channel: str
    colour: str = ""
    milliamperes: float = 20.0


@dataclass(frozen=True, slots=True)
class LightModel:
    """A model file: the only source of the layout.

    Attributes:
        name: The file's name without its ending.
        leds: Its rows, by index.
        outline: Named closed lines in the plane of x and y, for the drawing: body, fins, eye.
        budget_milliamperes: What all LEDs together may draw.
    """

    name: str
    leds: tuple[Led, ...]
    outline: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    budget_milliamperes: float = 1000.0

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones in the order of their first LED."""
        return tuple(dict.fromkeys(led.zone for led in self.leds))


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a light lit.

    Attributes:
        rule: The rule's name.
        file, line: Where it is written.
        number: Number of the packet that lit it.
        time_ns: Packet time at which it did.
    """

    rule: str
    file: str
    line: int
    number: int
    time_ns: int


@dataclass(frozen=True, slots=True)
class Cue:
    """One pattern on one zone, from a moment on.

    Attributes:
        zone: Name of a zone of the model, or "all".
        pattern: Name in the pattern registry.
        colour: Linear light.
        colour_name: The colour as its rule wrote it.
        start_ns: Packet time at which it began.
        hold_until_ns: Packet time at which it begins to fade; far in the future while a `while` condition holds.
        attack_ns, decay_ns: How long it takes to come up and to fade.
        energy: 0 to 1, log-scaled, what the pattern makes of it.
        priority: Where two cues share an LED, the higher one is drawn on top.
        order: Place of its rule in the file; of equal priorities the later one is drawn on top.
        cause: The rule and the packet that lit it.
    """

    zone: str
    pattern: str
    colour: Rgb
    colour_name: str
    start_ns: int
    hold_until_ns: int
    attack_ns: int
    decay_ns: int
    energy: float
    priority: int
    order: int
    cause: Cause

    @property
    def end_ns(self) -> int:
        """Packet time at which it is dark again."""
        return self.hold_until_ns + self.decay_ns


@dataclass(frozen=True, slots=True)
class Change:
    """A light that went on (+) or out (-), for the text light show and the page's list.

    Attributes:
        time_ns: Packet time.
        sign: "+" or "-".
        cue: The cue that came or went.
    """

    time_ns: int
    sign: str
    cue: Cue


@dataclass(frozen=True, slots=True)
class Scene:
    """All cues in force at a moment of packet time, lowest first.

    Attributes:
        time_ns: The moment.
        cues: What is lit, in the order in which it is drawn.
        recent: The last changes, oldest first, so that who looks seldom still learns what lit.
        caption: What the story says at this moment; empty without one.
    """

    time_ns: int = 0
    cues: tuple[Cue, ...] = ()
    recent: tuple[Change, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One full set of LED colours, as it goes to the outputs.

    Attributes:
        rgb: (leds, 3) uint8, after gamma, brightness, current budget and flash governor.
        time_ns: Packet time.
        held_back: How many flashes the governor has held back so far.
        limited: How many frames the current budget has dimmed so far.
    """

    rgb: NDArray[np.uint8]
    time_ns: int = 0
    held_back: int = 0
    limited: int = 0


class LightOutput(Protocol):
    """Where light goes. One thread opens it, shows frames and closes it; closing leaves all lights dark."""

    def open(self, model: LightModel) -> None:
        """Take hold of the lights.

        Raises:
            OutputError: With the way out, where that is not possible.
        """

    def show(self, frame: Frame, scene: Scene) -> None:
        """Show a frame; `scene` is what it was made from, for outputs that can tell why."""

    def close(self) -> None:
        """Make all lights dark and let go of them. May be called twice, and without `open`."""
