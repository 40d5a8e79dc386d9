"""A live network as light: through an interface of this machine, or as another one sends it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sharky.app.alone import alone_on
from sharky.app.placed import chosen_place
from sharky.app.play import shine
from sharky.app.wanted import Play
from sharky.capture import open_captures
from sharky.capture.octets import STANDARD_INPUT
from sharky.capture.ring import Ring
from sharky.capture.ringlink import RingOptions
from sharky.model.errors import Problem
from sharky.model.windows import Window

IPV6_PASSES = "IPv6 is spoken here, and what of it the redirected devices send to the router passes by: only IPv4 is redirected"


def run(interface: str | None, state: Path, wanted: Play) -> None:
    """Show what an interface carries until Ctrl-C or SIGTERM; the lights are dark afterwards.

    Args:
        interface: Its name; None for the one that was placed.
        state: The folder that remembers placements.
        wanted: What a person wants, but for the title and the placement.

    Raises:
        SharkyError: If the interface, a port or an output cannot be used.
    """
    chosen, placement = chosen_place(interface, state)
    page_port = wanted.port if "web" in wanted.outputs else None
    with alone_on(chosen):
        ring = Ring(chosen, RingOptions(page_port=page_port))

        def blind_spots(window: Window) -> tuple[str, ...]:
            return (*ring.notes(), *((IPV6_PASSES,) if placement == "mitm" and _has_ipv6(window) else ()))

        shine(replace(wanted, title=chosen, placement=placement), ring, blind_spots)


def run_stream(wanted: Play) -> list[Problem]:
    """Show the capture that standard input brings, as it comes, until it ends; the lights are dark afterwards.

    Returns:
        What was wrong with the capture.

    Raises:
        SharkyError: If standard input is no capture, or a port or an output cannot be used.
    """
    source = open_captures([STANDARD_INPUT])
    shine(replace(wanted, title="stream", placement="stream"), source)
    return list(source.problems)


def _has_ipv6(window: Window) -> bool:
    return any(share.name.rpartition(":")[2] == "ipv6" for share in window.hierarchy)
