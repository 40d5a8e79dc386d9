"""What was before is kept whole, found again, and not mistaken for anything else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sharky.model.errors import PlacementError
from sharky.placement.memory import Before, Memory
from tests.unit.placement.fakes import ETH0, ETH1, at_home

BEFORE = Before(
    "mitm",
    "eth0",
    "first",
    12.5,
    (ETH0, ETH1),
    at_home().addresses,
    (replace(at_home().routes[1], metrics=(("mtu", 1300),)),),
    {"net/ipv4/conf/eth0/forwarding": "0"},
    (("aa", "bb"), ("cc",)),
    ("dd",),
    "dhclient",
)


def test_what_is_kept_comes_back_as_it_was_and_is_forgotten(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "var/state")
    memory.keep(BEFORE)
    assert memory.recall("mitm", "eth0") == BEFORE
    assert memory.recall("bridge", "eth0") is None
    memory.forget(BEFORE)
    memory.forget(BEFORE)
    assert memory.recall("mitm", "eth0") is None


def test_only_whole_files_of_a_placement_count(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    for name in ("eth1", "eth0", "mitm-.json"):
        memory.keep(replace(BEFORE, name=name))
    memory.keep(replace(BEFORE, placement="mirror", name="eth2"))
    (tmp_path / "mitm-eth3.part").write_text("{")
    (tmp_path / "notes.json").write_text("{}")
    assert memory.kept("mitm") == ["eth0", "eth1", "mitm-.json"]
    assert Memory(tmp_path / "nowhere").kept("mitm") == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "{}", json.dumps({"version": 2, "links": [], "addresses": [], "routes": [], "truths": []})]
)
def test_what_is_damaged_or_of_another_version_is_refused_and_left(tmp_path: Path, text: str) -> None:
    (tmp_path / "mitm-eth0.json").write_text(text)
    with pytest.raises(PlacementError, match=r"cannot read .*mitm-eth0\.json"):
        Memory(tmp_path).recall("mitm", "eth0")
    assert Memory(tmp_path).kept("mitm") == ["eth0"]


def test_where_nothing_can_be_kept_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PlacementError, match="cannot remember in"):
        Memory(tmp_path / "file").keep(BEFORE)
    (tmp_path / "mitm-eth0.json").mkdir()
    with pytest.raises(PlacementError, match="begin the command with sudo"):
        Memory(tmp_path).recall("mitm", "eth0")
    with pytest.raises(PlacementError, match="begin the command with sudo"):
        Memory(tmp_path / "file").kept("mitm")
    with pytest.raises(PlacementError, match="cannot be removed"):
        Memory(tmp_path).forget(BEFORE)
