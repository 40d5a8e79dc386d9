"""The services, held against systemd's own judgement."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

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
    is_root = path.name in {"sharky-appliance.service", "sharky-plugged.service"}
    assert ("User=" not in text) == is_root
    assert "CapabilityBoundingSet=" in text


@pytest.mark.parametrize("path", sorted(UNITS.glob("*.service")), ids=lambda path: path.name)
def test_what_a_service_runs_is_a_command_that_there_is(path: Path) -> None:
    from click.testing import CliRunner

    from sharky.cli import main

    for line in re.findall(r"^ExecStart=/usr/bin/sharky (.*)$", path.read_text(), re.MULTILINE):
        words = [word for word in line.split() if not word.startswith("$")]
        result = CliRunner().invoke(main, [*words, "--help"])
        assert result.exit_code == 0, line
