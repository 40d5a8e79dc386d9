"""The commands are loaded one by one, and all of them are there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import sharky.cli
from sharky.cli import MODULES, main

NO_COMMANDS = {"__init__", "code_file", "errors", "groups", "light", "mistakes", "progress", "signals", "quantities", "together"}
FILES = {path.stem for path in Path(sharky.cli.__file__).parent.glob("*.py")} - NO_COMMANDS


def test_every_file_of_commands_has_one() -> None:
    assert set(MODULES.values()) == FILES


@pytest.mark.parametrize("name", MODULES)
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    assert isinstance(main.get_command(click.Context(main), name), click.Command)
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.output


def test_all_commands_are_listed_with_a_line_each() -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    commands = {name: main.get_command(click.Context(main), name) for name in MODULES}
    assert all(f"\n  {name} " in listed for name, command in commands.items() if command and not command.hidden)


ASK_FOR_HELP = """
import sys
sys.argv = ["sharky", "stats", "--help"]
try:
    import sharky.cli
    sharky.cli.main()
finally:
    print(*sys.modules)
"""


def test_a_command_loads_no_other() -> None:
    modules = subprocess.run([sys.executable, "-c", ASK_FOR_HELP], capture_output=True, text=True, check=True).stdout.split()
    assert "sharky.cli.stats" in modules
    assert "sharky.cli.place" not in modules
