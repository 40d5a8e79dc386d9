"""A live network as light."""

from __future__ import annotations

from sharky.app.play import shine
from sharky.app.wanted import Play
from sharky.capture.ring import Ring
from sharky.capture.ringlink import RingOptions


def run(interface: str, wanted: Play) -> None:
    """Show what an interface carries until Ctrl-C or SIGTERM; the lights are dark afterwards.

    Raises:
        SharkyError: If the interface, a port or an output cannot be used.
    """
    page_port = wanted.port if "web" in wanted.outputs else None
    ring = Ring(interface, RingOptions(page_port=page_port))
    shine(wanted, ring, ring.notes)
