"""Which placements hold now, as `sharky place` remembers them."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

from sharky.app.placing import boot_of
from sharky.identify.text import printable
from sharky.model.errors import PlacementError, Problem
from sharky.placement.marks import GUARDING, REDIRECTING, is_marked
from sharky.placement.memory import Memory

BRIDGE = "bridge"
PLACEMENTS = (BRIDGE, "mirror", "mitm")
LISTEN = "listen"
UNDO_MITM = "sudo sharky place mitm --undo"


def placements(state: Path, root: Path = Path("/")) -> dict[str, str]:
    """Return the placement of each interface that has one: of bridges those that Sharky made.

    Args:
        state: The folder that remembers them.
        root: Where /proc is.
    """
    memory, boot, found = Memory(state), boot_of(root), dict[str, str]()
    for placement in PLACEMENTS:
        for name in memory.kept(placement):
            before = memory.recall(placement, name)
            if before and before.boot == boot:
                found[name] = placement
    return found


def left_redirected(state: Path, root: Path = Path("/")) -> tuple[str, ...]:
    """Say where devices may still be redirected, though nobody does it any more: Sharky and its guardian were killed at once."""
    try:
        names = Memory(state).kept("mitm")
    except PlacementError:
        return ()
    here = [name for _, name in socket.if_nameindex()]
    left = [name for name in names if name in here and not is_attended(name) and _is_of_this_run(name, state, root)]
    return tuple(f"devices at {name} may still be redirected by a Sharky that was killed" for name in left)


def is_attended(interface: str) -> bool:
    """Tell whether somebody redirects over an interface, or watches over that."""
    return is_marked(REDIRECTING, interface) or is_marked(GUARDING, interface)


def _is_of_this_run(interface: str, state: Path, root: Path) -> bool:
    with suppress(PlacementError):
        before = Memory(state).recall("mitm", interface)
        return before is not None and before.boot == boot_of(root)
    return False


def first_name(interface: str) -> str:
    """Return the name under which the kernel lists an interface that may be called by another of its names (altname in ip-link(8))."""
    try:
        return socket.if_indextoname(socket.if_nametoindex(interface))
    except OSError:
        return interface


def chosen_place(interface: str | None, state: Path, root: Path = Path("/")) -> tuple[str, str]:
    """Return the interface to listen on, and its placement: the only one that was placed, where none is named.

    Raises:
        PlacementError: Where no interface is named, and there is not just one to choose.
    """
    found = placements(state, root)
    if interface is None and len(found) == 1:
        interface = next(iter(found))
    if interface is None:
        trouble = f"several placements hold: {', '.join(found)}" if found else "no interface is named, and nothing was placed"
        way_out = "name one: sharky run INTERFACE (`ip link` lists them); or take a place: sharky place --help"
        raise PlacementError(Problem(trouble, f"{way_out}; or bring a capture on standard input: --placement stream"))
    name = first_name(interface)
    return name, found.get(name, LISTEN)


def standstills(interface: str, placement: str, root: Path = Path("/")) -> tuple[str, ...]:
    """Say why nothing passes a bridge at the moment: a port without a cable, or none to go to; empty elsewhere, and where all is well.

    Args:
        interface: The bridge.
        placement: Its placement.
        root: Where /sys is.
    """
    if placement != BRIDGE:
        return ()
    interfaces = root / "sys/class/net"
    ports = [path.name for path in interfaces.glob(f"{interface}/brif/*")]
    loose = [f"no cable leads anywhere at {printable(port)}" for port in sorted(ports) if not _has_carrier(interfaces / port)]
    missing = ["a port of the bridge is gone, such as an adapter that was plugged out"] if len(ports) < 2 else []
    return tuple(f"{trouble}: nothing passes the bridge, and the network behind it is cut off" for trouble in (*loose, *missing))


def _has_carrier(interface: Path) -> bool:
    """Tell whether an interface is up and a cable in it leads somewhere (the kernel's sysfs-class-net)."""
    try:
        return (interface / "carrier").read_text("ascii").strip() == "1"
    except OSError:
        return False
