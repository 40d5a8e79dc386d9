"""Playing captures from the command line, without light."""

from __future__ import annotations

import struct
import time
from pathlib import Path

from click.testing import CliRunner

from sharky.cli import main


def arp_capture(path: Path, *seconds: int) -> Path:
    arp = bytes.fromhex("ffffffffffff0200000000010806") + bytes(28)
    records = (struct.pack("<IIII", second, 0, len(arp), len(arp)) + arp for second in seconds)
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(records))
    return path


def test_hours_of_silence_are_passed_over(tmp_path: Path) -> None:
    capture = arp_capture(tmp_path / "night.pcap", 0, 36_000)
    began = time.monotonic()
    result = CliRunner().invoke(main, ["replay", str(capture), "--output", "none", "--speed", "100", "--longest-gap", "0.1"])
    assert result.exit_code == 0, result.output
    assert time.monotonic() - began < 36_000 / 100
