"""Who is told what by ARP, how often, and which devices may be meant."""

from __future__ import annotations

import dataclasses
from ipaddress import IPv4Address, IPv4Interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.placement.arp import REQUEST, Arp, question, read_arp
from sharky.placement.consent import MAXIMUM_TARGETS, Consent, read_consent
from sharky.placement.network import Address, Link, Network, Route
from sharky.placement.redirect import SECOND_NS, Redirect, Schedule, Station, kernel_settings, plan_forwarding
from sharky.placement.targets import Ground, check_ground, choose_addresses, is_private, redirect_of
from tests.unit.placement.fakes import ALL_RIGHTS, ETH0, ETH1, WLAN0, at_home

OWN = Station("192.168.1.20", "02:00:00:00:00:10")
ROUTER = Station("192.168.1.1", "02:00:00:00:00:01", "the router")
PHONE = Station("192.168.1.30", "02:00:00:00:00:30", "phone.lan")
TELEVISION = Station("192.168.1.40", "02:00:00:00:00:40")
REDIRECT = Redirect("eth0", OWN, ROUTER, (PHONE, TELEVISION))
GROUND = Ground(IPv4Interface("192.168.1.20/24"), OWN.mac, IPv4Address("192.168.1.1"))
packets = [packet for pair in (*REDIRECT.lies, *REDIRECT.truths) for packet in pair]


def consent(*targets: str) -> Consent:
    listed = ", ".join(f'"{target}"' for target in targets)
    return read_consent(f'placement: {{mitm: {{consent: "I own this network", interface: eth0, targets: [{listed}]}}}}', "sharky.yaml")


@pytest.mark.parametrize("packet", packets)
def test_every_packet_goes_to_one_device_alone_and_says_who_sends_it(packet: Arp) -> None:
    assert packet.to in (ROUTER.mac, PHONE.mac, TELEVISION.mac)
    assert packet.by == OWN.mac
    assert packet.target_mac == packet.to
    assert read_arp(packet.octets) == packet


def test_lies_lead_here_and_truths_lead_back() -> None:
    assert {packet.sender_mac for pair in REDIRECT.lies for packet in pair} == {OWN.mac}
    true = {station.address: station.mac for station in (ROUTER, PHONE, TELEVISION)}
    assert all(packet.sender_mac == true[packet.sender] for pair in REDIRECT.truths for packet in pair)
    for lies, truths in zip(REDIRECT.lies, REDIRECT.truths, strict=True):
        assert {(lie.to, lie.sender) for lie in lies} == {(truth.to, truth.sender) for truth in truths}


def test_scapy_and_we_read_the_same_question() -> None:
    asked = question(OWN.mac, OWN.address, ROUTER.address)
    assert read_arp(asked.octets) == asked


@given(st.binary(max_size=80))
def test_no_octets_break_the_reading_of_arp(octets: bytes) -> None:
    read_arp(octets)


@given(st.integers(1, 5), st.lists(st.integers(0, 3 * SECOND_NS), max_size=40), st.booleans())
def test_no_device_gets_two_packets_within_a_second_however_late_we_are(count: int, steps: list[int], is_endless: bool) -> None:  # noqa: FBT001 - hypothesis
    schedule = Schedule([[(number, "one"), (number, "two")] for number in range(count)], 0, is_endless=is_endless)
    last: dict[int, int] = {}
    now_ns = 0
    for step in steps:
        now_ns += step
        for number, _ in schedule.due(now_ns):
            assert now_ns - last.get(number, -SECOND_NS) >= SECOND_NS
            last[number] = now_ns


def test_device_and_router_are_told_by_turns() -> None:
    schedule = Schedule([["device", "router"]], 0, is_endless=True)
    assert [schedule.due(second * SECOND_NS) for second in range(4)] == [["device"], ["router"], ["device"], ["router"]]


def test_the_truth_is_told_twice_to_each_and_then_no_more() -> None:
    schedule = Schedule([["device", "router"] * 2], SECOND_NS, is_endless=False)
    told = [packet for second in range(10) for packet in schedule.due(second * SECOND_NS)]
    assert told == ["device", "router", "device", "router"]
    assert schedule.next_ns is None


def test_devices_are_told_evenly_over_the_second_and_it_is_known_when_the_next_one_is() -> None:
    schedule = Schedule([["device", "router"], ["other", "router"]], SECOND_NS, is_endless=True)
    moments = []
    for _ in range(4):
        assert schedule.next_ns is not None
        assert schedule.due(schedule.next_ns - 1) == []
        moments.append(schedule.next_ns / SECOND_NS)
        assert len(schedule.due(schedule.next_ns)) == 1
    assert moments == [1, 1.5, 2, 2.5]


