"""Numbers of TCP's and UDP's flows against tshark's, capture by capture."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from sharky.capture import open_captures
from sharky.pipeline.reading import Reading
from sharky.rules.filters.stream_numbers import StreamNumbers
from tests.oracle.conftest import CAPTURES, LEFT_OUT

FILES = [path for path in sorted(CAPTURES.glob("*.pcap*")) if not any(word in path.name for word in LEFT_OUT)]

pytestmark = [
    pytest.mark.skipif(not FILES, reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed"),
]


def theirs(capture: Path) -> list[tuple[str, str]]:
    """Return the numbers of each packet's TCP and UDP stream, empty where it has none."""
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=f", "-e", "tcp.stream", "-e", "udp.stream"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[:-1]
    return [(tcp, udp) for tcp, udp in (line.split("\t") for line in lines)]


def ours(capture: Path) -> list[tuple[str, str]]:
    """Return the same as filters know it."""
    found: list[tuple[str, str]] = []
    reading, numbers = Reading(), StreamNumbers()
    for batch in open_captures([capture]).batches():
        seen = reading.advance(batch)
        (tcp, is_tcp), (udp, is_udp) = numbers.follow(seen.columns, seen.labels).values()
        rows = np.argsort(seen.columns.position).tolist()
        found += [(str(tcp[row]) if is_tcp[row] else "", str(udp[row]) if is_udp[row] else "") for row in rows]
    return found


@pytest.mark.parametrize("capture", FILES, ids=lambda path: path.name)
def test_streams_have_the_numbers_that_tshark_gives_them(capture: Path) -> None:
    assert ours(capture) == theirs(capture)
