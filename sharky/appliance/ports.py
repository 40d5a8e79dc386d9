"""What is plugged in: the Ethernet ports of this machine, and its Wi-Fi."""

from __future__ import annotations

import time
from pathlib import Path

ETHERNET = "1"
"""ARPHRD_ETHER (<linux/if_arp.h>)."""


ADAPTER_S = 4.0
"""How long an adapter at USB is waited for; to take a place anew when it comes takes longer."""


def wait_for_ports(count: int, root: Path = Path("/"), longest_s: float = ADAPTER_S) -> None:
    """Wait until there are so many Ethernet ports, but no longer than given."""
    end_s = time.monotonic() + longest_s
    while len(ethernet_ports(root)) < count and time.monotonic() < end_s:
        time.sleep(0.05)


def ethernet_ports(root: Path = Path("/")) -> list[str]:
    """Return the Ethernet ports that are hardware, those of the board first.

    Args:
        root: Where /sys is.
    """
    folder = root / "sys/class/net"
    names = [path.name for path in folder.iterdir() if _is_port(path)] if folder.is_dir() else []
    return sorted(names, key=lambda name: ("/usb" in str((folder / name / "device").resolve()), len(name), name))


def wireless(root: Path = Path("/")) -> list[str]:
    """Return the Wi-Fi interfaces."""
    folder = root / "sys/class/net"
    return sorted(path.name for path in folder.iterdir() if _is_wireless(path)) if folder.is_dir() else []


def _is_port(path: Path) -> bool:
    try:
        is_ethernet = (path / "type").read_text("ascii").strip() == ETHERNET
    except OSError:
        return False
    return is_ethernet and (path / "device").exists() and not _is_wireless(path)


def _is_wireless(path: Path) -> bool:
    return (path / "wireless").exists() or (path / "phy80211").exists()
