"""Taking a place, with the check before and after, and giving it back."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sharky.app.place import place_bridge, place_listen, place_mirror
from sharky.app.placing import Tools, undo
from sharky.cli import main
from sharky.model.errors import PlacementError
from sharky.placement.arp import question
from sharky.placement.bridge import Bridge
from sharky.placement.kernel import Kernel
from sharky.placement.memory import Memory
from sharky.placement.network import NO_PREFIX_ROUTE, PERMANENT, Link, Network
from tests.unit.placement.fakes import ALL_RIGHTS, ETH0, ETH1, LO, WLAN0, FakeKernel, FakeProber, at_home, running_machine, same

WANTED = Bridge(("eth0", "eth1"))
FAST = {"192.168.1.1": 300_000}
GOOD = {"eth0": FAST, "sharky0": FAST}


class Machine:
    """A fake machine, and what was said on it."""

    def __init__(
        self, folder: Path, answering: dict[str, dict[str, int]] | None = None, *, is_loop: bool = False, fails_at: int = -1
    ) -> None:
        self.said: list[str] = []
        self.kernel = FakeKernel(at_home(), fails_at)
        self.memory = Memory(folder / "state")
        prober = FakeProber(GOOD if answering is None else answering, is_loop=is_loop)
        root = running_machine(folder)
        self.tools = Tools(self.kernel, prober, self.memory, ALL_RIGHTS, self.said.append, root, sleep=lambda _: None)

    @property
    def network(self) -> Network:
        return self.kernel.network

    @property
    def text(self) -> str:
        return "\n".join(self.said)


def test_a_bridge_is_placed_and_says_what_it_sees(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    assert {link.name for link in machine.network.links if link.master == "sharky0"} == {"eth0", "eth1"}
    assert [address.interface for address in machine.network.addresses] == ["sharky0"]
    assert "192.168.1.1 answers after 0.30 ms (before: 0.30 ms)" in machine.text
    assert "misses  packets between two devices on the same side" in machine.text


def test_undo_brings_everything_back_and_forgets(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    undo("bridge", "sharky0", machine.tools)
    assert same(machine.network, at_home())
    assert machine.memory.kept("bridge") == []


def test_routes_that_somebody_set_himself_move_with_their_address_and_back(tmp_path: Path) -> None:
    """NetworkManager's addresses bring no route to their network (noprefixroute), without which there is none beyond."""
    machine = Machine(tmp_path)
    addresses = tuple(dataclasses.replace(address, flags=PERMANENT | NO_PREFIX_ROUTE) for address in at_home().addresses)
    machine.kernel.network = before = dataclasses.replace(at_home(), addresses=addresses)
    place_bridge(WANTED, (), machine.tools)
    assert {(route.destination, route.interface) for route in machine.network.routes} == {
        ("192.168.1.0/24", "sharky0"),
        ("default", "sharky0"),
        ("default", "wlan0"),
    }
    undo("bridge", "sharky0", machine.tools)
    assert same(machine.network, before)


@pytest.mark.parametrize("placement", ["bridge", "mirror"])
def test_networkmanager_leaves_the_ports_alone_until_undo(tmp_path: Path, placement: str) -> None:
    machine = Machine(tmp_path)
    machine.kernel.network = before = at_home(LO, dataclasses.replace(ETH0, is_managed=True), ETH1, WLAN0)
    if placement == "bridge":
        place_bridge(WANTED, (), machine.tools)
    else:
        place_mirror("eth0", machine.tools, is_forced=True)
    assert "nmcli device set eth0 managed no" in machine.text
    assert "nmcli device set eth1" not in machine.text
    assert not any(link.is_managed for link in machine.network.links)
    undo(placement, "sharky0" if placement == "bridge" else "eth0", machine.tools)
    assert same(machine.network, before)


