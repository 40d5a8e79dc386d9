"""A story while it is being recorded: who is there, and what is told when."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.stories import devices
from scripts.stories.servers import add_internet, add_router
from tests.live.house import Host, House

SETTLING_SECONDS = 5.0
"""How long the house may fall silent after all were prepared, so that a story begins with its first act."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the story says, and when.

    Attributes:
        time_ns: Nanoseconds since 1970 in UTC, as the packets have them.
        text: For a person who watches.
        shows: A display filter that packets of the next seconds must meet, so that the story says what is there.
    """

    time_ns: int
    text: str
    shows: str


@dataclass(slots=True)
class Stage:
    """The house with the devices that a story needs.

    Attributes:
        house: The house.
        router, internet: What every story needs.
        cast: The story's devices by name.
        lines: What has been told so far.
    """

    house: House
    router: Host
    internet: Host
    cast: dict[str, Host]
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def build(cls, house: House, names: tuple[str, ...]) -> Stage:
        """Build the house and put the devices in their places, switched off."""
        router = add_router(house)
        internet = add_internet(house, router)
        cast = {name: devices.add(house, name) for name in names}
        for device in cast.values():
            devices.trust(device, internet)
        return cls(house, router, internet, cast)

    def say(self, text: str, shows: str) -> None:
        """Tell what begins now, and by which packets that is to be seen."""
        self.lines.append(Line(time.time_ns(), text, shows))
        print(f"    {text}", flush=True)

    def pause(self, seconds: float) -> None:
        """Let what was started go on."""
        time.sleep(seconds)

    def join(self, *names: str) -> None:
        """Switch devices on before the story begins."""
        for name in names:
            devices.join(self.cast[name])


@dataclass(frozen=True, slots=True)
class Story:
    """What is to be recorded.

    Attributes:
        name: The name of its files.
        title: What it is called.
        about: One or two sentences for a person at a meetup.
        cast: The devices it needs.
        prepare: What has happened before it begins.
        acts: What happens, one after another.
    """

    name: str
    title: str
    about: str
    cast: tuple[str, ...]
    prepare: Callable[[Stage], None]
    acts: tuple[Callable[[Stage], None], ...]
