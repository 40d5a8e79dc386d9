"""Playing captures from the command line, without light."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from sharky.app.wanted import Play
from sharky.cli import main
from sharky.model.errors import Problem
from sharky.model.strips import StripWiring


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


@pytest.mark.parametrize(("words", "target"), [(["replay", "none.pcap"], "sharky.app.play.play"), (["run", "eth0"], "sharky.app.run.run")])
@pytest.mark.parametrize(
    ("options", "strip"), [([], StripWiring()), (["--strip", "apa102,RGB,/dev/spidev1.0"], StripWiring("apa102", "RGB", "/dev/spidev1.0"))]
)
def test_a_strip_is_a_usual_one_unless_more_is_said(
    monkeypatch: pytest.MonkeyPatch, words: list[str], target: str, options: list[str], strip: StripWiring
) -> None:
    played: list[Play] = []

    def play(*given: Play) -> list[Problem]:
        played.append(given[-1])
        return []

    monkeypatch.setattr(target, play)
    result = CliRunner().invoke(main, [*words, "--output", "strip", *options])
    assert result.exit_code == 0, result.output
    assert [(wanted.strip, wanted.outputs) for wanted in played] == [(strip, ("strip",))]


@pytest.mark.parametrize(("number", "title"), [(1, "0.pcap"), (3, "0.pcap, 1.pcap, 2.pcap"), (72, "0.pcap, 1.pcap, 2.pcap and 69 more")])
def test_of_many_captures_some_are_named(monkeypatch: pytest.MonkeyPatch, number: int, title: str) -> None:
    titles: list[str] = []

    def play(wanted: Play) -> list[Problem]:
        titles.append(wanted.title)
        return []

    monkeypatch.setattr("sharky.app.play.play", play)
    assert CliRunner().invoke(main, ["replay", *(f"{each}.pcap" for each in range(number))]).exit_code == 0
    assert titles == [title]