def test_placing_twice_changes_nothing_more(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    count = len(machine.kernel.steps)
    place_bridge(WANTED, (), machine.tools)
    assert len(machine.kernel.steps) == count
    assert machine.said[-1] == "sharky0 is already between eth0 and eth1."


@pytest.mark.parametrize(
    ("answering", "said"),
    [
        ({"eth0": FAST}, "192.168.1.1 answered before, and does not any more"),
        ({"eth0": FAST, "sharky0": {"192.168.1.1": 80_000_000}}, "192.168.1.1 answers after 80.0 ms instead of 0.3 ms"),
    ],
)
def test_where_the_network_got_worse_everything_is_taken_back(tmp_path: Path, answering: dict[str, dict[str, int]], said: str) -> None:
    machine = Machine(tmp_path, answering)
    with pytest.raises(PlacementError, match=said):
        place_bridge(WANTED, (), machine.tools)
    assert same(machine.network, at_home())
    assert machine.memory.kept("bridge") == []


def test_a_loop_is_found_before_there_is_a_bridge(tmp_path: Path) -> None:
    machine = Machine(tmp_path, is_loop=True)
    with pytest.raises(PlacementError, match="in the same network already"):
        place_bridge(WANTED, (), machine.tools)
    assert not any("ip link add" in str(step) for step in machine.kernel.steps)
    assert same(machine.network, at_home())


@pytest.mark.parametrize("fails_at", range(14))
def test_a_step_that_the_kernel_refuses_is_told_and_all_others_are_taken_back(tmp_path: Path, fails_at: int) -> None:
    machine = Machine(tmp_path, fails_at=fails_at)
    with pytest.raises(PlacementError, match="the kernel refuses"):
        place_bridge(WANTED, (), machine.tools)
    assert same(machine.network, at_home())


@pytest.mark.parametrize("number", range(1, 18))
def test_whenever_somebody_asks_for_an_end_everything_is_taken_back(tmp_path: Path, number: int) -> None:
    machine = Machine(tmp_path)
    asked: list[int] = []

    def end_if_asked() -> None:
        asked.append(1)
        if len(asked) >= number:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place_bridge(WANTED, (), dataclasses.replace(machine.tools, end_if_asked=end_if_asked))
    assert len(asked) == number
    assert same(machine.network, at_home())
    assert machine.memory.kept("bridge") == []


def test_an_address_to_probe_is_checked_and_asked_for(tmp_path: Path) -> None:
    machine = Machine(tmp_path, {"eth1": {"192.168.1.77": 1000}})
    with pytest.raises(PlacementError, match=r"192\.168\.1\.77 answered before"):
        place_bridge(WANTED, ("192.168.1.77",), machine.tools)
    with pytest.raises(PlacementError, match="no IPv4 address"):
        place_bridge(WANTED, ("router",), machine.tools)


def test_a_dry_run_tells_the_plan_and_does_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), dataclasses.replace(machine.tools, is_dry=True))
    assert "ip link add sharky0" in machine.text
    assert machine.kernel.steps == []
    assert machine.memory.kept("bridge") == []


