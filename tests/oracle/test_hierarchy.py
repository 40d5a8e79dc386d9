"""The protocol hierarchy held against tshark's own (`-z io,phs`), up to layer 4: every path's packets and bytes, exactly."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sharky.app.analyse import summarise
from tests.oracle.test_statistics import CAPTURES, CUSTOM_BLOCKS, LEAST_EXACT
from tests.oracle.test_totals import BOOKKEEPING, TOP_OF_LAYER_4, pytestmark  # noqa: F401  (the same programs are needed)

LINE = re.compile(r"^( *)(\S+) +frames:(\d+) bytes:(\d+)")
COMMENT = "pkt_comment"
"""What tshark has in the place of the lowest layer of a packet with a comment."""

Rows = dict[str, tuple[int, int]]


def is_within_layer_4(layers: list[str]) -> bool:
    return TOP_OF_LAYER_4.isdisjoint(layers[:-1])


def hierarchy_of_tshark(capture: Path) -> Rows:
    run = subprocess.run(["tshark", "-n", "-q", "-r", str(capture), "-z", "io,phs"], capture_output=True, text=True, check=False)
    found: Rows = {}
    stack: list[str] = []
    for match in filter(None, map(LINE.match, run.stdout.splitlines())):
        stack = [*stack[: len(match[1]) // 2], match[2]]
        layers = [name for name in stack if name not in BOOKKEEPING and name != COMMENT and not name.startswith("_ws.")]
        if layers and layers[-1] == stack[-1] and is_within_layer_4(layers):
            packets, size = found.get(":".join(layers), (0, 0))
            found[":".join(layers)] = packets + int(match[3]), size + int(match[4])
    return found


def hierarchy_of_sharky(capture: Path) -> Rows:
    hierarchy = summarise([capture], lambda _: None).summary.hierarchy
    return {share.name: (share.packets, share.bytes) for share in hierarchy if is_within_layer_4(share.name.split(":"))}


@pytest.mark.skipif(not CAPTURES, reason="SHARKY_CAPTURES names no folder of captures")
def test_the_hierarchy_is_that_of_tshark() -> None:
    captures = [capture for capture in CAPTURES if capture.name not in CUSTOM_BLOCKS]
    differing = {}
    for capture in captures:
        ours, theirs = hierarchy_of_sharky(capture), hierarchy_of_tshark(capture)
        if ours != theirs:
            differing[capture.name] = {
                path: (ours.get(path), theirs.get(path)) for path in ours | theirs if ours.get(path) != theirs.get(path)
            }
    assert len(differing) <= (1 - LEAST_EXACT) * len(captures), differing