def test_router_and_devices_are_asked_and_who_asks_stays_out_of_their_memory() -> None:
    asked = REDIRECT.questions
    assert [(packet.kind, packet.target) for packet in asked] == [(REQUEST, each.address) for each in (ROUTER, PHONE, TELEVISION)]
    assert {(packet.by, packet.sender_mac, packet.sender) for packet in asked} == {(OWN.mac, OWN.mac, "0.0.0.0")}


def test_only_this_one_interface_forwards() -> None:
    forwarding, *redirects = kernel_settings("eth0")
    network = at_home(settings={forwarding: "0", redirects[0]: "1", redirects[1]: "1"})
    assert [str(step) for step in plan_forwarding("eth0", network)] == [
        "sysctl -w net/ipv4/conf/eth0/forwarding=1",
        "sysctl -w net/ipv4/conf/eth0/send_redirects=0",
        "sysctl -w net/ipv4/conf/all/send_redirects=0",
    ]
    assert plan_forwarding("eth0", at_home(settings={forwarding: "1", redirects[0]: "0", redirects[1]: "0"})) == []


@given(st.ip_addresses(v=4))
def test_private_is_what_rfc_1918_says(address: IPv4Address) -> None:
    first, second, *_ = address.packed
    assert is_private(address) == (first == 10 or (first == 172 and 16 <= second < 32) or (first == 192 and second == 168))


@pytest.mark.parametrize("address", ["10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1"])
def test_the_private_networks_are_known(address: str) -> None:
    assert is_private(IPv4Address(address))


def test_the_ground_is_the_network_of_the_router() -> None:
    ground, problems = check_ground("eth0", at_home(), ALL_RIGHTS)
    assert not problems
    assert ground == GROUND


def at_eth0(own: str, prefix: int, router: str, over: str = "eth0") -> Network:
    """Return a machine with one address at eth0, and one default route."""
    return Network((ETH0, WLAN0), (Address("eth0", 4, own, prefix),), (Route(over, 4, "default", router),))


def test_ipv6_beside_is_no_ground_and_does_not_hide_one() -> None:
    home = at_home()
    beside = dataclasses.replace(
        home,
        addresses=(Address("eth0", 6, "fe80::10", 64), *home.addresses),
        routes=(Route("eth0", 6, "default", "fe80::1"), Route("eth0", 4, "default"), *home.routes),
    )
    assert check_ground("eth0", beside, ALL_RIGHTS) == (GROUND, [])


@pytest.mark.parametrize(
    ("interface", "network", "said"),
    [
        ("eth7", at_home(), 'no interface "eth7"'),
        ("lo", at_home(), "lo is no Ethernet interface"),
        ("eth1", at_home(), "eth1 has no link"),
        ("eth0", at_home(dataclasses.replace(ETH0, is_up=False)), "eth0 has no link"),
        ("eth0", at_home(dataclasses.replace(ETH0, has_carrier=False)), "eth0 has no link"),
        ("eth1", at_home(), "no router is known at eth1"),
        ("wlan0", at_home(), "no router is known at wlan0"),
        ("eth0", at_eth0("192.168.1.20", 24, "192.168.1.1", over="wlan0"), "no router is known at eth0"),
        ("eth0", at_eth0("192.168.1.20", 24, "192.168.2.1"), "no router is known at eth0"),
        ("eth0", at_eth0("203.0.113.5", 24, "203.0.113.1"), "203.0.113.5/24 is no private network (RFC 1918)"),
        ("eth0", at_eth0("172.31.0.5", 10, "172.32.0.1"), "172.31.0.5/10 is no private network (RFC 1918)"),
        ("eth0", at_eth0("172.32.0.5", 10, "172.31.0.1"), "172.32.0.5/10 is no private network (RFC 1918)"),
        ("eth0", at_home(dataclasses.replace(ETH0, master="sharky0"), Link("sharky0", kind="bridge")), "eth0 is a port of sharky0"),
    ],
)
def test_where_nothing_may_or_can_be_redirected_it_is_told(interface: str, network: Network, said: str) -> None:
    ground, problems = check_ground(interface, network, ALL_RIGHTS)
    assert ground is None
    assert said in "\n".join(map(str, problems))


def test_rights_are_asked_for() -> None:
    _, problems = check_ground("eth0", at_home(ETH0, ETH1, WLAN0), frozenset())
    assert "not permitted: this needs CAP_NET_ADMIN and CAP_NET_RAW" in str(problems[0])


