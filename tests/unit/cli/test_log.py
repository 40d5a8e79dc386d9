"""What goes to standard error, where a service's log is: nothing that strangers wrote can do more there than be read.

Hostile are escapes, a turned direction of writing, line breaks that forge a line of the log, and text without an end.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from sharky.app.commands import RulesFile, reload_on_signal
from sharky.app.said import LONGEST, explain, explain_failure, in_lines
from sharky.app.shipped import read_model, read_rules
from sharky.app.status import status_text
from sharky.app.telling import recording_line
from sharky.app.wanted import Play
from sharky.cli import main
from sharky.cli.errors import complain
from sharky.model.errors import Problem, SharkyError
from sharky.model.rules import RuleSet
from sharky.runtime import Engine
from sharky.store import Snapshot, SourceState
from sharky.web import create_app
from sharky.web.log import log_to

FORGED = "sharky: all is well"
HOSTILE = {
    "escapes": "\x1b[2J\x1b]0;title\x07\x9b31m",
    "direction": "\u202egpj.exe\u2066",
    "lines": f"x\n{FORGED}\r{FORGED}\u2028{FORGED}\x85{FORGED}\x0b{FORGED}",
    "endless": "A" * 1_000_000,
}
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def quoted(text: str) -> str:
    """Return a text as YAML takes it."""
    return json.dumps(text, ensure_ascii=False)


def assert_harmless(log: str, lines: int = 3) -> None:
    """Check that a log only prints, has an end, and that no line of it begins as a stranger wants."""
    assert log
    told = log.removesuffix("\n").split("\n")
    assert len(told) <= lines
    assert not {unicodedata.category(character) for line in told for character in line} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any(line.startswith(FORGED) for line in told)
    assert max(map(len, told)) < 3 * LONGEST


@hostile
@pytest.mark.parametrize("field", ["message", "hint", "file", "quote"])
def test_a_problem_says_what_is_wrong_and_no_more(text: str, field: str, capsys: pytest.CaptureFixture[str]) -> None:
    complain(replace(Problem("trouble", "way out", "holiday.pcap", 3, 1, "quote"), **{field: text}))
    assert_harmless(capsys.readouterr().err, lines=5)


def test_a_problem_is_told_as_it_was_where_nobody_is_hostile() -> None:
    problem = Problem('unknown pattern "puls"', 'did you mean "pulse"?', "rules.yaml", 2, 10, "pattern: puls", 4)
    assert explain(problem) == str(problem)
    assert explain(Problem("trouble", "write:\n\nplacement:\n  mitm:\n")) == "trouble\n  write:\n\n  placement:\n    mitm:"


@hostile
def test_what_a_rules_file_holds_stays_in_its_lines(text: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(f"version: 1\nrules:\n  - {{name: a, when: dns, show: {{zone: {quoted(text)}}}}}\n")
    told = CliRunner().invoke(main, ["rules", "check", str(path)])
    assert told.exit_code == 2
    assert_harmless(told.stderr, lines=12)


@pytest.mark.parametrize("name", [text for text in HOSTILE.values() if len(text) < 200])
def test_a_file_cannot_forge_a_line_by_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"no capture")
    for command in ("stats", "names", "replay"):
        told = CliRunner().invoke(main, [command, str(tmp_path / name)])
        assert told.exit_code == 2
        assert_harmless(told.stderr)


class NoEngine:
    """Is never given rules, since those that are read have problems."""

    def replace_rules(self, rules: RuleSet) -> None:
        raise AssertionError(rules)


@hostile
def test_rules_that_are_read_again_on_a_signal_are_told_of_in_the_log(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, model = tmp_path / "rules.yaml", read_model(None)
    path.write_text("version: 1\nrules: []\n")
    rules_file = RulesFile(Play("", (), read_rules(str(path), model), model))
    path.write_text(f"version: 1\nrules:\n  - {{name: a, when: {quoted(text)}, show: {{zone: eyes, colour: {quoted(text)}}}}}\n")
    reload_on_signal(cast(Engine, NoEngine()), rules_file)
    assert_harmless(capsys.readouterr().err, lines=12)


@hostile
def test_notes_of_a_recording_and_of_a_status_stay_in_their_lines(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    snapshot = Snapshot(source=SourceState(text, notes=(text,)))
    with recording_line() as tell:
        tell(snapshot)
    assert_harmless(capsys.readouterr().err, lines=1)
    assert_harmless(status_text(snapshot), lines=4)


@hostile
def test_a_services_notes_of_the_owners_files_stay_in_their_lines(text: str, tmp_path: Path) -> None:
    door = tmp_path / "door"
    door.mkdir()
    (door / "sharky.yaml").write_text(f"version: 1\n{quoted(text)}: 1\n")
    words = ["appliance", "start", "--door", door, "--data", tmp_path / "data", "--run", tmp_path / "run"]
    told = CliRunner().invoke(main, [str(word) for word in words])
    assert told.exit_code == 0
    assert_harmless(told.output)


@hostile
def test_what_an_engine_answers_stays_in_its_lines(text: str) -> None:
    assert_harmless(explain(SharkyError(Problem(text, text)).problems[0]))


@hostile
def test_a_failure_that_nobody_expected_quotes_what_was_read_without_harm(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError as error:
        assert_harmless(explain_failure(type(error), error, error.__traceback__), lines=8)
    assert_harmless(in_lines("x\n" * 1_000_000), lines=200)


def test_the_command_says_its_own_failures_so() -> None:
    words = (
        f"import sys; from sharky.cli import main; main(['rules', '--help'], standalone_mode=False); raise ValueError('a\\n{FORGED}\\x1b')"
    )
    told = subprocess.run([sys.executable, "-c", words], check=False, capture_output=True, text=True)
    assert "  ValueError: a" in told.stderr
    assert_harmless(told.stderr, lines=8)


@hostile
def test_the_pages_log_names_a_failure_in_a_line_of_its_own(text: str, tmp_path: Path) -> None:
    app, log = create_app(tmp_path), io.StringIO()

    @app.get("/broken/<path:name>")
    def broken(name: str) -> str:
        raise ValueError(name)

    handler = log_to(log)
    app.logger.addHandler(handler)
    try:
        assert app.test_client().get(f"/broken/{text[:60_000]}").status_code == 500
    finally:
        app.logger.removeHandler(handler)
    assert log.getvalue().startswith("Exception on /broken/")
    assert_harmless(log.getvalue(), lines=60)


def test_a_log_that_takes_nothing_ends_nobody() -> None:
    program = "from sharky.app.said import say_in_log; say_in_log('a problem'); print('goes on')"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=full, text=True, check=False)
    assert done.stdout == "goes on\n"
