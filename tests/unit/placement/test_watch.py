"""What is noticed while devices are redirected."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharky.placement.arp import BROADCAST, NOBODY, REPLY, REQUEST, Arp, question
from sharky.placement.watch import DOUBTS, MAXIMUM_SAID, PATIENCE_NS, STUCK, Watch
from tests.unit.placement.test_redirect import OWN, PHONE, REDIRECT, ROUTER, TELEVISION

STRANGER = "02:00:00:00:00:99"
FAR = "93.184.216.34"


def packet(by: str, to: str, source: str, destination: str) -> bytes:
    octets = [bytes.fromhex((to + by).replace(":", "")), b"\x08\x00\x45", bytes(11)]
    return b"".join([*octets, *(bytes(map(int, address.split("."))) for address in (source, destination))])


def ipv6(by: str) -> bytes:
    return bytes.fromhex("333300000001" + by.replace(":", "") + "86dd") + bytes(40)


OUT = packet(PHONE.mac, OWN.mac, PHONE.address, FAR)
BACK = packet(ROUTER.mac, OWN.mac, FAR, PHONE.address)
DIRECT = packet(PHONE.mac, ROUTER.mac, PHONE.address, FAR)
RESISTS = "phone.lan (192.168.1.30) resists: it goes on sending to the router directly"
IDLE = "phone.lan (192.168.1.30) sends nothing that comes by here: it is idle, or goes on sending to the router directly"
TELEVISION_OUT = packet(TELEVISION.mac, OWN.mac, TELEVISION.address, FAR)
TELEVISION_BACK = packet(ROUTER.mac, OWN.mac, FAR, TELEVISION.address)


def watch(*heard: bytes) -> Watch:
    watching = Watch(REDIRECT, 0)
    for octets in (TELEVISION_OUT, TELEVISION_BACK, *heard):
        assert watching.hear_packet(octets) == []
    return watching


def test_where_both_directions_come_by_there_is_nothing_to_say() -> None:
    assert watch(OUT, BACK).tick(10 * PATIENCE_NS) == []


def test_a_device_that_goes_on_sending_to_the_router_resists() -> None:
    watching = watch()
    watching.hear_packet(DIRECT)
    assert watching.tick(PATIENCE_NS - 1) == []
    assert RESISTS not in watching.tick(PATIENCE_NS)
    assert watching.hear_packet(DIRECT) == []
    assert watching.tick(PATIENCE_NS + 1) == [RESISTS]
    assert watching.tick(2 * PATIENCE_NS) == []


def test_one_that_sends_here_too_does_not() -> None:
    watching = watch(OUT, BACK)
    watching.tick(PATIENCE_NS)
    watching.hear_packet(DIRECT)
    assert watching.tick(2 * PATIENCE_NS) == []


def test_a_device_that_is_idle_is_not_said_to_resist() -> None:
    watching = watch()
    for moment in range(5):
        watching.hear_arp(question(PHONE.mac, PHONE.address, "192.168.1.77"))
        watching.hear_packet(ipv6(PHONE.mac))
        watching.hear_packet(packet(PHONE.mac, "01:00:5e:00:00:fb", PHONE.address, "224.0.0.251"))
        watching.hear_packet(packet(PHONE.mac, TELEVISION.mac, PHONE.address, TELEVISION.address))
        said = watching.tick(moment * PATIENCE_NS)
        assert said == ([IDLE] if moment == 1 else [])


def test_a_router_that_sends_to_the_device_directly_resists() -> None:
    said = watch(OUT).tick(PATIENCE_NS)
    assert said == ["the router resists: what it sends to phone.lan (192.168.1.30) does not come by here"]


def test_a_device_of_which_nothing_is_heard_sleeps() -> None:
    assert watch().tick(PATIENCE_NS) == ["nothing is heard of phone.lan (192.168.1.30): it sleeps, or is switched off"]


def test_a_rival_is_reported_once() -> None:
    rival = Arp(PHONE.mac, STRANGER, REPLY, STRANGER, ROUTER.address, PHONE.mac, PHONE.address)
    watching = watch()
    assert watching.hear_arp(rival) == [f"{STRANGER} says that it is 192.168.1.1, too: somebody else redirects packets here"]
    assert watching.hear_arp(rival) == []


def test_the_truth_and_our_own_words_are_no_rivals() -> None:
    watching = watch()
    for mac in (ROUTER.mac, OWN.mac):
        assert watching.hear_arp(Arp(BROADCAST, mac, REQUEST, mac, ROUTER.address, NOBODY, PHONE.address)) == []


def test_a_device_that_keeps_asking_for_the_router_is_reported() -> None:
    watching = watch()
    asking = question(PHONE.mac, PHONE.address, ROUTER.address)
    said = [text for _ in range(DOUBTS) for text in watching.hear_arp(asking)]
    assert said == ["phone.lan (192.168.1.30) keeps asking for the router, as if it did not believe the redirection"]


def test_a_device_that_asks_now_and_then_is_not() -> None:
    watching = watch(OUT, BACK)
    for number in range(5 * DOUBTS):
        assert watching.hear_arp(question(PHONE.mac, PHONE.address, ROUTER.address)) == []
        assert watching.tick(number * PATIENCE_NS) == []


def test_ipv6_that_passes_by_is_reported_once_for_each() -> None:
    watching = watch()
    assert "also speaks IPv6" in watching.hear_packet(ipv6(PHONE.mac))[0]
    assert watching.hear_packet(ipv6(PHONE.mac)) == []
    assert "the router offers IPv6" in watching.hear_packet(ipv6(ROUTER.mac))[0]
    assert watching.hear_packet(ipv6(STRANGER)) == []


def test_packets_for_this_machine_itself_need_no_forwarding() -> None:
    watching = watch()
    count = watching.to_forward
    watching.hear_packet(packet(PHONE.mac, OWN.mac, PHONE.address, OWN.address))
    watching.hear_packet(packet(ROUTER.mac, OWN.mac, FAR, OWN.address))
    assert watching.to_forward == count


def test_a_machine_that_forwards_nothing_is_stuck() -> None:
    watching = watch(*[OUT] * (STUCK - 3))
    assert not watching.is_stuck(0)
    watching.hear_packet(OUT)
    assert watching.is_stuck(0)
    assert not watching.is_stuck(1)


def test_somebody_who_invents_macs_does_not_fill_the_screen() -> None:
    watching = watch()
    said = 0
    for number in range(10 * MAXIMUM_SAID):
        mac = number.to_bytes(6, "big").hex(":")
        said += len(watching.hear_arp(Arp(BROADCAST, mac, REPLY, mac, ROUTER.address, BROADCAST, ROUTER.address)))
    assert said == MAXIMUM_SAID


@given(st.binary(max_size=70))
def test_no_octets_break_it(octets: bytes) -> None:
    Watch(REDIRECT, 0).hear_packet(octets)
