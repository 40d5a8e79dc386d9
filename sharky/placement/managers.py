"""What has to be told to the program that manages this machine's network, so that it leaves the ports alone."""

from __future__ import annotations

from pathlib import Path

ADVICE = (
    (
        "run/NetworkManager",
        "NetworkManager runs here. So that it leaves the ports alone, write into /etc/NetworkManager/conf.d/sharky.conf:\n"
        "  [keyfile]\n"
        "  unmanaged-devices={ports_keyfile};interface-name:{bridge}\n"
        "and get an address for this machine with: sudo dhcpcd {bridge}, or sudo dhclient {bridge}",
    ),
    (
        "run/systemd/netif",
        "systemd-networkd runs here. Write into /etc/systemd/network/10-sharky.network, for an address by DHCP:\n"
        "  [Match]\n"
        "  Name={bridge}\n"
        "  [Network]\n"
        "  DHCP=yes\n"
        "and see that no other .network file names {ports}",
    ),
    (
        "run/dhcpcd",
        "dhcpcd runs here and asks for an address on {bridge} by itself. So that it leaves the ports alone, add to /etc/dhcpcd.conf:\n"
        "  denyinterfaces {ports}",
    ),
)
"""A folder under / that is there while a program runs, and what to do then."""

NO_MANAGER = "To reach this machine over {bridge}, give it an address: sudo dhcpcd {bridge}, or sudo dhclient {bridge}"


def advice(bridge: str, ports: tuple[str, ...], root: Path) -> str:
    """Return how this machine gets, and keeps, an address of its own on the bridge."""
    words = {"bridge": bridge, "ports": " ".join(ports), "ports_keyfile": ";".join(f"interface-name:{port}" for port in ports)}
    found = [text for folder, text in ADVICE if (root / folder).is_dir()]
    return "\n".join(text.format(**words) for text in found or [NO_MANAGER])
