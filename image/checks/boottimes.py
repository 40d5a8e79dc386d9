"""How long a start takes, against that of the same image without Sharky."""

from __future__ import annotations

import re
from statistics import median

from image.checks.bed import Bed
from image.checks.guest import Guest
from image.checks.machine import wait_for

ROUNDS = 3
MOST = 1.15
OURS = ("sharky-light", "sharky-appliance", "sharky-plugged", "sharky", "sharky-web")
FINISHED = "systemctl show -P FinishTimestampMonotonic"
LIT = "systemctl show -P ActiveEnterTimestampMonotonic sharky-light"
FORWARDS = re.compile(r"^\[ *([0-9.]+)\] sharky0: port .* entered forwarding state", re.MULTILINE)


def run(bed: Bed) -> None:
    """Start both in turn, three times each."""
    without, lit, bridged = list[float](), list[float](), list[float]()
    for number in range(ROUNDS):
        without.append(_without(bed, number))
        light, bridge = _with(bed, number)
        lit.append(light)
        bridged.append(bridge)
    words = f"without Sharky the last unit is up {median(without):.0f} s after the kernel began, medians of {ROUNDS}"
    for what, times in (("first light", lit), ("a forwarding bridge", bridged)):
        ratio = median(times) / median(without)
        bed.table.note(ratio <= MOST, f"time to {what}: {ratio:.2f} of a start without Sharky", f"{median(times):.0f} s; {words}")


def _without(bed: Bed, number: int) -> float:
    masked = tuple(f"systemd.mask={unit}.service" for unit in OURS)
    card = bed.card(f"without{number}", 512)
    with bed.switch_on(card, words=(*masked, "ip=usb0:dhcp")) as guest:
        guest.ask_from = bed.router
        _knock(guest, bed)
        wait_for("the last unit", lambda: guest.ask(FINISHED).strip() not in {"", "0"})
        return int(guest.ask(FINISHED)) / 1e6


def _with(bed: Bed, number: int) -> tuple[float, float]:
    card = bed.card(f"with{number}", 512)
    with bed.switch_on(card) as guest:
        _knock(guest, bed)
        return int(guest.ask(LIT)) / 1e6, _bridged(guest)


def _knock(guest: Guest, bed: Bed) -> None:
    """Wait until it can be asked; its address is another one with and without Sharky."""
    wait_for("SSH", lambda: guest.find_address(bed.router) and guest.ask("echo yes").strip() == "yes")


def _bridged(guest: Guest) -> float:
    return float(FORWARDS.findall(guest.ask("dmesg"))[-1])
