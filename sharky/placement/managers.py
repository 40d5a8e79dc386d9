"""What has to be told to the program that manages this machine's network, so that it leaves the ports alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sharky.model.quoting import quoted
from sharky.placement.networkmanager import looks_after
from sharky.placement.speeds import read_text

NETWORK_MANAGER = ("NetworkManager looks after {port}, a port of {bridge}", "sudo nmcli device set {port} managed no")
NETWORKD = (
    "systemd-networkd looks after {port}, a port of {bridge}",
    "sudo mkdir -p /run/systemd/network && "
    "printf '[Match]\\nName=%s\\n[Link]\\nUnmanaged=yes\\n' {port} | sudo tee /run/systemd/network/05-sharky-{port}.network && "
    "sudo networkctl reload",
)
DHCPCD = """dhcpcd runs here and asks for an address on {bridge} by itself. So that it leaves the ports alone, add to /etc/dhcpcd.conf:
  denyinterfaces {ports}"""
NO_ADDRESS = "To reach this machine over {bridge}, give it an address: sudo dhcpcd {bridge}, or sudo dhclient {bridge}"


def advice(bridge: str, ports: tuple[str, ...], root: Path, *, is_addressed: bool) -> str:
    """Return how this machine gets, and keeps, an address of its own on the bridge; empty where there is nothing to do."""
    is_dhcpcd = _is_dhcpcd(root)
    told = [f"{trouble}, and would give it addresses again:\n  {mend}" for trouble, mend in meddlers(bridge, ports, root)]
    found = {DHCPCD: is_dhcpcd, NO_ADDRESS: not is_addressed and not is_dhcpcd}
    return "\n".join([*told, *(text.format(bridge=bridge, ports=" ".join(ports)) for text, holds in found.items() if holds)])


def meddlers(bridge: str, ports: Iterable[str], root: Path) -> Iterator[tuple[str, str]]:
    """Yield who looks after a port that is Sharky's, and the command that ends it until the machine starts anew."""
    for port in ports:
        found = {NETWORK_MANAGER: looks_after(_number_of(port, root), root), NETWORKD: _is_networkd(port, root)}
        for texts, holds in found.items():
            if holds:
                trouble, mend = (text.format(bridge=bridge, port=quoted(port)) for text in texts)
                yield trouble, mend


def manages(interface: str, root: Path) -> bool:
    """Tell whether a program that manages this machine's network looks after an interface, so that nobody else should ask there."""
    return _is_dhcpcd(root) or _is_networkd(interface, root)


def _number_of(interface: str, root: Path) -> int:
    text = read_text(root / "sys/class/net" / interface / "ifindex")
    return int(text) if text.isdecimal() else 0


def _is_dhcpcd(root: Path) -> bool:
    return (root / "run/dhcpcd/pid").exists()


def _is_networkd(interface: str, root: Path) -> bool:
    state = read_text(root / "run/systemd/netif/links" / str(_number_of(interface, root)))
    admin = re.search(r"^ADMIN_STATE=(\w+)", state, re.MULTILINE)
    return bool(admin and admin[1] != "unmanaged")
