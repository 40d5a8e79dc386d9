"""The list of names has an end, which it tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.app import names
from sharky.model.errors import Problem
from tests.unit.app.test_portions import lookup
from tests.unit.capture.builder import pcap


def test_names_that_find_no_room_are_counted_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MOST_NAMES", 2)
    path = tmp_path / "flood.pcap"
    path.write_bytes(pcap([lookup(f"{letter}.example") for letter in "cabbad"]))
    told: list[Problem] = []
    assert names.names_in([path], told.append)["dns"] == ["a.example", "c.example"]
    assert [problem.message for problem in told] == ["3 times a name was left out, since 2 others were there before"]
