"""The owner's code on the command line: in a file, and told to the page's process alone."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from sharky.app.page import Page, listen
from sharky.app.wanted import Play
from sharky.cli import main
from sharky.model.errors import Problem

CODE = "reef-lantern-42"
TO_ALL = ["--host", "0.0.0.0"]


@pytest.mark.parametrize(
    ("words", "target"),
    [
        (["demo"], "sharky.app.play.play"),
        (["replay", "none.pcap", "--output", "web"], "sharky.app.play.play"),
        (["run", "eth0"], "sharky.app.run.run"),
    ],
)
def test_the_code_in_a_file_is_the_pages_and_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], target: str
) -> None:
    played: list[Play] = []

    def play(*given: Play) -> list[Problem]:
        played.append(given[-1])
        return []

    monkeypatch.setattr(target, play)
    (tmp_path / "code").write_text(f"{CODE}\n")
    result = CliRunner().invoke(main, [*words, *TO_ALL, "--code-file", str(tmp_path / "code")])
    assert result.exit_code == 0, result.output
    assert [wanted.code for wanted in played] == [CODE]
    assert CODE not in repr(played) + result.output


@pytest.mark.parametrize(
    ("octets", "options", "trouble"),
    [
        (b"s3cr3", TO_ALL, "the code has 5 characters"),
        (b"\xff\xfes3cr3t", TO_ALL, "is no text"),
        (b"s3cr3t" * 1000, TO_ALL, "the code has"),
        (None, TO_ALL, "cannot be read: No such file"),
        (b"s3cr3t", [], "--code-file does nothing without --host ADDRESS"),
        (b"s3cr3t", ["--host", "::1"], "--code-file does nothing without --host ADDRESS"),
    ],
)
def test_a_file_without_a_code_and_a_code_for_nobody_are_told_of(
    tmp_path: Path, octets: bytes | None, options: list[str], trouble: str
) -> None:
    if octets is not None:
        (tmp_path / "code").write_bytes(octets)
    result = CliRunner().invoke(main, ["demo", *options, "--code-file", str(tmp_path / "code")])
    assert result.exit_code == 2
    assert trouble in " ".join(result.output.split())
    assert "s3cr3" not in result.output


def test_the_page_knows_the_code_and_neither_its_command_line_nor_its_environment_nor_its_log_has_it(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as sock, Page(tmp_path, sock, CODE) as page:
        address = f"http://127.0.0.1:{sock.getsockname()[1]}"
        with urlopen(f"{address}/access.json") as answer:
            assert CODE not in answer.read().decode()
        ask = ["curl", "-s", "-H", "Content-Type: application/json", "-H", f"Origin: {address}", "-d", "@-", f"{address}/code"]
        said = subprocess.run(ask, input=f'{{"code": "{CODE}"}}', capture_output=True, text=True, check=True).stdout
        assert said == '{"answer": {"may_change": true}}'
        process = Path("/proc") / str(page.process.pid)
        assert CODE not in (process / "cmdline").read_text() + (process / "environ").read_text()
    assert CODE not in (tmp_path / "page.log").read_text()


def test_a_page_that_cannot_start_does_not_hang_on_the_code(tmp_path: Path) -> None:
    began = time.monotonic()
    with listen("127.0.0.1", 0) as sock, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.executable", "/bin/false")
        with Page(tmp_path, sock, CODE) as page:
            page.process.wait(10)
    assert time.monotonic() - began < 10
