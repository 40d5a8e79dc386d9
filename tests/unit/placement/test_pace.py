"""A bridge that makes the line slow is taken back, and noise alone takes none back."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.app.place import place_bridge
from sharky.model.errors import PlacementError
from tests.unit.placement.fakes import FakeProber, at_home, same
from tests.unit.placement.test_place import WANTED, Machine

GOOD, SLOW = 90_000_000, 1_000_000


def place(folder: Path, before: list[int], after: list[int]) -> Machine:
    machine = Machine(folder)
    prober = machine.tools.prober
    assert isinstance(prober, FakeProber)
    prober.rates = {"eth0": before, "sharky0": after}
    try:
        place_bridge(WANTED, (), machine.tools)
    except PlacementError as error:
        assert same(machine.network, at_home())
        machine.said.append(str(error))
    return machine


def test_a_line_that_has_become_slow_takes_the_bridge_back(tmp_path: Path) -> None:
    said = place(tmp_path, [GOOD], [SLOW]).text
    assert "the network got worse: 192.168.1.1 answers 1.0 Mbit/s of echo requests (before: 90.0 Mbit/s)" in said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([GOOD], [GOOD]),
        ([GOOD], [GOOD // 4]),
        ([GOOD], [SLOW, 0, GOOD]),
        ([GOOD, SLOW, GOOD], [SLOW]),
        ([SLOW * 3 // 2], [SLOW]),
    ],
)
def test_what_may_be_noise_does_not(tmp_path: Path, before: list[int], after: list[int]) -> None:
    machine = place(tmp_path, before, after)
    assert "Mbit/s of echo requests (before: " in machine.text
    assert machine.network.find("sharky0")


@pytest.mark.parametrize("before", [[0], [GOOD, GOOD, 0], [GOOD, 0, GOOD]])
def test_a_router_that_answers_now_and_then_only_is_not_measured(tmp_path: Path, before: list[int]) -> None:
    machine = place(tmp_path, before, [0])
    assert "echo requests" not in machine.text
    assert machine.network.find("sharky0")


def test_a_line_that_others_fill_is_not_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    received = iter(range(0, 10_000_000_000, 1_000_000_000))
    monkeypatch.setattr("sharky.app.pace._received", lambda *_: next(received))
    assert place(tmp_path, [GOOD], [SLOW]).network.find("sharky0")
