"""What forbids a bridge, what is done for one, and the way back."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.placement.bridge import Bridge, check_bridge, kernel_settings, plan_bridge
from sharky.placement.memory import Before
from sharky.placement.network import Address, Link, Network, Route
from sharky.placement.steps import AddAddress, RemoveAddress, SetKernel
from sharky.placement.undo import plan_undo, with_new_names
from tests.unit.placement.fakes import ALL_RIGHTS, ETH0, ETH1, LO, SETTINGS, WLAN0, FakeKernel, at_home, connected, same

WANTED = Bridge(("eth0", "eth1"))


def problems(wanted: Bridge, network: Network, rights: frozenset[str] = ALL_RIGHTS) -> str:
    return "\n".join(map(str, check_bridge(wanted, network, rights)))


def test_a_bridge_between_two_ethernet_interfaces_is_allowed() -> None:
    assert not problems(WANTED, at_home())
    assert not problems(dataclasses.replace(WANTED, name="fifteen-letters"), at_home())


@pytest.mark.parametrize(
    ("wanted", "network", "said"),
    [
        (Bridge(("eth0", "eth7")), at_home(), 'no interface "eth7"\n  did you mean "eth1"? (there are: eth0, eth1, wlan0)'),
        (Bridge(("eth0", "zz")), at_home(), "there are: eth0, eth1, wlan0"),
        (Bridge(("eth0", "wlan0"), is_forced=True), at_home(), "an access point takes only packets that come from the very device"),
        (Bridge(("eth0", "lo")), at_home(), "lo is no Ethernet interface"),
        (Bridge(("eth0", "eth0")), at_home(), "two different interfaces"),
        (Bridge(("eth0",)), at_home(), "two different interfaces"),
        (Bridge(("eth0", "eth1", "eth2")), at_home(), "two different interfaces"),
        (Bridge(("eth0", "eth1"), "br 0"), at_home(), "cannot be the name"),
        (Bridge(("eth0", "eth1"), "all"), at_home(), '"all" cannot be the name'),
        (Bridge(("eth0", "eth1"), "default"), at_home(), '"default" cannot be the name'),
        (Bridge(("eth0", "eth1"), "-k"), at_home(), "cannot be the name"),
        (Bridge(("eth0", "eth1"), "sixteen-letters0"), at_home(), "cannot be the name"),
        (WANTED, at_home(LO, ETH0, ETH1, Link("sharky0", kind="bridge")), "already a bridge sharky0"),
        (WANTED, at_home(LO, ETH0, dataclasses.replace(ETH1, master="br0"), Link("br0", kind="bridge")), "already in the bridge br0"),
        (WANTED, at_home(LO, ETH0, ETH1, Link("eth0.5", kind="vlan", below="eth0")), "sudo ip link delete eth0.5"),
        (WANTED, at_home(LO, ETH0, dataclasses.replace(ETH1, kind="bridge")), "eth1 is a bridge itself"),
        (WANTED, dataclasses.replace(at_home(), routes=(Route("eth1", 4, "10.0.0.0/8", is_shared=True),)), "eth1 and others at once"),
        (Bridge(("eth0", "eth\udcff")), at_home(LO, ETH0, Link("eth\udcff")), "is no text"),
    ],
)
def test_what_cannot_work_is_refused_with_the_way_out(wanted: Bridge, network: Network, said: str) -> None:
    assert said in problems(wanted, network)


@pytest.mark.parametrize(
    "network",
    [
        Network((LO, ETH0, ETH1)),
        at_home(LO, ETH0, ETH1, WLAN0, Link("wlan0.5", kind="vlan", below="wlan0"), Link("gre0", kind="gretap", below="eth0")),
        dataclasses.replace(at_home(), routes=(*at_home().routes, Route("wlan0", 4, "10.0.0.0/8", is_shared=True))),
    ],
    ids=["no way out at all", "interfaces that take no packets from the ports", "a shared route elsewhere"],
)
def test_what_a_bridge_does_not_touch_is_no_hindrance(network: Network) -> None:
    assert not problems(WANTED, network)


def test_the_only_default_route_is_not_taken_without_force() -> None:
    home = at_home()
    cut_off = dataclasses.replace(home, routes=tuple(route for route in home.routes if route.interface != "wlan0"))
    assert "the only default route of this machine goes over eth0" in problems(WANTED, cut_off)
    assert not problems(dataclasses.replace(WANTED, is_forced=True), cut_off)


def test_all_problems_come_at_once() -> None:
    said = problems(Bridge(("wlan0", "eth9"), "lo"), at_home(), frozenset())
    for part in ("not permitted", "CAP_NET_ADMIN", "already an interface lo", "wireless", "eth9"):
        assert part in said


def test_the_plan_reads_as_commands() -> None:
    ready, connect = plan_bridge(WANTED, at_home())
    assert [str(step) for step in [*ready, *connect]] == [
        "sysctl -w net/ipv6/conf/eth0/disable_ipv6=1",
        "sysctl -w net/ipv6/conf/eth1/disable_ipv6=1",
        "ip link set eth1 up",
        "sysctl -w net/bridge/bridge-nf-call-iptables=0",
        "sysctl -w net/bridge/bridge-nf-call-ip6tables=0",
        "ip link add sharky0 address 02:00:00:00:00:10 type bridge stp_state 0 forward_delay 0 mcast_snooping 0 group_fwd_mask 0xfff8 "
        "nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0",
        "ip link set sharky0 up",
        "ip address delete 192.168.1.20/24 dev eth0",
        "ip link set eth0 master sharky0",
        "ip link set eth0 type bridge_slave group_fwd_mask 0xfffd",
        "ip link set eth1 master sharky0",
        "ip link set eth1 type bridge_slave group_fwd_mask 0xfffd",
        "ip address add 192.168.1.20/24 dev sharky0 valid_lft 3600",
        "ip -4 route add default via 192.168.1.1 dev sharky0",
    ]


def test_what_is_so_already_is_not_done_and_what_comes_by_itself_does_not_move() -> None:
    kept, announced, own = (
        Address("eth0", 6, "fd00::20", 64),
        Address("eth0", 6, "fd00::30", 64, flags=0),
        Address("eth0", 4, "10.0.0.2", 24, label="eth0:mine"),
    )
    ports = (dataclasses.replace(ETH0, is_managed=True), dataclasses.replace(ETH1, is_up=True, is_managed=True))
    settings = {"net/ipv6/conf/eth0/disable_ipv6": "1", "net/bridge/bridge-nf-call-iptables": "0"}
    network = Network(ports, (*at_home().addresses, kept, announced, own), (), settings)
    ready, connect = plan_bridge(WANTED, network)
    assert [str(step) for step in ready] == [
        "nmcli device set eth0 managed no",
        "nmcli device set eth1 managed no",
        "ip link set eth0 up",
        "ip link set eth1 up",
    ]
    assert not any(isinstance(step, SetKernel) for step in connect)
    assert [step.address.local for step in connect if isinstance(step, RemoveAddress)] == ["192.168.1.20", "10.0.0.2"]
    moved = [step.address for step in connect if isinstance(step, AddAddress)]
    assert [(address.local, address.label, address.interface) for address in moved] == [
        ("192.168.1.20", "", "sharky0"),
        ("fd00::20", "", "sharky0"),
        ("10.0.0.2", "eth0:mine", "sharky0"),
    ]


def test_no_step_touches_another_interface() -> None:
    ready, connect = plan_bridge(WANTED, at_home())
    assert not any("wlan0" in str(step) for step in [*ready, *connect])


@st.composite
def networks(draw: st.DrawFn) -> Network:
    ports = [dataclasses.replace(port, is_up=is_up, has_carrier=is_up) for port in (ETH0, ETH1) for is_up in [draw(st.booleans())]]
    count = draw(st.integers(0, 3))
    addresses = tuple(Address("eth0", 4, f"10.{number}.0.{draw(st.integers(2, 250))}", 24, label="eth0") for number in range(count))
    routes = tuple(map(connected, addresses))
    if addresses and draw(st.booleans()):
        routes += (Route("eth0", 4, "default", "10.0.0.1", metric=draw(st.integers(0, 9))),)
    return Network((LO, *ports, WLAN0), addresses, routes, SETTINGS)


@given(networks(), st.integers(0, 30))
def test_wherever_it_breaks_off_the_way_back_leads_to_what_was_before(network: Network, count: int) -> None:
    settings = kernel_settings("eth0", "eth1")
    kernel = FakeKernel(network)
    read = kernel.read(settings)
    ports = tuple(link for link in read.links if link.name in WANTED.ports)
    before = Before("bridge", "sharky0", "", 0, ports, read.addresses_of("eth0", "eth1"), read.routes_over("eth0", "eth1"), read.settings)
    ready, connect = plan_bridge(WANTED, read)
    for step in [*ready, *connect][:count]:
        kernel.apply(step)
    for step in plan_undo(before, kernel.read(settings), 0):
        kernel.apply(step)
    assert same(kernel.network, network)
    assert plan_undo(before, kernel.read(settings), 0) == []


def test_an_address_on_lease_comes_back_older() -> None:
    network = at_home()
    before = Before("bridge", "sharky0", "", 0, (ETH0,), network.addresses, (), {})
    without = dataclasses.replace(network, addresses=(), routes=())
    (step,) = plan_undo(before, without, 600)
    assert str(step) == "ip address add 192.168.1.20/24 dev eth0 valid_lft 3000"


def test_an_interface_that_has_been_unplugged_is_left_out_of_the_way_back() -> None:
    network = at_home()
    before = Before("bridge", "sharky0", "", 0, (ETH0, ETH1), network.addresses, network.routes_over("eth0"), {})
    gone = Network((LO, WLAN0))
    assert plan_undo(before, gone, 0) == []


def test_an_interface_that_was_renamed_is_known_by_its_mac() -> None:
    network = at_home()
    before = Before(
        "bridge", "sharky0", "", 0, (ETH0, ETH1), network.addresses, network.routes_over("eth0"), {"net/ipv6/conf/eth0/disable_ipv6": "0"}
    )
    links = (LO, ETH1, Link("br0", ETH0.mac, kind="bridge"), Link("lan0.5", ETH0.mac, kind="vlan"), dataclasses.replace(ETH0, name="lan0"))
    now = with_new_names(before, Network(links))
    assert [link.name for link in now.links] == ["lan0", "eth1"]
    assert {address.interface for address in now.addresses} == {address.label for address in now.addresses} == {"lan0"}
    assert {route.interface for route in now.routes} == {"lan0"}
    assert now.settings == {"net/ipv6/conf/lan0/disable_ipv6": "0"}
    assert with_new_names(before, network) == before
    assert with_new_names(before, Network((LO, WLAN0))) == before