def test_after_a_restart_nothing_is_left_to_undo(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    machine.kernel.network = at_home()
    running_machine(tmp_path, "second")
    count = len(machine.kernel.steps)
    undo("bridge", "sharky0", machine.tools)
    assert "restarted" in machine.said[-1]
    assert len(machine.kernel.steps) == count
    assert machine.memory.kept("bridge") == []


def test_after_a_restart_it_can_be_placed_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    machine.kernel.network = at_home()
    running_machine(tmp_path, "second")
    place_bridge(WANTED, (), machine.tools)
    assert machine.network.find("sharky0")


def test_a_placement_that_was_killed_half_way_has_to_be_undone_first(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    machine.kernel.network = at_home()
    with pytest.raises(PlacementError, match="has not been undone"):
        place_bridge(WANTED, (), machine.tools)
    undo("bridge", "sharky0", machine.tools)
    place_bridge(WANTED, (), machine.tools)


def test_there_may_be_nothing_to_undo(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    undo("bridge", "sharky0", machine.tools)
    assert machine.said == ["Nothing to undo: no bridge sharky0 has been placed."]
    with pytest.raises(PlacementError, match="does not remember having made eth0"):
        undo("bridge", "eth0", machine.tools)


def test_a_damaged_memory_is_a_message(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    (tmp_path / "state").mkdir()
    for content in ("", "[]", '{"version": 9}', '{"version": 1, "links": [{"nonsense": 1}]}'):
        (tmp_path / "state/bridge-sharky0.json").write_text(content)
        with pytest.raises(PlacementError, match="cannot read"):
            undo("bridge", "sharky0", machine.tools)


def test_a_mirror_port_takes_in_everything_and_has_no_address(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_mirror("eth0", machine.tools, is_forced=False)
    link = machine.network.find("eth0")
    assert link is not None
    assert (link.queue, link.is_promiscuous, link.has_arp, link.address_generation) == ("blackhole", True, False, "none")
    assert machine.network.addresses_of("eth0") == ()
    undo("mirror", "eth0", machine.tools)
    assert same(machine.network, at_home())


def test_a_wireless_interface_is_no_mirror_port(tmp_path: Path) -> None:
    with pytest.raises(PlacementError, match="no switch mirrors into the air"):
        place_mirror("wlan0", Machine(tmp_path).tools, is_forced=False)


def test_listening_changes_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_listen("wlan0", machine.tools)
    assert "sees    packets from and to this machine" in machine.text
    assert machine.kernel.steps == []
    with pytest.raises(PlacementError, match="no interface"):
        place_listen("wlan1", machine.tools)


def test_without_pyroute2_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyroute2", None)
    with pytest.raises(PlacementError, match=r"-m pip install .sharky\[live\]"):
        Kernel()


def test_without_scapy_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scapy.layers.l2", None)
    with pytest.raises(PlacementError, match="-m pip install scapy"):
        _ = question("02:00:00:00:00:01", "192.168.1.2", "192.168.1.1").octets


def unplug(machine: Machine, name: str) -> Link:
    """Take an adapter away; plugged in again, it knows nothing of a bridge."""
    link = machine.network.find(name)
    assert link
    machine.kernel.network = dataclasses.replace(machine.network, links=tuple(each for each in machine.network.links if each.name != name))
    return dataclasses.replace(link, master="", is_up=False)


def plug_in(machine: Machine, link: Link) -> None:
    settings = machine.network.settings | {f"net/ipv6/conf/{link.name}/disable_ipv6": "0"}
    machine.kernel.network = dataclasses.replace(machine.network, links=(*machine.network.links, link), settings=settings)


def test_an_adapter_that_is_plugged_in_again_is_a_port_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    addresses = machine.network.addresses
    plug_in(machine, unplug(machine, "eth1"))
    place_bridge(WANTED, (), machine.tools)
    assert set(machine.network.ports_of("sharky0")) == {"eth0", "eth1"}
    assert machine.network.addresses == addresses
    assert machine.network.settings["net/ipv6/conf/eth1/disable_ipv6"] == "1"
    undo("bridge", "sharky0", machine.tools)
    assert same(machine.network, at_home())


def test_another_adapter_takes_the_place_of_one_that_broke(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    plug_in(machine, dataclasses.replace(unplug(machine, "eth1"), name="eth2"))
    place_bridge(Bridge(("eth0", "eth2")), (), machine.tools)
    assert set(machine.network.ports_of("sharky0")) == {"eth0", "eth2"}


def test_one_that_leads_back_to_the_same_network_is_not_taken(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    plug_in(machine, unplug(machine, "eth1"))
    machine.tools = dataclasses.replace(machine.tools, prober=FakeProber(GOOD, is_loop=True))
    with pytest.raises(PlacementError, match="in the same network already"):
        place_bridge(WANTED, (), machine.tools)
    assert machine.network.ports_of("sharky0") == ("eth0",)


def test_a_bridge_of_somebody_else_is_not_joined(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place_bridge(WANTED, (), machine.tools)
    plug_in(machine, unplug(machine, "eth1"))
    before = machine.memory.recall("bridge", "sharky0")
    assert before
    machine.memory.forget(before)
    with pytest.raises(PlacementError, match="there is already a bridge sharky0"):
        place_bridge(WANTED, (), machine.tools)


@pytest.mark.parametrize(
    ("words", "told"), [(["stream"], "--placement stream"), (["stream", "-"], "--placement stream"), (["tzsp"], "--from")]
)
def test_what_comes_from_another_machine_says_what_it_sees(words: list[str], told: str) -> None:
    result = CliRunner().invoke(main, ["place", *words])
    assert result.exit_code == 0
    assert "\n  misses  what " in result.output
    assert told in result.output.splitlines()[-1]
