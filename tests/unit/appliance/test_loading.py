"""Until the place in the network is taken, nothing passes; so what takes it loads nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """
import sys
from sharky.cli import main
try:
    main()
finally:
    print(*(name for name in ("numpy", "scapy", "flask", "pyroute2.ndb", "sharky.lights", "sharky.rules") if name in sys.modules))
"""


@pytest.mark.parametrize("words", [("start", "--door", "door"), ("begin", "--door", "door", "--state", "state", "--port", "none0")])
def test_what_comes_before_the_bridge_loads_neither_numpy_nor_the_engine(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "door").mkdir()
    command = [sys.executable, "-c", LOADED, "appliance", *words, "--data", "data", "--run", "run"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_who_loads_pyroute2_later_finds_all_its_names() -> None:
    later = "from sharky.placement.kernel import Kernel; Kernel().__exit__(None, None, None); from pyroute2 import NDB, Conntrack, IPRoute"
    subprocess.run([sys.executable, "-c", later], check=True)
