"""The services, held against systemd's own judgement."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sharky.appliance.boot import PAGE
from sharky.outputs.header import LABELS
from sharky.settings.places import models_folder

FIRST_MODEL = "first-sharky"
UNITS = Path(__file__).parents[3] / "image/files/usr/lib/systemd/system"
MOST_EXPOSED = 2.0

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


@needs_systemd
@pytest.mark.parametrize("name", ["sharky.service", "sharky-web.service"])
def test_a_service_is_hardly_exposed(name: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNITS / name)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"exposure level for \S+: ([0-9.]+)", said)
    assert found, said
    assert float(found[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("path", sorted(UNITS.glob("*.service")), ids=lambda path: path.name)
def test_only_what_sets_up_the_network_is_root(path: Path) -> None:
    text = path.read_text()
    is_root = path.name in {"sharky-appliance.service", "sharky-plugged.service", "sharky-address.service"}
    assert ("User=" not in text) == is_root
    assert "CapabilityBoundingSet=" in text


def test_the_engine_may_write_where_changes_from_the_page_are_kept_and_nowhere_else_on_a_disk() -> None:
    written = re.findall(r"^(?:ReadWritePaths|StateDirectory)=(.*)$", (UNITS / "sharky.service").read_text(), re.MULTILINE)
    assert written == [" ".join(f"-{data}/{PAGE}" for data in ("/data/sharky", "/var/lib/sharky"))]
    assert "CAP_CHOWN" in (UNITS / "sharky-appliance.service").read_text()


@pytest.mark.parametrize("path", sorted(UNITS.glob("*.service")), ids=lambda path: path.name)
def test_what_a_service_runs_is_a_command_that_there_is(path: Path) -> None:
    from click.testing import CliRunner

    from sharky.cli import main

    for line in re.findall(r"^ExecStart=/usr/bin/sharky (.*)$", path.read_text(), re.MULTILINE):
        words = [word for word in line.split() if not word.startswith("$")]
        result = CliRunner().invoke(main, [*words, "--help"])
        assert result.exit_code == 0, line


def test_the_first_light_is_at_the_pins_of_the_shark_that_comes_with_sharky() -> None:
    found = re.search(r'"SHARKY_FIRST_PINS=([0-9 ]+)"', (UNITS / "sharky-light.service").read_text())
    assert found
    rows = csv.DictReader((models_folder() / f"{FIRST_MODEL}.csv").read_text().splitlines())
    assert found[1].split() == [row["channel"] for row in rows if row["output"] == "pwmled"]


def test_the_first_light_knows_the_same_headers_as_the_engine() -> None:
    script = (UNITS.parents[1] / "sharky/first-light").read_text()
    assert set(re.findall(r'"\[(pinctrl-\w+)\]"', script)) == set(LABELS)


@needs_systemd
def test_systemd_finds_nothing_wrong_with_any_unit(tmp_path: Path) -> None:
    image = Path(__file__).parents[3] / "image"
    folder = tmp_path / "usr/lib/systemd/system"
    for tree in (image / "files", image / "root"):
        shutil.copytree(tree, tmp_path, dirs_exist_ok=True)
    programs = {found for path in folder.iterdir() for found in re.findall(r"^Exec\w+=[-+]*(/\S+)", path.read_text(), re.MULTILINE)}
    for program in programs:
        path = tmp_path / program.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    names = [path.name.replace("@.", "@wlan0.") for path in sorted(folder.iterdir()) if "sharky" in path.name]
    command = ["systemd-analyze", "verify", "--man=no", f"--root={tmp_path}", *names]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    ours = [line for line in said.splitlines() if "sharky" in line and "not found" not in line]
    assert ours == []
