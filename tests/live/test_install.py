"""scripts/install in a system that lies in a folder: what it puts there runs, and taking it away leaves nothing."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
pytestmark = pytest.mark.skipif(not IS_ROOT, reason="needs root")


@pytest.fixture
def system(tmp_path: Path) -> Path:
    for folder in ("etc/default", "etc/systemd/system", "usr/bin", "usr/lib/systemd/system"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "other").write_text("other")
    (tmp_path / "etc/.pwd.lock").touch()
    (tmp_path / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")
    (tmp_path / "etc/group").write_text("root:x:0:\nspi:x:990:\n")
    (tmp_path / "etc/shadow").write_text("root:*:20000:0:99999:7:::\n")
    (tmp_path / "etc/gshadow").write_text("root:*::\nspi:!::\n")
    return tmp_path


def install(system: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "scripts/install", "--root", system, *options], capture_output=True, text=True, check=False)


def tree(system: Path) -> dict[str, bytes]:
    """Every path and, of a file, what is in it; of the copies that the tools for users leave, not."""
    paths = [path for path in system.rglob("*") if not path.name.endswith("-")]
    return {str(path.relative_to(system)): path.read_bytes() if path.is_file() else b"" for path in paths}


def asking_service(system: Path) -> str:
    found = re.search(r"^SHARKY_PLACE=.*--address=([^ \"]+)", (system / "etc/default/sharky").read_text(), re.MULTILINE)
    assert found
    return found[1]


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
    assert "0.1.0" in subprocess.check_output([system / "opt/sharky/bin/python", "-m", "sharky", "--version"], text=True)
    assert (system / "opt/sharky/bin/sharky").read_text().startswith("#!/opt/sharky/bin/python"), "it runs where the folder is the root"
    assert os.readlink(system / "usr/bin/sharky") == "/opt/sharky/bin/sharky"
    assert os.path.lexists(system / "etc/systemd/system/multi-user.target.wants/sharky.service"), "it starts by itself"
    assert (system / "usr/lib/sharky/first-light").stat().st_mode & 0o777 == 0o755, "it runs as another user"
    assert (system / "usr/lib/systemd/system" / asking_service(system)).is_file(), "a bridge needs an address"
    assert "sharky-web:" in (system / "etc/passwd").read_text()
    settings = system / "boot/firmware/sharky/sharky.yaml"
    assert "use: listen" in settings.read_text()
    done = install(system, "--uninstall")
    assert done.returncode == 0, done.stderr
    left = tree(system)
    assert {path: content for path, content in left.items() if not path.startswith("boot")} == before
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
