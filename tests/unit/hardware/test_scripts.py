"""The scripts that draw and describe sharks, and the one that runs all checks."""

from __future__ import annotations

import runpy
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("script", "made"), [("update-picture", "picture"), ("write-wiring-tables", "with_fresh_tables"), ("write-parts", "main")]
)
def test_the_scripts_that_make_pictures_and_tables_can_be_run(script: str, made: str) -> None:
    assert callable(runpy.run_path(str(ROOT / "scripts" / script))[made])


@pytest.mark.parametrize("word", ["--unit", "units"])
def test_tests_that_there_are_not_have_not_all_passed(word: str) -> None:
    done = subprocess.run([ROOT / "scripts" / "test", word], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "say unit, replay, oracle, live or web" in done.stderr
