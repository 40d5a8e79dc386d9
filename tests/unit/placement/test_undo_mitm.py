"""Putting devices right again from what is remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sharky.app.mitm_undo import is_any_left, put_right_left, undo_mitm
from sharky.app.placing import Tools, boot_of, undo
from sharky.model.errors import PlacementError
from sharky.placement.marks import GUARDING, mark
from sharky.placement.memory import Before, Memory
from tests.unit.placement.fakes import ALL_RIGHTS, FakeKernel, FakeProber, at_home, running_machine

FORWARDING = "net/ipv4/conf/absent0/forwarding"


def tools_in(folder: Path, said: list[str], *, is_dry: bool = False, rights: frozenset[str] = ALL_RIGHTS) -> Tools:
    root = running_machine(folder)
    (root / "proc/sys" / FORWARDING).parent.mkdir(parents=True)
    (root / "proc/sys" / FORWARDING).write_text("1")
    memory = Memory(folder / "state")
    return Tools(FakeKernel(at_home()), FakeProber({}), memory, rights, said.append, root, is_dry, lambda _: None)


def keep(tools: Tools, interface: str) -> None:
    tools.memory.keep(Before("mitm", interface, "first", 1, (), settings={FORWARDING: "0"}, truths=(("00" * 42,),)))


def test_undo_asks_for_no_settings_and_goes_on_after_an_interface_of_which_the_memory_is_damaged(tmp_path: Path) -> None:
    said: list[str] = []
    tools = tools_in(tmp_path, said)
    keep(tools, "absent0")
    (tmp_path / "state/mitm-aaa0.json").write_text("{}")
    with pytest.raises(PlacementError, match=r"cannot read .*mitm-aaa0\.json"):
        undo_mitm(tools)
    assert (tools.root / "proc/sys" / FORWARDING).read_text() == "0"
    assert tools.memory.kept("mitm") == ["aaa0"]
    assert "1 packet could not be sent" in said[0]


def test_a_dry_undo_changes_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    tools = tools_in(tmp_path, said, is_dry=True)
    keep(tools, "absent0")
    undo_mitm(tools)
    assert said == ["1 devices and the router would be told the truth."]
    assert tools.memory.kept("mitm") == ["absent0"]


def test_there_may_be_nothing_to_undo(tmp_path: Path) -> None:
    said: list[str] = []
    undo_mitm(tools_in(tmp_path, said))
    assert said == ["Nothing to undo: no device is redirected."]


@pytest.mark.parametrize("placement", ["bridge", "mirror"])
def test_who_may_not_undo_a_placement_is_told_so_before_anything_is_tried(tmp_path: Path, placement: str) -> None:
    said: list[str] = []
    tools = tools_in(tmp_path, said, rights=frozenset())
    tools.memory.keep(Before(placement, "eth1", boot_of(tools.root), 1, ()))
    with pytest.raises(PlacementError, match=r"(?s)not permitted: this needs CAP_NET_ADMIN.*sudo"):
        undo(placement, "eth1", tools)
    assert (said, tools.memory.kept(placement)) == ([], ["eth1"])


@pytest.mark.parametrize("missing", sorted(ALL_RIGHTS))
def test_who_may_not_put_devices_right_does_not_claim_to_have_done_so(tmp_path: Path, missing: str) -> None:
    said: list[str] = []
    tools = tools_in(tmp_path, said, rights=ALL_RIGHTS - {missing})
    keep(tools, "absent0")
    with pytest.raises(PlacementError, match=f"not permitted: this needs {missing}"):
        undo_mitm(tools)
    assert (said, tools.memory.kept("mitm")) == ([], ["absent0"])


def test_what_could_not_be_said_to_devices_is_kept_as_long_as_the_interface_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharky.app.mitm_undo.restore", lambda *_: 1)
    tools = tools_in(tmp_path, [])
    keep(tools, "eth0")
    with pytest.raises(PlacementError, match="devices may still be redirected: see that it has a link"):
        undo_mitm(tools)
    assert tools.memory.kept("mitm") == ["eth0"]


def test_what_was_left_is_put_right_where_that_is_permitted_and_its_interface_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored: list[Before] = []
    monkeypatch.setattr("sharky.app.mitm_undo.restore", lambda before, *_: restored.append(before) or 0)
    said: list[str] = []
    tools = tools_in(tmp_path, said)
    keep(tools, "eth0")
    keep(tools, "absent0")
    for lesser in (replace(tools, rights=frozenset({"CAP_NET_RAW"})), replace(tools, is_dry=True)):
        put_right_left(lesser)
    assert (said, restored) == ([], [])
    put_right_left(tools)
    assert [before.name for before in restored] == ["eth0"]
    assert tools.memory.kept("mitm") == ["absent0"]


def test_settings_of_before_a_restart_are_not_brought_back(tmp_path: Path) -> None:
    tools = tools_in(tmp_path, [])
    tools.memory.keep(Before("mitm", "absent0", "an earlier run", 1, (), settings={FORWARDING: "0"}, truths=(("00" * 42,),)))
    undo_mitm(tools)
    assert (tools.root / "proc/sys" / FORWARDING).read_text() == "1"
    assert tools.memory.kept("mitm") == []


def test_what_somebody_attends_to_is_not_left(tmp_path: Path) -> None:
    tools = tools_in(tmp_path, [])
    assert not is_any_left(tools.memory.folder)
    keep(tools, "absent0")
    assert is_any_left(tools.memory.folder)
    with mark(GUARDING, "absent0"):
        assert not is_any_left(tools.memory.folder)