def test_devices_are_chosen_by_address_by_mac_and_by_name() -> None:
    neighbours = {"192.168.1.40": TELEVISION.mac, "192.168.1.41": "02:00:00:00:00:41"}
    chosen, problems = choose_addresses(
        consent("192.168.1.50", TELEVISION.mac.upper(), "phone.lan", "192.168.1.40"), GROUND, {"phone.lan": (PHONE.address,)}, neighbours
    )
    assert not problems
    assert {address: target.text for address, target in chosen.items()} == {
        "192.168.1.50": "192.168.1.50",
        "192.168.1.40": TELEVISION.mac.upper(),
        "192.168.1.30": "phone.lan",
    }


@given(st.ip_addresses(v=4))
def test_whatever_is_listed_only_neighbours_are_chosen(address: IPv4Address) -> None:
    chosen, problems = choose_addresses(consent(str(address), "other.lan"), GROUND, {"other.lan": (str(address),)}, {})
    assert all(IPv4Address(found) in GROUND.own.network for found in chosen)
    assert chosen or problems


def test_a_name_or_a_mac_that_nobody_has_is_told_where_it_stands() -> None:
    chosen, problems = choose_addresses(consent("nobody.invalid", PHONE.mac), GROUND, {}, {})
    assert not chosen
    assert [problem.message for problem in problems] == [f'no address is known of "{name}"' for name in ("nobody.invalid", PHONE.mac)]
    assert all(problem.line for problem in problems)


@pytest.mark.parametrize("address", ["192.168.1.0", "192.168.1.255", OWN.address, ROUTER.address, "192.168.2.30"])
def test_who_is_no_single_device_beside_this_machine_and_the_router_is_refused(address: str) -> None:
    chosen, problems = choose_addresses(consent(address, "other.lan"), GROUND, {"other.lan": (address, PHONE.address)}, {})
    assert list(chosen) == [PHONE.address]
    assert [problem.message.split()[0] for problem in problems] == [address] * 2


def test_a_name_that_leads_out_of_the_house_is_refused() -> None:
    chosen, problems = choose_addresses(consent("phone.lan"), GROUND, {"phone.lan": ("93.184.216.34",)}, {})
    assert not chosen
    assert "93.184.216.34 is no private address" in str(problems[0])


@pytest.mark.parametrize("count", [MAXIMUM_TARGETS, MAXIMUM_TARGETS + 1])
def test_no_name_stands_for_more_devices_than_may_be_listed(count: int) -> None:
    addresses = tuple(f"192.168.1.{100 + number}" for number in range(count))
    chosen, problems = choose_addresses(consent("phone.lan"), GROUND, {"phone.lan": addresses}, {})
    assert len(chosen) == count
    assert ["stand for 17 devices, and at most 16 may be redirected" in problem.message for problem in problems] == [True] * (count > 16)


def test_who_answers_is_redirected() -> None:
    chosen, _ = choose_addresses(consent("phone.lan", TELEVISION.address), GROUND, {"phone.lan": (PHONE.address,)}, {})
    answers = {station.address: frozenset({station.mac}) for station in (ROUTER, PHONE, TELEVISION)}
    redirect, problems = redirect_of(consent("phone.lan"), GROUND, chosen, answers)
    assert not problems
    assert redirect == dataclasses.replace(REDIRECT, targets=(PHONE, dataclasses.replace(TELEVISION, name=TELEVISION.address)))
    assert str(redirect.targets[0]) == "phone.lan (192.168.1.30)"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({ROUTER.address: {ROUTER.mac}, PHONE.address: set()}, "nobody answers at 192.168.1.30"),
        ({ROUTER.address: set(), PHONE.address: {PHONE.mac}}, "the router 192.168.1.1 does not answer"),
        ({ROUTER.address: {ROUTER.mac, "02:00:00:00:00:99"}, PHONE.address: {PHONE.mac}}, "both say that they are 192.168.1.1"),
        ({ROUTER.address: {ROUTER.mac}, PHONE.address: {ROUTER.mac}}, "192.168.1.30 and the router have the same MAC"),
        ({ROUTER.address: {ROUTER.mac}, PHONE.address: {OWN.mac}}, "192.168.1.30 and the router have the same MAC"),
    ],
)
def test_who_does_not_answer_clearly_is_not_redirected(answers: dict[str, set[str]], said: str) -> None:
    wanted = consent(PHONE.address)
    chosen, _ = choose_addresses(wanted, GROUND, {}, {})
    redirect, problems = redirect_of(wanted, GROUND, chosen, {address: frozenset(macs) for address, macs in answers.items()})
    assert redirect is None
    assert said in "\n".join(map(str, problems))
