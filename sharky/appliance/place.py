"""The place that Sharky takes by itself: a bridge of two ports, listening at one, stories without any."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sharky.app.atomic import write_whole
from sharky.app.place import place_bridge
from sharky.app.placing import Tools
from sharky.model.codes import NO_BRIDGE, STORIES
from sharky.model.errors import PlacementError
from sharky.placement.bridge import USUAL_NAME, Bridge

PLACE = "place.json"
"""The file's name in the folder that lasts until the machine is switched off."""

LOOKING = "looking"
"""The file by which udev's rule knows that ports have been looked for."""

BY_DHCP = "[Match]\nName={name}\n\n[Link]\nRequiredForOnline=no\n\n[Network]\nDHCP=yes\nIPv6AcceptRA=yes\nLLDP=no\n"
LEFT_ALONE = "[Match]\nName={names}\n\n[Link]\nUnmanaged=yes\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Where Sharky sits.

    Attributes:
        placement: "bridge", "listen", or "" for stories.
        interface: What it listens on; empty for stories.
        codes: Light codes that say what is not as wanted.
        notes: The same in words.
    """

    placement: str = ""
    interface: str = ""
    codes: tuple[str, ...] = (STORIES,)
    notes: tuple[str, ...] = ()


def take_place(use: str, ports: Sequence[str], tools: Tools) -> Place:
    """Take a place by what is plugged in; a bridge that is there already keeps its ports, and gets one that it has lost.

    Args:
        use: "auto", or what the owner wants: "bridge", "listen" or "stories".
        ports: The Ethernet ports, the best first.
        tools: What a placement works with.
    """
    if use == "stories" or not ports:
        return Place()
    joined = tools.kernel.read().ports_of(USUAL_NAME)
    alone = USUAL_NAME if joined else ports[0]
    chosen = tuple(dict.fromkeys([*joined, *ports]))[:2]
    if use == "listen" or len(chosen) < 2:
        return Place("listen", alone, ())
    try:
        place_bridge(Bridge(chosen, USUAL_NAME, is_forced=True), (), tools)
    except PlacementError as error:
        return Place("listen", alone, (NO_BRIDGE,), tuple(f"no bridge could be made: {problem}" for problem in error.problems))
    return Place("bridge", USUAL_NAME, ())


def look_out(run: Path) -> None:
    """Let udev tell of what is plugged in from now on; before that it is found anyway, and each port would be a reason to look again."""
    run.mkdir(parents=True, exist_ok=True)
    (run / LOOKING).touch()


def write_place(place: Place, run: Path) -> bool:
    """Leave a place for the engine; return whether it is another one than before."""
    octets = json.dumps(asdict(place), indent=1).encode()
    path = run / PLACE
    if path.is_file() and path.read_bytes() == octets:
        return False
    write_whole(path, octets)
    return True


def read_place(run: Path) -> Place:
    """Return the place that was taken; stories where none was."""
    try:
        read = json.loads((run / PLACE).read_text("utf-8"))
        return Place(str(read["placement"]), str(read["interface"]), tuple(read["codes"]), tuple(read["notes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Place()


def tell_networkd(place: Place, ports: Sequence[str], wifi: Sequence[str], folder: Path, reload: Callable[[], None]) -> None:
    """Let systemd-networkd ask for an address where Sharky listens, and leave the ports of a bridge alone.

    Args:
        place: The place that was taken.
        ports: The Ethernet ports.
        wifi: The Wi-Fi interfaces.
        folder: Where networkd reads what lasts until the machine is switched off.
        reload: Lets a running networkd read it again.
    """
    listening = place.interface or " ".join(ports[:1])
    is_bridged = place.interface == USUAL_NAME
    text = LEFT_ALONE.format(names=" ".join(ports)) if is_bridged else BY_DHCP.format(name=listening) if listening else ""
    wanted = {"10-sharky-ports.network": text, "30-sharky-wifi.network": BY_DHCP.format(name=" ".join(wifi)) if wifi else ""}
    is_changed = False
    for name, content in wanted.items():
        path = folder / name
        if content and not (path.is_file() and path.read_text("utf-8") == content):
            write_whole(path, content.encode())
            is_changed = True
    if is_changed:
        reload()
