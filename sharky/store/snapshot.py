"""What the engine tells the page, as data: everything that it shows beside the LED frames.

A snapshot is state, not a log: each one replaces the last, and one that was missed is not missed. It is made a few
times a second from packets that strangers send, so everything in it is bounded, and what a bound cut is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sharky.model.lights import Scene
from sharky.model.windows import Window
from sharky.store.plain import Bounds, from_plain, to_plain


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """One rule of the file in force, as the page lists it.

    Attributes:
        name: Its name.
        when: Its display filter; empty for every packet.
        condition: Its `while` condition as it was written; empty without one.
        zone, pattern: What it does.
        colour: Its colour as `#rrggbb`.
        file, line: Where it is written.
        is_enabled: Whether it counts at all.
        hits: How many packets matched since the beginning.
        is_changed: Whether somebody switched it on or off from the page.
    """

    name: str
    when: str
    condition: str
    zone: str
    pattern: str
    colour: str
    file: str
    line: int
    is_enabled: bool = True
    hits: int = 0
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class SourceState:
    """What plays.

    Attributes:
        title: What a person calls it: a story's title, a file's name, a network interface.
        files: The captures; none where packets come from a network.
        speed: How many times faster than it was captured; 0 for as fast as possible, 1 for a network.
        is_looped: Whether it begins again at its end.
        notes: What a person should know about what is not seen: an interface that is down, packets that were dropped.
        placement: Where in the network Sharky sits: "bridge", "mirror", "listen", "mitm", "stream" or "tzsp"; empty for a file.
        misses: What is never seen from there.
    """

    title: str = ""
    files: tuple[str, ...] = ()
    speed: float = 1.0
    is_looped: bool = False
    notes: tuple[str, ...] = ()
    placement: str = ""
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineState:
    """How the engine itself is.

    Attributes:
        running_ns: For how long it has run, by a clock that nobody sets.
        outputs: Names of the outputs that are open.
        counters: What was dropped or left out at the edges; what dissection left out is in the window's.
        held_back: How many flashes the flash governor held back.
        limited: How many frames the current budget dimmed.
        process: Its number.
        resident: Bytes of memory that it holds.
    """

    running_ns: int = 0
    outputs: tuple[str, ...] = ()
    counters: dict[str, int] = field(default_factory=dict)
    held_back: int = 0
    limited: int = 0
    process: int = 0
    resident: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in words.

    Attributes:
        name: What it is about, such as "Quiet hours".
        value: What holds.
        changed_by: The file and key, or the option, that changes it.
    """

    name: str
    value: str
    changed_by: str


@dataclass(frozen=True, slots=True)
class SettingsState:
    """The settings in force, and what the page may change of them.

    Attributes:
        told: All of them in words.
        brightness: What full light of the LEDs is taken down to, from 0 to 1; quiet hours may take it further.
        most_brightness: The same as the owner's file has it: the page may only have less.
        has_leds: Whether light goes to LEDs at all.
        is_testing: Whether one zone after the other is lit, to see how LEDs are wired.
        changes: How many settings are otherwise than the files have them, since somebody changed them from the page.
        is_kept: Whether these outlive a restart.
    """

    told: tuple[Setting, ...] = ()
    brightness: float = 1.0
    most_brightness: float = 1.0
    has_leds: bool = False
    is_testing: bool = False
    changes: int = 0
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the page shows at one moment, but for the LED frames.

    Attributes:
        window: The last minute.
        scene: What is lit, what lit last, and the caption.
        rules: The rules in force, in the order of their file.
        source: What plays.
        engine: How the engine itself is.
        settings: What is in force.
        cut: How many entries and texts were longer than a snapshot may hold.
    """

    window: Window = field(default_factory=Window)
    scene: Scene = field(default_factory=Scene)
    rules: tuple[RuleInForce, ...] = ()
    source: SourceState = field(default_factory=SourceState)
    engine: EngineState = field(default_factory=EngineState)
    settings: SettingsState = field(default_factory=SettingsState)
    cut: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as numbers, texts, lists and dicts: bounded, finite, and encodable as UTF-8.

        >>> Snapshot(scene=Scene(caption="A phone wakes up")).to_json()["scene"]["caption"]
        'A phone wakes up'
        """
        bounds = Bounds()
        plain = {name: to_plain(getattr(self, name), bounds) for name in self.__slots__}
        return plain | {"cut": self.cut + bounds.cut}

    @classmethod
    def from_json(cls, plain: object) -> Snapshot:
        """Return the snapshot that `to_json` made `plain` from.

        Raises:
            ValueError: Where `plain` is no such thing.

        >>> Snapshot.from_json(Snapshot().to_json()) == Snapshot()
        True
        """
        return from_plain(cls, plain)
