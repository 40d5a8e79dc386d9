"""Whether a wireless interface is refused as a port of a bridge: one that the kernel simulates, with no radio and nobody to hear it."""

from __future__ import annotations

from image.checks.guest import Guest
from image.checks.table import Table

ASK = "modprobe mac80211_hwsim radios=1; sleep 5; timeout 100 sharky place bridge eth0 wlan0 2>&1"
TOLD = ("wlan0 is wireless, and a bridge over it cannot work", "sharky place listen wlan0")


def refused(guest: Guest, table: Table) -> None:
    """Plug one in, and ask for a bridge of it and a port."""
    said = guest.ask(ASK)
    table.note(all(words in said for words in TOLD), "a wireless interface is refused as a port of a bridge, with a way out")
