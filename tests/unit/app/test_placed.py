from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from sharky.app.placed import chosen_place, left_redirected, standstills
from sharky.model.errors import PlacementError
from sharky.placement.marks import GUARDING, REDIRECTING, mark
from sharky.placement.memory import Before, Memory


@pytest.fixture
def root(tmp_path: Path) -> Path:
    boot = tmp_path / "root/proc/sys/kernel/random"
    boot.mkdir(parents=True)
    (boot / "boot_id").write_text("this run\n")
    return tmp_path / "root"


def keep(state: Path, placement: str, name: str, boot: str = "this run") -> None:
    Memory(state).keep(Before(placement, name, boot, 1.0, ()))


def test_without_a_name_what_was_placed_is_taken(tmp_path: Path, root: Path) -> None:
    keep(tmp_path, "bridge", "sharky0")
    assert chosen_place(None, tmp_path, root) == ("sharky0", "bridge")


def test_an_interface_that_is_named_is_known_by_its_placement(tmp_path: Path, root: Path) -> None:
    keep(tmp_path, "bridge", "sharky0")
    keep(tmp_path, "mirror", "eth1")
    assert chosen_place("eth1", tmp_path, root) == ("eth1", "mirror")
    assert chosen_place("eth2", tmp_path, root) == ("eth2", "listen")


def test_what_was_placed_before_the_machine_was_started_anew_holds_no_more(tmp_path: Path, root: Path) -> None:
    keep(tmp_path, "bridge", "sharky0", "an earlier run")
    with pytest.raises(PlacementError, match=r"(?s)nothing was placed.*standard input"):
        chosen_place(None, tmp_path, root)


def test_of_several_placements_one_has_to_be_named(tmp_path: Path, root: Path) -> None:
    keep(tmp_path, "bridge", "sharky0")
    keep(tmp_path, "mirror", "eth1")
    with pytest.raises(PlacementError, match="several placements hold: sharky0, eth1"):
        chosen_place(None, tmp_path, root)


@pytest.mark.parametrize(
    ("name", "boot", "attends", "is_told"),
    [
        ("lo", "this run", None, True),
        ("lo", "this run", REDIRECTING, False),
        ("lo", "this run", GUARDING, False),
        ("lo", "an earlier run", None, False),
        ("absent0", "this run", None, False),
    ],
)
def test_what_was_left_redirected_is_told(tmp_path: Path, root: Path, *, name: str, boot: str, attends: str | None, is_told: bool) -> None:
    keep(tmp_path, "mitm", name, boot)
    with mark(attends, name) if attends else nullcontext():
        assert [name in told for told in left_redirected(tmp_path, root)] == [True] * is_told


def test_what_nobody_may_read_is_no_reason_to_fail(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> list[str]:
        raise PermissionError(13, "Permission denied")

    keep(tmp_path, "mitm", "lo")
    (tmp_path / "mitm-lo.json").write_text("damaged")
    assert left_redirected(tmp_path, root) == ()
    monkeypatch.setattr("os.listdir", refuse)
    assert left_redirected(tmp_path, root) == ()
    with pytest.raises(PlacementError, match=r"(?s)cannot read .*: permission denied.*sudo"):
        Memory(tmp_path).kept("mitm")


def plug(root: Path, **carriers: str) -> None:
    for port, carrier in carriers.items():
        (root / "sys/class/net/sharky0/brif" / port).mkdir(parents=True)
        (root / "sys/class/net" / port).mkdir()
        (root / "sys/class/net" / port / "carrier").write_text(carrier)


def test_a_bridge_with_two_cables_passes_everything(root: Path) -> None:
    plug(root, eth0="1\n", eth1="1\n")
    assert standstills("sharky0", "bridge", root) == ()


def test_a_port_without_a_cable_is_named_since_nothing_passes_the_bridge(root: Path) -> None:
    plug(root, eth0="1\n", eth1="0\n")
    (root / "sys/class/net/eth0/carrier").unlink()
    assert [note.partition(":")[0] for note in standstills("sharky0", "bridge", root)] == [
        "no cable leads anywhere at eth0",
        "no cable leads anywhere at eth1",
    ]
    assert standstills("sharky0", "listen", root) == ()


def test_a_bridge_that_has_lost_a_port_says_so(root: Path) -> None:
    plug(root, eth0="1\n")
    assert [note.partition(":")[0] for note in standstills("sharky0", "bridge", root)] == [
        "a port of the bridge is gone, such as an adapter that was plugged out"
    ]
