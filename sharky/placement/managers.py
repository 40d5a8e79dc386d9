"""What has to be told to the program that manages this machine's network, so that it leaves the ports alone."""

from __future__ import annotations

import re
from pathlib import Path

from sharky.placement.speeds import read_text

ADVICE = (
    (
        "run/NetworkManager",
        "NetworkManager runs here. So that it leaves the ports alone, write into /etc/NetworkManager/conf.d/sharky.conf:\n"
        "  [keyfile]\n"
        "  unmanaged-devices={ports_keyfile};interface-name:{bridge}",
        "and get an address for this machine with: sudo dhcpcd {bridge}, or sudo dhclient {bridge}",
    ),
    (
        "run/systemd/netif",
        "systemd-networkd runs here. See that no .network file names {ports}",
        "and write into /etc/systemd/network/10-sharky.network, for an address by DHCP:\n"
        "  [Match]\n"
        "  Name={bridge}\n"
        "  [Network]\n"
        "  DHCP=yes",
    ),
    (
        "run/dhcpcd/pid",
        "dhcpcd runs here and asks for an address on {bridge} by itself. So that it leaves the ports alone, add to /etc/dhcpcd.conf:\n"
        "  denyinterfaces {ports}",
        "",
    ),
)
"""A path under / that is there while a program runs; what to do then; and what for an address, where there is none."""

NO_MANAGER = "To reach this machine over {bridge}, give it an address: sudo dhcpcd {bridge}, or sudo dhclient {bridge}"


def advice(bridge: str, ports: tuple[str, ...], root: Path, *, is_addressed: bool) -> str:
    """Return how this machine gets, and keeps, an address of its own on the bridge; empty where there is nothing to do."""
    words = {"bridge": bridge, "ports": " ".join(ports), "ports_keyfile": ";".join(f"interface-name:{port}" for port in ports)}
    found = [text for path, *texts in ADVICE if (root / path).exists() for text in texts[: 1 if is_addressed else 2] if text]
    return "\n".join(text.format(**words) for text in found or ([] if is_addressed else [NO_MANAGER]))


def manages(interface: str, root: Path) -> bool:
    """Tell whether a program that manages this machine's network looks after an interface, so that nobody else should ask there."""
    index = read_text(root / "sys/class/net" / interface / "ifindex")
    by_networkd = re.search(r"^ADMIN_STATE=(\w+)", read_text(root / "run/systemd/netif/links" / index), re.MULTILINE) if index else None
    return (root / "run/dhcpcd/pid").exists() or bool(by_networkd and by_networkd[1] != "unmanaged")
