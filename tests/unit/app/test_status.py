from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sharky.app.status import status_text
from sharky.cli import main
from sharky.model.windows import Window
from sharky.store import EngineState, RuleInForce, Setting, SettingsState, Snapshot, SourceState

HOUR_NS = 3600 * 10**9


def test_it_says_what_is_seen_and_what_is_not() -> None:
    snapshot = Snapshot(
        Window(packets_rate=12.4, bytes_rate=3400, total_packets=123456, total_bytes=78_000_000, counters={"dropped": 12, "malformed": 0}),
        rules=(
            RuleInForce("DNS blinks", "dns", "", "eyes", "flash", "#ffffff", "r", 1, hits=7),
            RuleInForce("Doors are tried", "tcp", "rate > 50", "mouth", "blink", "#ffffff", "r", 3, hits=1),
            RuleInForce("Quiet", "ssh", "", "eyes", "flash", "#ffffff", "r", 2),
        ),
        source=SourceState("eth0", notes=("eth0 is down",)),
        engine=EngineState(2 * HOUR_NS, ("terminal", "web"), held_back=2, process=77, resident=60 << 20),
    )
    assert status_text(snapshot).splitlines() == [
        "eth0, for 2 h 0 min, light to terminal, web",
        "  12 packets/s, 3,400 bytes/s; 123,456 packets, 78,000,000 bytes since the beginning",
        "  process 77, 60 MiB of memory",
        "  eth0 is down",
        "  left out: 12 dropped, 2 flashes held back",
        "             7 hits     DNS blinks",
        "             1 packet   Doors are tried",
    ]


def test_it_says_how_often_there_was_nothing_to_see() -> None:
    counters = {"interface_down": 2, "interface_gone": 1}
    lines = status_text(Snapshot(Window(counters=counters))).splitlines()
    assert lines[2] == "  left out: 2 times the interface was down, 1 time the interface was gone"


def test_what_is_not_left_out_is_called_what_it_is() -> None:
    lines = status_text(Snapshot(Window(counters={"time_backwards": 16, "merged_by_offload": 1}))).splitlines()
    assert lines[2:] == [
        "  nothing is left out",
        "  taken all the same: 1 packet that the network card had merged, 16 packets with a time before that of the one ahead of them",
    ]


def test_the_settings_are_told_with_what_changes_them() -> None:
    told = (Setting("Brightness", "40%", "the slider"), Setting("Rules", "mine.yaml: 3 of 4 rules are on", "--rules"))
    lines = status_text(Snapshot(settings=SettingsState(told, changes=2))).splitlines()
    assert lines[3:] == [
        "  Brightness: 40% (the slider)",
        "  Rules: mine.yaml: 3 of 4 rules are on (--rules)",
        "  2 of these were changed on the page, which can go back to the files",
    ]


def test_the_placement_and_what_it_never_sees_are_told() -> None:
    source = SourceState("eth0", placement="listen", misses=("packets between other devices",))
    assert status_text(Snapshot(source=source)).splitlines()[2:4] == [
        "  placement: listen",
        "  never sees packets between other devices",
    ]


def test_without_an_engine_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for command in (["status"], ["rules", "reload"]):
        shown = CliRunner().invoke(main, command)
        assert shown.exit_code == 2
        assert "start one: sharky run eth0" in shown.output
