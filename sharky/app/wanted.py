"""What a person wants played, before anything is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sharky.capture.segments import Limits
from sharky.capture.story import Story
from sharky.model.lights import LightModel
from sharky.model.quiet import QuietHours
from sharky.model.rules import RuleSet
from sharky.model.strips import StripWiring
from sharky.rules import Filter


@dataclass(frozen=True, slots=True)
class Recording:
    """What is to be recorded.

    Attributes:
        folder: Where.
        limits: How much is kept.
        passing: A display filter; None for every packet.
    """

    folder: Path
    limits: Limits = field(default_factory=Limits)
    passing: Filter | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """What is to be played, and how.

    Attributes:
        title: What terminal and page call it.
        paths: The captures, merged by time.
        rules, model: What lights up, and where.
        outputs: Any of "terminal", "web", "gpio", "strip"; "mirror" for a page that is a service of its own; "none" for no light at all.
        speed: Packet seconds in a second; None for as fast as it goes.
        longest_gap_s: Longer silence is passed over in so many seconds.
        is_looped: Whether it begins again at its end.
        story: The captions that go with it.
        host, port: Where the page listens.
        recording: What is to be recorded; None for nothing, which is what an owner gets who did not ask for it.
        brightness: What full light is taken down to, from 0 to 1.
        quiet: When LEDs are dimmed; None for never.
        strip: How the strip of LEDs is connected.
        devices: The owner's list of devices; None for the one that comes with Sharky.
        placement: Where in the network Sharky sits, as `sharky place` has it; empty for a file.
        code: What who is elsewhere in the network has to know to change anything from the page; empty where nobody may.
        changes: Where what was changed from the page is kept; None for as long as this engine runs.
        named: Tells what it is called where that changes, as an interface's name may; None for the title.
        has_own_page: Whether what its own page sends on a live network is taken in, too.
        is_on_card: Whether an owner's files on a card say all this; else a command line does.
    """

    title: str
    paths: Sequence[Path]
    rules: RuleSet
    model: LightModel
    outputs: Sequence[str] = ("terminal",)
    speed: float | None = 1.0
    is_looped: bool = False
    story: Story | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    longest_gap_s: float = 10.0
    placement: str = ""
    recording: Recording | None = None
    brightness: float = 1.0
    devices: Path | None = None
    quiet: QuietHours | None = None
    strip: StripWiring = field(default_factory=StripWiring)
    code: str = field(default="", repr=False)
    changes: Path | None = None
    is_on_card: bool = False
    named: Callable[[], str] | None = None
    has_own_page: bool = False

    @property
    def called(self) -> str:
        """What terminal and page call it at the moment."""
        return self.named() if self.named else self.title
