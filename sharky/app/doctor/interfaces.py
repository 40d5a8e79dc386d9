"""Network interfaces, and the bridges over them."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.app.doctor.findings import Finding
from sharky.app.doctor.machine import Machine
from sharky.app.placed import UNDO_MITM, left_redirected, placements
from sharky.model.errors import PlacementError
from sharky.model.quoting import quoted
from sharky.placement.managers import meddlers
from sharky.placement.speeds import USB_2_MBIT, link_mbit, usb_mbit
from sharky.placement.steps import BRIDGE_SETTINGS

ETHERNET = "1"
"""ARPHRD_ETHER."""
UP = 1
"""IFF_UP."""
GIGABIT = 1000
SETTINGS = {"stp_state": "stp_state", "multicast_snooping": "mcast_snooping", "group_fwd_mask": "group_fwd_mask"}
"""Files of a bridge under /sys, and the words of `ip link` for them."""


def interfaces(machine: Machine) -> Iterator[Finding]:
    """Look at every interface that packets from outside can reach."""
    names = _names(machine)
    if not names:
        yield Finding(
            "interfaces", "trouble", "there is no network interface", "plug in an Ethernet adapter; dmesg | tail shows whether it is known"
        )
    for name in names:
        yield from _interface(machine, name)
    wired = [name for name in names if not _is_wireless(machine, name)]
    if names and len(wired) < 2:
        told = f"a bridge needs two Ethernet interfaces, and here is {'only ' + wired[0] if wired else 'none'}"
        yield Finding("interfaces", "hint", told, "plug in a USB Ethernet adapter, or use a mirror port: sharky place mirror --help")


def _names(machine: Machine) -> list[str]:
    """Return the interfaces with hardware; where there is none (in a container), those without."""
    every = [path for path in machine.found("sys/class/net/*") if machine.text(f"sys/class/net/{path.name}/type") == ETHERNET]
    every = [path for path in every if not (path / "bridge").exists()]
    real = [path.name for path in every if (path / "device").exists()]
    return real or [path.name for path in every]


def _is_wireless(machine: Machine, name: str) -> bool:
    return any((machine.root / "sys/class/net" / name / sign).exists() for sign in ("phy80211", "wireless"))


def _interface(machine: Machine, name: str) -> Iterator[Finding]:
    place = f"sys/class/net/{name}"
    if not machine.number(f"{place}/flags", base=16) & UP:
        yield Finding("interfaces", "hint", f"{name} is switched off", f"sudo ip link set {quoted(name)} up")
        return
    if machine.text(f"{place}/carrier") != "1":
        yield Finding("interfaces", "hint", f"{name} has no link", "plug in its cable, and switch on what is at the other end")
        return
    speed, duplex = link_mbit(name, machine.root), machine.text(f"{place}/duplex")
    said = ", ".join(filter(None, (f"{speed:,} Mbit/s" if speed else "", f"{duplex} duplex" if duplex in ("full", "half") else "")))
    kind = "wireless, " if _is_wireless(machine, name) else ""
    yield Finding("interfaces", "good", f"{name}: {kind}link{' at ' + said if said else ''}, MTU {machine.text(f'{place}/mtu')}")
    if duplex == "half" or (speed and speed < GIGABIT):
        yield Finding(
            "interfaces",
            "hint",
            f"{name} has agreed on no more than {said}",
            f"try another cable, then: sudo ethtool -s {quoted(name)} autoneg on",
        )
    if offloads := machine.merging(name):
        told = f"{name} merges packets ({', '.join(offloads)}): Sharky sees fewer and longer ones than there are on the cable"
        mend = f"sudo ethtool -K {quoted(name)} {' '.join(f'{each} off' for each in offloads)}"
        yield Finding("interfaces", "hint", told, f"{mend} (until the next start; it costs speed where the processor is slow)")
    if usb_mbit(name, machine.root) == USB_2_MBIT:
        yield Finding("interfaces", "hint", f"{name} hangs on USB 2: about 300 Mbit/s at most", "plug it into a blue USB 3 socket")


def bridges(machine: Machine) -> Iterator[Finding]:
    """Look at every bridge, and at the firewall in its way."""
    found = [path.parent.name for path in machine.found("sys/class/net/*/bridge")]
    for name in found:
        ports = [path.name for path in machine.found(f"sys/class/net/{name}/brif/*")]
        wrong = [f"{word} {BRIDGE_SETTINGS[word]}" for file, word in SETTINGS.items() if not _is_as_wanted(machine, name, file, word)]
        if wrong:
            told = f"{name} keeps back packets that a cable would pass ({', '.join(word.split()[0] for word in wrong)})"
            yield Finding("bridge", "hint", told, f"sudo ip link set {quoted(name)} type bridge {' '.join(wrong)}")
        else:
            yield Finding("bridge", "good", f"{name} lies between {' and '.join(ports) or 'nothing'}, and passes what a cable passes")
        for trouble, mend in meddlers(name, ports, machine.root) if _is_ours(name, machine) else ():
            yield Finding("bridge", "hint", f"{trouble}, and gives it addresses", mend)
    for path in machine.found("proc/sys/net/bridge/bridge-nf-call-*") if found else []:
        if machine.text(str(path.relative_to(machine.root))) not in ("", "0"):
            told = f"packets over a bridge go through this machine's firewall ({path.name}), and may vanish there"
            yield Finding("bridge", "hint", told, f"sudo sysctl -w net.bridge.{path.name}=0")


def redirections(machine: Machine) -> Iterator[Finding]:
    """Look for devices that were left redirected."""
    for told in left_redirected(machine.state, machine.root):
        yield Finding("mitm", "hint", told, UNDO_MITM)


def _is_ours(bridge: str, machine: Machine) -> bool:
    try:
        return bridge in placements(machine.state, machine.root)
    except PlacementError:
        return False


def _is_as_wanted(machine: Machine, name: str, file: str, word: str) -> bool:
    text = machine.text(f"sys/class/net/{name}/bridge/{file}")
    try:
        return int(text, 0) & 0xFFF8 == BRIDGE_SETTINGS[word] if "mask" in word else int(text, 0) == BRIDGE_SETTINGS[word]
    except ValueError:
        return True
