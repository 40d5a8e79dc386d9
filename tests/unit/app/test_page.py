"""The page's process, seen from the engine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sharky.app.page import PAGE_LOG, check_alive
from sharky.model.errors import OutputError


@pytest.mark.parametrize(
    ("log", "said"), [("ready\nno memory\n", "1: no memory"), ("", "1: it said nothing"), (None, "1: what it said is lost: no such file")]
)
def test_a_page_that_has_ended_is_told_with_what_it_said_last(log: str | None, said: str, tmp_path: Path) -> None:
    if log is not None:
        (tmp_path / PAGE_LOG).write_text(log)
    with subprocess.Popen(["false"]) as page:
        page.wait()
        with pytest.raises(OutputError, match=f"the page has ended with code {said}"):
            check_alive(page, tmp_path)
