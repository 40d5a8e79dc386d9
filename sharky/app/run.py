"""A live network as light: through an interface of this machine, or as another one sends it."""

from __future__ import annotations

from sharky.app.play import shine
from sharky.app.wanted import Play
from sharky.capture import open_captures
from sharky.capture.octets import STANDARD_INPUT
from sharky.capture.ring import Ring
from sharky.capture.ringlink import RingOptions
from sharky.model.errors import Problem
from sharky.placement.coverage import coverages


def run(interface: str, wanted: Play) -> None:
    """Show what an interface carries until Ctrl-C or SIGTERM; the lights are dark afterwards.

    Raises:
        SharkyError: If the interface, a port or an output cannot be used.
    """
    page_port = wanted.port if "web" in wanted.outputs else None
    ring = Ring(interface, RingOptions(page_port=page_port))
    shine(wanted, ring, ring.notes)


def run_stream(wanted: Play) -> list[Problem]:
    """Show the capture that standard input brings, as it comes, until it ends; the lights are dark afterwards.

    Returns:
        What was wrong with the capture.

    Raises:
        SharkyError: If standard input is no capture, or a port or an output cannot be used.
    """
    source = open_captures([STANDARD_INPUT])
    shine(wanted, source, lambda: coverages()["stream"].misses)
    return list(source.problems)
