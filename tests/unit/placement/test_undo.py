"""The way back, planned from what was before and what there is now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sharky.placement.memory import Before
from sharky.placement.network import BY_KERNEL, BY_ROUTER, FOREVER_S, PERMANENT, Address, Link, Network, Route
from sharky.placement.undo import plan_undo, with_new_names
from tests.unit.placement.fakes import ETH0, LO, at_home

IPV6_OFF = "net/ipv6/conf/eth0/disable_ipv6"
ANNOUNCED = 0


def steps(before: Before, now: Network, elapsed_s: float = 0) -> list[str]:
    return [str(step) for step in plan_undo(before, now, elapsed_s)]


def at_eth0(*addresses: Address, routes: tuple[Route, ...] = ()) -> Before:
    return Before("bridge", "sharky0", "first", 1, (ETH0,), addresses, routes)


@pytest.mark.parametrize(
    ("placement", "kind"), [("mirror", "bridge"), ("mitm", "bridge"), ("bridge", "vlan"), ("bridge", "")], ids=lambda word: word or "device"
)
def test_only_a_bridge_that_a_placement_made_is_removed(placement: str, kind: str) -> None:
    link = Link("sharky0", kind=kind)
    assert steps(Before(placement, "sharky0", "first", 1, (link,)), Network((link,))) == []


@pytest.mark.parametrize(
    ("was", "becomes", "step"),
    [
        (ETH0, replace(ETH0, is_up=False), ["ip link set eth0 up"]),
        (replace(ETH0, is_up=False), ETH0, ["ip link set eth0 down"]),
        (replace(ETH0, is_up=False), replace(ETH0, is_up=False), []),
        (replace(ETH0, has_arp=False), ETH0, ["ip link set eth0 arp off"]),
        (replace(ETH0, is_promiscuous=True), ETH0, ["ip link set eth0 promisc on"]),
        (ETH0, replace(ETH0, queue="blackhole"), ["tc qdisc delete dev eth0 root"]),
        (replace(ETH0, queue="blackhole"), replace(ETH0, queue="blackhole"), []),
    ],
)
def test_an_interface_becomes_what_it_was(was: Link, becomes: Link, step: list[str]) -> None:
    assert steps(Before("mirror", "eth0", "first", 1, (was,)), Network((LO, becomes))) == step


@pytest.mark.parametrize(
    ("address", "comes_back"),
    [
        (Address("eth0", 4, "192.168.1.20", 24, flags=ANNOUNCED), True),
        (Address("eth0", 4, "169.254.7.7", 16), True),
        (Address("eth0", 6, "fd00::20", 64, flags=PERMANENT), True),
        (Address("eth0", 6, "fd00::30", 64, flags=ANNOUNCED), False),
        (Address("eth0", 6, "fe80::10", 64, flags=PERMANENT), False),
    ],
    ids=lambda value: value.local if isinstance(value, Address) else "",
)
def test_addresses_come_back_but_those_that_kernel_and_routers_bring_themselves(address: Address, *, comes_back: bool) -> None:
    assert steps(at_eth0(address), Network((ETH0,))) == [f"ip address add {address} dev eth0"] * comes_back
    assert steps(at_eth0(address), Network((ETH0,), (address,))) == []


@pytest.mark.parametrize(("before", "now", "is_lost"), [("0", "1", True), ("0", "0", False), ("1", "1", False)])
def test_addresses_that_go_while_ipv6_is_off_come_back_behind_it(before: str, now: str, *, is_lost: bool) -> None:
    addresses = (Address("eth0", 4, "192.168.1.20", 24), Address("eth0", 6, "fd00::20", 64))
    was = replace(at_eth0(*addresses), settings={IPV6_OFF: before})
    back = [f"sysctl -w {IPV6_OFF}=0", "ip address add fd00::20/64 dev eth0"]
    assert steps(was, Network((ETH0,), addresses, settings={IPV6_OFF: now})) == back * is_lost


@pytest.mark.parametrize(
    ("valid_s", "preferred_s", "becomes"),
    [
        (FOREVER_S, FOREVER_S, (FOREVER_S, FOREVER_S)),
        (3600, FOREVER_S, (3000, FOREVER_S)),
        (3600, 1800, (3000, 1200)),
        (3600, 300, (3000, 0)),
        (600, 300, (1, 0)),
    ],
)
def test_a_lease_has_become_older_and_never_lasts_for_ever(valid_s: int, preferred_s: int, becomes: tuple[int, int]) -> None:
    address = Address("eth0", 4, "192.168.1.20", 24, valid_s=valid_s, preferred_s=preferred_s)
    (step,) = plan_undo(at_eth0(address), Network((ETH0,)), 600)
    assert step.address == replace(address, valid_s=becomes[0], preferred_s=becomes[1])  # type: ignore[union-attr]


def test_routes_that_kernel_and_routers_bring_are_left_to_them() -> None:
    own = Route("eth0", 4, "10.0.0.0/8", "192.168.1.9")
    routes = (Route("eth0", 6, "default", "fe80::1", protocol=BY_ROUTER), Route("eth0", 4, "192.168.1.0/24", protocol=BY_KERNEL), own)
    assert steps(at_eth0(routes=routes), Network((ETH0,))) == [f"ip -4 route add {own} dev eth0"]
    assert steps(at_eth0(routes=routes), Network((ETH0,), routes=(own,))) == []


def test_an_interface_that_is_still_there_is_itself_though_another_has_its_mac() -> None:
    before = Before("mitm", "eth0", "first", 1, (ETH0,))
    assert with_new_names(before, at_home(replace(ETH0, name="bond0", kind="bond"), ETH0)) == before
