"""Pins, SPI and power."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.app.doctor.findings import Finding
from sharky.app.doctor.machine import Machine

HOT_MILLIDEGREES = 80_000
"""From here on a Raspberry Pi slows itself down."""


def gpio(machine: Machine) -> Iterator[Finding]:
    """Look for pins that LEDs can hang on."""
    yield from _devices(machine, "gpio", "GPIO", "dev/gpiochip*")


def spi(machine: Machine) -> Iterator[Finding]:
    """Look for the bus that LED strips hang on."""
    if machine.is_raspberry and not machine.found("dev/spidev*"):
        has_setting = machine.found("usr/bin/raspi-config")
        way_out = "sudo raspi-config nonint do_spi 0" if has_setting else "image/layer/README.md: Debian's kernel has none for a Pi 5"
        yield Finding("spi", "hint", "SPI is switched off, and LED strips need it", way_out)
    else:
        yield from _devices(machine, "spi", "SPI", "dev/spidev*")


def _devices(machine: Machine, group: str, name: str, pattern: str) -> Iterator[Finding]:
    devices = machine.found(pattern)
    if not devices:
        yield Finding(group, "good", f"no {name} here: light goes to the terminal and the page")
    elif not any(machine.may_use(device) for device in devices):
        yield Finding(group, "hint", f"{name} is there, and you may not use it", f'sudo usermod -aG {group} "$USER", then log in again')
    else:
        yield Finding(group, "good", f"{name}: {', '.join(device.name for device in devices)}")


def power(machine: Machine) -> Iterator[Finding]:
    """Look whether the board gets enough power, and keeps cool."""
    for path in machine.found("sys/class/hwmon/*/in0_lcrit_alarm"):
        if machine.text(str(path.relative_to(machine.root))) == "1":
            yield Finding("power", "hint", "the voltage is, or was, too low", "use the board's own power supply, and a short cable")
    for path in machine.found("sys/class/thermal/thermal_zone*/temp"):
        heat = machine.number(str(path.relative_to(machine.root)))
        if heat >= HOT_MILLIDEGREES:
            yield Finding("power", "hint", f"{path.parent.name} is at {heat // 1000} °C", "give it air, or a heat sink")
