"""Golden tests: what a run gives is compared with a stored text; `--update-expected` writes it anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

EXPECTED = Path(__file__).parent / "expected"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-expected", action="store_true", help="write what the runs give as the new expectation")


@pytest.fixture
def matches_expected(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    def compare(name: str, text: str) -> None:
        path = EXPECTED / name
        if request.config.getoption("--update-expected"):
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is not stored yet: run with --update-expected and read what it wrote"
        assert text == path.read_text(encoding="utf-8"), f"{name} changed: run with --update-expected and read the difference"

    return compare
