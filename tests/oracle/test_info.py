"""`sharky info` held against capinfos on real captures."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from sharky.app.info import CaptureFacts, examine
from sharky.model.errors import CaptureError

FOLDER = os.environ.get("SHARKY_CAPTURES", "")
CAPTURES = sorted(path for path in Path(FOLDER).iterdir() if path.is_file() and ".pcap" in path.name) if FOLDER else []

pytestmark = [
    pytest.mark.skipif(not CAPTURES, reason="SHARKY_CAPTURES names no folder with captures"),
    pytest.mark.skipif(not shutil.which("capinfos"), reason="capinfos is not installed"),
]


@cache
def told_by_capinfos(path: Path) -> dict[str, str]:
    """Return each fact by its heading; comments with line ends in them stand in columns that are not asked for."""
    command = ["capinfos", "-T", "-M", "-S", "-t", "-E", "-c", "-s", "-d", "-u", "-a", "-e", "-y", "-x", "-z", "-o", str(path)]
    lines = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "TZ": "UTC"}).stdout.splitlines()
    return dict(zip(lines[0].split("\t"), lines[1].split("\t"), strict=False)) if len(lines) > 1 else {}


@cache
def told_by_sharky(path: Path) -> CaptureFacts:
    return examine(path, lambda part: None)


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_a_capture_is_what_capinfos_says(path: Path) -> None:
    theirs = told_by_capinfos(path)
    if not theirs:
        pytest.skip("capinfos cannot read it")
    try:
        ours = told_by_sharky(path)
    except CaptureError:
        pytest.skip("it cannot be read")
    assert ours.kind == theirs["File type"].split(" ")[0]
    assert ours.encapsulation == theirs["File encapsulation"]
    assert ours.file_octets == int(theirs["File size (bytes)"])
    assert ours.sums.packets == int(theirs["Number of packets"])
    assert ours.sums.bytes == int(theirs["Data size (bytes)"])
    if theirs["Start time"] != "n/a":
        assert ours.sums.first_ns == nanoseconds(theirs["Start time"])
        assert ours.sums.last_ns == nanoseconds(theirs["End time"])
        assert ours.sums.is_in_order == (theirs["Strict time order"] == "True")


def nanoseconds(seconds: str) -> int:
    whole, _, fraction = seconds.partition(".")
    return int(whole) * 1_000_000_000 + int(fraction.ljust(9, "0"))
