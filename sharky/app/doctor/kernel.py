"""What the kernel allows, the clock, and the Python packages that are not always there."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.app.doctor.findings import Finding
from sharky.app.doctor.machine import Machine
from sharky.capture.ages import FIRST_RELEASE_S
from sharky.model.extras import way_to_install

RAW = "--inh-caps=+net_raw --ambient-caps=+net_raw"
WITH_RAW = f'sudo setpriv --reuid="$USER" --regid="$(id -g)" --init-groups {RAW} "$(command -v sharky)" run eth0'
"""Gives the one right to the one program, for as long as it runs."""
EXTRAS = {"pyroute2": "live", "scapy": "live", "gpiozero": "pi", "lgpio": "pi"}
"""Packages, and the extra of Sharky that brings them."""


def rights(machine: Machine) -> Iterator[Finding]:
    """Look at the rights of this process."""
    if "CAP_NET_RAW" in machine.rights:
        yield Finding("rights", "good", "may take in packets (CAP_NET_RAW)")
    else:
        yield Finding("rights", "trouble", "may not take in packets: CAP_NET_RAW is missing", WITH_RAW)
    if "CAP_NET_ADMIN" not in machine.rights:
        yield Finding("rights", "hint", "may not change the network: only sharky place needs that", "sudo sharky place bridge eth0 eth1")


def sockets(machine: Machine) -> Iterator[Finding]:
    """Look whether the kernel hands out packets at all."""
    if (machine.root / "proc/net/packet").exists():
        yield Finding("kernel", "good", f"Linux {machine.text('proc/sys/kernel/osrelease')} with packet sockets")
    else:
        yield Finding("kernel", "trouble", "this kernel has no packet sockets", "sudo modprobe af_packet")


def clock(machine: Machine) -> Iterator[Finding]:
    """Look whether the time of day is right."""
    if machine.now_s() < FIRST_RELEASE_S:
        yield Finding("clock", "hint", "the clock has never been set: quiet hours and logs will be wrong", "sudo timedatectl set-ntp true")
    elif machine.is_clock_right():
        yield Finding("clock", "good", "the clock is synchronised")
    else:
        yield Finding("clock", "hint", "the clock is not synchronised: quiet hours and logs may be wrong", "sudo timedatectl set-ntp true")


def packages(machine: Machine) -> Iterator[Finding]:
    """Look for the optional packages; those for pins only on a board that has some."""
    wanted = {package: extra for package, extra in EXTRAS.items() if extra != "pi" or machine.is_raspberry}
    for extra in dict.fromkeys(wanted.values()):
        missing = [package for package, its in wanted.items() if its == extra and not machine.is_installed(package)]
        if missing:
            yield Finding("packages", "hint", f"{' and '.join(missing)} not installed", way_to_install(f"sharky[{extra}]"))
