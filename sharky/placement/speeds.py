"""How fast an interface can be: its link, and the USB port that it hangs on."""

from __future__ import annotations

import re
from pathlib import Path

USB_2_MBIT = 480
SPEED = re.compile("[0-9]{1,9}")


def read_text(path: Path) -> str:
    """Return what is in a small file of the kernel; empty where it cannot be read."""
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def link_mbit(name: str, root: Path) -> int | None:
    """Return the speed of a link in Mbit/s; None where there is no link, or where it does not say."""
    text = read_text(root / "sys/class/net" / name / "speed")
    return int(text) if SPEED.fullmatch(text) and int(text) else None


def usb_mbit(name: str, root: Path) -> int | None:
    """Return the speed of the USB port on which an interface hangs; None where it hangs on none."""
    device = (root / "sys/class/net" / name / "device").resolve()
    text = read_text(device.parent / "speed")
    return int(text) if SPEED.fullmatch(text) and (device.parent / "busnum").exists() else None


def throughput(names: tuple[str, ...], root: Path) -> str:
    """Say what the slowest part between two interfaces allows; empty where nothing is known."""
    known = {name: speed for name in names if (speed := link_mbit(name, root))}
    slow = [name for name in names if usb_mbit(name, root) == USB_2_MBIT]
    said = ", ".join(f"{name} {speed:,} Mbit/s" for name, speed in known.items())
    if known and len(set(known.values())) > 1:
        said += f": together at most {min(known.values()):,} Mbit/s"
    if slow:
        said += f"{'; ' if said else ''}{' and '.join(slow)} on USB 2: about 300 Mbit/s at most"
    return said
