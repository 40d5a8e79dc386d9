"""scripts/install in a system that lies in a folder: what it puts there runs, and taking it away leaves nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
pytestmark = pytest.mark.skipif(not IS_ROOT, reason="needs root")


@pytest.fixture
def system(tmp_path: Path) -> Path:
    for folder in ("etc/default", "usr/bin", "usr/lib/systemd/system"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc/default/other").write_text("other")
    return tmp_path


def install(system: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "scripts/install", "--root", system, *options], capture_output=True, text=True, check=False)


def tree(system: Path) -> list[Path]:
    return sorted(path.relative_to(system) for path in system.rglob("*"))


def test_a_dry_run_tells_all_and_does_nothing(system: Path) -> None:
    before = tree(system)
    done = install(system, "--dry-run")
    assert done.returncode == 0
    assert "sharky.service" in done.stderr
    assert tree(system) == before


def test_what_is_installed_runs_and_goes_without_a_trace(system: Path) -> None:
    before = tree(system)
    for _ in range(2):
        done = install(system)
        assert done.returncode == 0, done.stderr
    said = subprocess.run([system / "opt/sharky/bin/sharky", "--version"], capture_output=True, text=True, check=True).stdout
    assert "0.1.0" in said
    assert os.readlink(system / "usr/bin/sharky") == "/opt/sharky/bin/sharky"
    settings = system / "boot/firmware/sharky/sharky.yaml"
    assert "use: listen" in settings.read_text()
    done = install(system, "--uninstall")
    assert done.returncode == 0, done.stderr
    left = [path for path in tree(system) if path not in before]
    assert [path for path in left if not str(path).startswith("boot")] == []
    assert settings.is_file(), "what an owner wrote stays"


def test_a_command_of_somebody_else_is_not_replaced(system: Path) -> None:
    (system / "usr/bin/sharky").write_text("another")
    done = install(system)
    assert done.returncode == 2
    assert "another" in done.stderr
    assert (system / "usr/bin/sharky").read_text() == "another"


def test_what_is_no_system_is_said(tmp_path: Path) -> None:
    assert install(tmp_path).returncode == 2
    assert install(tmp_path, "--nonsense").returncode == 2
