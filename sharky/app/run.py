"""A live network as light: through an interface of this machine, or as another one sends it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sharky.app.alone import alone_on
from sharky.app.placed import UNDO_MITM, chosen_place, left_redirected, standstills
from sharky.app.play import shine
from sharky.app.telling import recording_line
from sharky.app.wanted import Play
from sharky.capture import open_captures
from sharky.capture.octets import STANDARD_INPUT
from sharky.capture.ring import Ring
from sharky.capture.ringinterface import interface_names, no_such_interface
from sharky.capture.ringlink import RingOptions
from sharky.capture.tzsp import Tzsp
from sharky.model.errors import Problem
from sharky.model.windows import Window

WHOLE_PACKETS = RingOptions(slot_octets=2048, ring_octets=32 << 20, keeps_names=False, keeps_whole=True)
"""For recording: a slot holds an Ethernet packet of the usual size whole, and all slots as many packets as else; longer ones stand
beside the ring."""

IPV6_PASSES = "IPv6 is spoken here, and what of it the redirected devices send to the router passes by: only IPv4 is redirected"

LOOK_S = 5.0
"""Between two looks for what is seldom otherwise than before."""


class Seldom:
    """Asks what is asked for often only every `LOOK_S`, and says what it was then."""

    def __init__(self, ask: Callable[[], tuple[str, ...]], now_s: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._now_s = ask, now_s
        self._due_s, self._told = 0.0, tuple[str, ...]()

    def look(self) -> tuple[str, ...]:
        """Return what there is to say."""
        if self._now_s() >= self._due_s:
            self._due_s, self._told = self._now_s() + LOOK_S, self._ask()
        return self._told


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
    page_port = wanted.port if "web" in wanted.outputs and not wanted.has_own_page else None
    with alone_on(chosen) as follow:
        ring = Ring(chosen, replace(WHOLE_PACKETS if wanted.recording else RingOptions(), page_port=page_port))

        left = Seldom(lambda: tuple(f"{told}: {UNDO_MITM}" for told in left_redirected(state)))

        def blind_spots(window: Window) -> tuple[str, ...]:
            follow(ring.interface)
            passes = (IPV6_PASSES,) if placement == "mitm" and _has_ipv6(window) else ()
            return (*standstills(ring.interface, placement), *ring.notes(), *passes, *left.look())

        shine(replace(wanted, title=chosen, named=lambda: ring.interface, placement=placement), ring, blind_spots)


def check_interface(interface: str | None, state: Path) -> None:
    """See that there is an interface to listen on.

    Raises:
        SharkyError: Where there is none of that name, or none to choose.
    """
    chosen, _ = chosen_place(interface, state)
    if chosen not in interface_names():
        raise no_such_interface(chosen)


def record(interface: str, state: Path, wanted: Play) -> None:
    """Record what an interface carries until Ctrl-C or SIGTERM, and tell once a second how much it was.

    Raises:
        SharkyError: If the interface or the folder cannot be used.
    """
    chosen, placement = chosen_place(interface, state)
    ring = Ring(chosen, WHOLE_PACKETS)
    with recording_line() as tell:
        told = replace(wanted, title=chosen, named=lambda: f"{ring.interface}, recorded", placement=placement)
        shine(told, ring, lambda _: ring.notes(), tell)


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


def run_tzsp(senders: Sequence[str], host: str, port: int, wanted: Play) -> None:
    """Show what routers send as TZSP until Ctrl-C or SIGTERM; the lights are dark afterwards.

    Args:
        senders: IPv4 addresses of those that are heard.
        host: Address of this machine that they send to.
        port: The port there.
        wanted: What a person wants, but for the title and the placement.

    Raises:
        SharkyError: If a port or an output cannot be used.
    """
    source = Tzsp(senders, host, port)
    shine(replace(wanted, title=f"TZSP from {', '.join(senders)}", placement="tzsp"), source, lambda _: source.notes())


def _has_ipv6(window: Window) -> bool:
    return any(share.name.rpartition(":")[2] == "ipv6" for share in window.hierarchy)
