"""What changes beneath a redirection is followed, or ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sharky.app.mitm_footing import ASK_NS, LOOK_NS, Footing
from sharky.app.placing import Tools
from sharky.model.errors import PlacementError
from sharky.placement.memory import Memory
from sharky.placement.network import Address, Network, Route
from sharky.placement.redirect import Redirect
from tests.unit.placement.fakes import ALL_RIGHTS, ETH0, LO, FakeKernel, FakeProber, at_home, connected
from tests.unit.placement.test_redirect import OWN, PHONE, REDIRECT, ROUTER

FORWARDS = {"net/ipv4/conf/eth0/forwarding": "1", "net/ipv4/conf/eth0/send_redirects": "0", "net/ipv4/conf/all/send_redirects": "0"}
FORWARDS |= {key.replace("eth0", "lan0"): value for key, value in FORWARDS.items()}
NEW = "02:00:00:00:00:77"


class Ground:
    """A network that changes, and time that passes."""

    def __init__(self, folder: Path) -> None:
        self.kernel, self.prober, self.now_ns = FakeKernel(at_home(settings=FORWARDS)), FakeProber({}), 0
        tools = Tools(self.kernel, self.prober, Memory(folder), ALL_RIGHTS, print)
        self.footing = Footing(REDIRECT, tools, lambda: self.now_ns)

    def change(self, change: Callable[[Network], Network]) -> None:
        self.kernel.network = change(self.kernel.network)

    def look(self) -> list[str]:
        self.now_ns += LOOK_NS
        return self.footing.look()

    @property
    def redirect(self) -> Redirect:
        return self.footing.redirect


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def with_address(text: str, router: str) -> Callable[[Network], Network]:
    address = Address("eth0", 4, text, 24)
    return lambda network: replace(network, addresses=(address,), routes=(connected(address), Route("eth0", 4, "default", router)))


def test_where_nothing_changes_nothing_is_said_and_nobody_asked(ground: Ground) -> None:
    ground.kernel.known = {ROUTER.address: ROUTER.mac}
    ground.prober.owning = {ROUTER.address: frozenset({NEW})}
    assert ground.look() == []
    assert ground.redirect == REDIRECT


def test_a_router_and_a_device_that_were_replaced_are_told_from_then_on(ground: Ground) -> None:
    ground.kernel.known = {ROUTER.address: NEW}
    ground.prober.owning = {ROUTER.address: frozenset({NEW})}
    assert ground.look() == [f"the router ({ROUTER.address}) is at {NEW} now, no longer at {ROUTER.mac}"]
    assert {packet.to for packet in ground.redirect.lies[0]} == {PHONE.mac, NEW}
    ground.kernel.known |= {PHONE.address: "02:00:00:00:00:88"}
    ground.prober.owning = {PHONE.address: frozenset({"02:00:00:00:00:88"})}
    ground.now_ns += ASK_NS
    assert ground.look() == [f"{PHONE} is at 02:00:00:00:00:88 now, no longer at {PHONE.mac}"]
    assert [target.mac for target in ground.redirect.targets] == ["02:00:00:00:00:88", REDIRECT.targets[1].mac]


@pytest.mark.parametrize("macs", [{ROUTER.mac}, {ROUTER.mac, NEW}, {PHONE.mac}, {OWN.mac}, set()])
def test_a_rival_is_not_followed_and_asked_about_only_now_and_then(ground: Ground, macs: set[str]) -> None:
    ground.kernel.known = {ROUTER.address: NEW}
    ground.prober.owning = {ROUTER.address: frozenset(macs)}
    assert ground.look() == []
    ground.prober.owning = {ROUTER.address: frozenset({NEW})}
    assert ground.look() == []
    assert ground.redirect == REDIRECT
    ground.now_ns += ASK_NS
    assert ground.look()


def test_a_kernel_that_was_told_not_to_forward_is_set_again(ground: Ground) -> None:
    ground.change(lambda network: replace(network, settings=FORWARDS | {"net/ipv4/conf/eth0/forwarding": "0"}))
    (said,) = ground.look()
    assert said.endswith("it is set again: sysctl -w net/ipv4/conf/eth0/forwarding=1")
    assert ground.kernel.network.settings == FORWARDS
    assert ground.look() == []


def test_an_address_that_changes_is_followed_within_the_network(ground: Ground) -> None:
    ground.change(with_address("192.168.1.21", ROUTER.address))
    assert ground.look() == ["this machine is at 192.168.1.21 now"]
    assert ground.redirect.own.address == "192.168.1.21"
    assert ground.look() == []


@pytest.mark.parametrize(
    ("text", "router", "told"),
    [
        ("192.168.1.20", "192.168.1.254", "the router is 192.168.1.254 now, no longer 192.168.1.1"),
        ("192.168.9.20", "192.168.9.1", "the router is 192.168.9.1 now"),
    ],
)
def test_another_network_ends_it(ground: Ground, text: str, router: str, told: str) -> None:
    ground.change(with_address(text, router))
    with pytest.raises(PlacementError, match=told):
        ground.look()


def test_a_route_may_be_missing_for_one_look_but_not_for_two(ground: Ground) -> None:
    before = ground.kernel.network
    for _ in range(2):
        ground.change(lambda network: replace(network, routes=()))
        assert ground.look() == []
        ground.kernel.network = before
        assert ground.look() == []
    ground.change(lambda network: replace(network, routes=()))
    ground.look()
    with pytest.raises(PlacementError, match="no router is known at eth0"):
        ground.look()


def test_a_cable_that_is_pulled_is_told_and_waited_for(ground: Ground) -> None:
    ground.change(lambda _: at_home(LO, replace(ETH0, has_carrier=False), settings=FORWARDS))
    assert [text.partition(":")[0] for text in ground.look()] == ["eth0 has no link"]
    assert [ground.look(), ground.look()] == [[], []]
    ground.change(lambda _: at_home(settings=FORWARDS))
    assert ground.look() == ["eth0 has a link again"]


def test_an_interface_that_is_renamed_goes_on_one_that_is_gone_does_not(ground: Ground) -> None:
    ground.change(lambda _: at_home(LO, replace(ETH0, name="lan0"), settings=FORWARDS))
    address = Address("lan0", 4, OWN.address, 24)
    ground.change(lambda network: replace(network, addresses=(address,), routes=(Route("lan0", 4, "default", ROUTER.address),)))
    assert ground.look() == ["eth0 is called lan0 now"]
    assert ground.redirect.interface == "lan0"
    ground.change(lambda _: at_home(LO))
    with pytest.raises(PlacementError, match="lan0 is gone"):
        ground.look()


def test_another_mac_of_our_own_ends_it(ground: Ground) -> None:
    ground.change(lambda _: at_home(LO, replace(ETH0, mac=NEW)))
    with pytest.raises(PlacementError, match=f"eth0 has another MAC now, {NEW}"):
        ground.look()
