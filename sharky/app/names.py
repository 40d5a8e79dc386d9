"""All names in captures: what servers and devices are called, and where it stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sharky.app.portions import read_captures, unheard
from sharky.identify.name_finder import NameFinder
from sharky.model.errors import Problem
from sharky.model.names import Heard
from sharky.model.protocols import ProtocolTree
from sharky.pipeline.recognition import Recognition

LISTED = ("sni", "ech", "dns", "http_host", "mdns", "llmnr", "nbns", "dhcpv6_fqdn")
"""Kinds of names that are listed alone."""

LISTED_WITH = {"mdns_record": "mdns"}
"""Kinds that are listed with others."""

BY_MAC = ("dhcp_host", "dhcp_fqdn")
"""Kinds that are listed with the MAC address of whose they are."""


MOST_NAMES = 1 << 16
"""Different names of all kinds that are listed; who finds more is in a flood of names that somebody invents."""


def names_in(paths: Sequence[Path], tell: Callable[[Problem], None], progress: Callable[[float], None] = unheard) -> dict[str, list[Any]]:
    """Return the different names of each kind, sorted, written as Wireshark writes them (the arguments are those of `read_captures`).

    Returns:
        For each of `LISTED` its names, for each of `BY_MAC` lists of MAC address and name.
    """
    found: dict[str, set[Any]] = {kind: set() for kind in (*LISTED, *BY_MAC)}
    room, left_out = MOST_NAMES, 0
    for heard in _heard(paths, tell, progress):
        kind = LISTED_WITH.get(heard.kind, heard.kind)
        if kind not in found or not heard.name:
            continue
        name = heard.name.replace("\\.", ".")
        what = (heard.about, name) if kind in BY_MAC else name
        if what in found[kind]:
            continue
        if room:
            found[kind].add(what)
            room -= 1
        else:
            left_out += 1
    if left_out:
        tell(
            Problem(f"{left_out:,} times a name was left out, since {MOST_NAMES:,} others were there before", "cut the capture into parts")
        )
    return {kind: _sorted(names) for kind, names in found.items()}


def _heard(paths: Sequence[Path], tell: Callable[[Problem], None], progress: Callable[[float], None]) -> Iterator[Heard]:
    tree = ProtocolTree()
    for seen in read_captures(paths, Recognition(tree, NameFinder(tree)), tell, progress):
        for _, heard in seen.labels.heard:
            yield heard


def _sorted(names: set[Any]) -> list[Any]:
    """Return names in their order, those of MAC addresses as lists, and forget the set."""
    ordered = sorted(names)
    names.clear()
    return [list(name) if isinstance(name, tuple) else name for name in ordered]
