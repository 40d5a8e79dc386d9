"""What tests of filters have in common."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

CAPTURES = Path(os.environ.get("SHARKY_CAPTURES", "/nonexistent"))
LEFT_OUT = ("test-generator", "fuzz", "asan", "overflow", "null_loopback")
"""Captures in which tshark sees records that are no packets, and those whose link or headers are wrong on purpose."""


@pytest.fixture(scope="session")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return all captures as one file."""
    files = [str(path) for path in sorted(CAPTURES.glob("*.pcap*")) if not any(word in path.name for word in LEFT_OUT)]
    whole = tmp_path_factory.mktemp("joined") / "all.pcapng"
    subprocess.run(["mergecap", "-a", "-w", str(whole), *files], check=True, capture_output=True)
    return whole
