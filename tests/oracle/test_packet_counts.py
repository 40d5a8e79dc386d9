"""Every capture of a folder holds as many packets for Sharky as for Wireshark's capinfos."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.model.errors import CaptureError

FOLDER = os.environ.get("SHARKY_CAPTURES", "")
CAPTURES = sorted(path for path in Path(FOLDER).iterdir() if path.is_file() and ".pcap" in path.name) if FOLDER else []

pytestmark = [
    pytest.mark.skipif(not CAPTURES, reason="SHARKY_CAPTURES names no folder with captures"),
    pytest.mark.skipif(not shutil.which("capinfos"), reason="capinfos is not installed"),
]


def counted_by_capinfos(path: Path) -> int | None:
    done = subprocess.run(["capinfos", "-c", "-M", "-T", "-r", path], capture_output=True, text=True, check=False)
    count = done.stdout.strip().rpartition("\t")[2]
    return int(count) if count.isdigit() else None


def counted_by_sharky(path: Path) -> int | None:
    try:
        capture = open_captures([path])
    except CaptureError:
        return None
    return sum(len(batch) for batch in capture.batches())


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_a_capture_holds_as_many_packets_as_capinfos_counts(path: Path) -> None:
    expected = counted_by_capinfos(path)
    if expected is None:
        pytest.skip("capinfos cannot count it")
    assert counted_by_sharky(path) == expected
