"""Whose IPv6 addresses are, by what neighbours say of them on their link."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dissect.builder import ip, ipv6
from tests.unit.identify.test_devices import EVERYBODY, PHONE, PRINTER, ROUTER, arp, frame, mdns, see

PHONES, PRINTERS, ROUTERS, OTHER = "2001:db8::20", "2001:db8::21", "fe80::1", "2001:db8::99"
EVERY_NODE = "ff02::1"
SOLICITATION, ADVERTISEMENT = 135, 136
SOLICITED, OVERRIDE = 0x40, 0x20


def link_address(mac: str, kind: int = 2) -> bytes:
    return bytes([kind, 1]) + bytes.fromhex(mac.replace(":", ""))


def packed(address: str) -> bytes:
    return bytes(ipv6(59, ends=(address, EVERY_NODE))[8:24])


def message(kind: int, target: str, options: bytes = b"", flags: int = OVERRIDE, code: int = 0) -> bytes:
    return pack(">BBHI", kind, code, 0, flags << 24) + packed(target) + options


def said(source: str, octets: bytes, of: str = ROUTERS, hops: int = 255) -> bytes:
    """Return a frame in which somebody says something of neighbours."""
    packet = bytearray(ipv6(58, octets, ends=(of, EVERY_NODE)))
    packet[7] = hops
    return frame(source, "33:33:00:00:00:01", 0x86DD, bytes(packet))


def advertised(source: str, target: str, options: bytes = b"", flags: int = OVERRIDE) -> bytes:
    return said(source, message(ADVERTISEMENT, target, options, flags), of=target)


def solicited(source: str, of: str, options: bytes = b"") -> bytes:
    return said(source, message(SOLICITATION, OTHER, options, 0), of)


def bound(*packets: bytes) -> dict[str, set[str]]:
    """Return the IPv6 addresses of each device that has some, by its MAC address; wherever batches are cut."""
    told = see(*packets)[2]
    assert told == see(*packets, apart=True)[2], "it makes a difference where batches are cut"
    uses = {device.mac: {use.address for use in device.addresses if ":" in use.address} for device in told}
    return {mac: addresses for mac, addresses in uses.items() if addresses}


def test_an_advertisement_binds_its_target_to_its_sender() -> None:
    assert PHONES in bound(advertised(PHONE, PHONES))[PHONE]
    assert PHONES in bound(said(PHONE, message(ADVERTISEMENT, PHONES), of="fe80::20"))[PHONE]


def test_the_option_says_whose_the_target_is() -> None:
    packets = arp(PHONE, "192.168.1.20"), said(ROUTER, message(ADVERTISEMENT, PHONES, link_address(PHONE)))
    assert PHONES in bound(*packets)[PHONE]
    assert PHONES not in bound(*packets).get(ROUTER, set())


def test_other_options_may_stand_ahead_of_it() -> None:
    nonce = bytes([14, 1, 1, 2, 3, 4, 5, 6])
    packets = arp(PHONE, "192.168.1.20"), said(ROUTER, message(ADVERTISEMENT, PHONES, nonce + link_address(PHONE)))
    assert PHONES in bound(*packets)[PHONE]


def test_who_is_not_known_yet_gets_no_address_wherever_batches_are_cut() -> None:
    early = said(ROUTER, message(ADVERTISEMENT, PHONES, link_address(PHONE)))
    assert PHONE not in bound(early, arp(PHONE, "192.168.1.20"))


def test_what_is_said_of_others_counts_from_when_they_are_known_wherever_batches_are_cut() -> None:
    told = said(ROUTER, message(ADVERTISEMENT, PHONES, link_address(PHONE)))
    by_arp = frame(ROUTER, EVERYBODY, 0x0806, arp(PHONE, "192.168.1.20")[14:])
    for one in (told, by_arp):
        packets = (one, solicited(PHONE, "::"), one, one, one)
        phone = {device.mac: device for device in see(*packets)[2]}[PHONE]
        assert [(use.first_ns // 10**9, use.last_ns // 10**9) for use in phone.addresses] == [(3, 5)]
        bound(*packets)


def test_a_solicitation_binds_its_source_and_not_its_target() -> None:
    for options in (b"", link_address(PHONE, 1)):
        assert bound(solicited(PHONE, PHONES, options)) == {PHONE: {PHONES}}


def test_who_tries_out_an_address_does_not_have_it_yet() -> None:
    assert bound(solicited(PHONE, "::")) == {}


def test_who_speaks_for_others_overrides_nothing_and_binds_nothing() -> None:
    speaks = said(ROUTER, message(ADVERTISEMENT, PHONES, link_address(ROUTER), flags=SOLICITED))
    assert PHONES not in bound(speaks).get(ROUTER, set())


@pytest.mark.parametrize(
    "octets",
    [
        message(ADVERTISEMENT, PHONES)[:20],
        message(ADVERTISEMENT, PHONES, code=1),
        message(ADVERTISEMENT, EVERY_NODE),
        message(ADVERTISEMENT, "::"),
        message(ADVERTISEMENT, "::1"),
        message(ADVERTISEMENT, PHONES, bytes([2, 0]) + bytes(6)),
        message(ADVERTISEMENT, PHONES, bytes([2, 3]) + bytes(6)),
        message(ADVERTISEMENT, PHONES, bytes([2, 2]) + bytes(14)),
        message(ADVERTISEMENT, PHONES, link_address(PHONE)[:5]),
        message(ADVERTISEMENT, PHONES, 100 * bytes([14, 1, 0, 0, 0, 0, 0, 0])),
        message(137, PHONES),
    ],
    ids=["short", "code", "group", "nobody", "itself", "endless", "longer", "long", "cut", "many", "other"],
)
def test_an_advertisement_that_makes_no_sense_binds_nothing(octets: bytes) -> None:
    assert bound(said(PHONE, octets)).get(PHONE, set()) <= {ROUTERS}


def test_what_a_router_may_have_passed_on_binds_nothing() -> None:
    assert PHONES not in bound(said(ROUTER, message(ADVERTISEMENT, PHONES), hops=254)).get(ROUTER, set())


def test_what_comes_through_a_tunnel_binds_nothing() -> None:
    inner = advertised(PHONE, PHONES)[14:]
    tunnelled = frame(ROUTER, EVERYBODY, 0x0800, ip(41, inner, ends=("192.168.1.1", "192.168.1.20")))
    within = frame(ROUTER, EVERYBODY, 0x86DD, ipv6(41, inner, ends=(ROUTERS, EVERY_NODE)))
    for packet in (tunnelled, within):
        assert PHONES not in bound(packet).get(ROUTER, set())


def test_an_address_is_used_from_when_to_when_it_is_told_of() -> None:
    told = [advertised(PHONE, PHONES), advertised(PHONE, PRINTERS), *3 * [advertised(PHONE, PHONES)]]
    for apart in (False, True):
        (phone,) = see(*told, apart=apart)[2]
        first_and_last = {use.address: (use.first_ns // 10**9, use.last_ns // 10**9) for use in phone.addresses}
        assert first_and_last == {PHONES: (1, 5), PRINTERS: (2, 2)}


def test_a_name_that_is_said_of_an_address_belongs_to_who_had_it_last_wherever_batches_are_cut() -> None:
    name = mdns(ROUTER, ("annas-phone.local", 28, packed(PHONES)), address="192.168.1.1")
    turns = [advertised(source, PHONES, flags=OVERRIDE) for source in (PHONE, PRINTER, PHONE)]
    packets = (*turns, name, *turns)
    for apart in (False, True):
        devices = {device.mac: device.name for device in see(*packets, apart=apart)[2]}
        assert devices[PHONE] == "annas-phone"
        assert devices[PRINTER] != "annas-phone"


MESSAGES = st.builds(
    message,
    st.sampled_from([SOLICITATION, ADVERTISEMENT]),
    st.sampled_from([PHONES, PRINTERS, "::", EVERY_NODE]),
    st.one_of(st.binary(max_size=40), st.sampled_from([link_address(PHONE), link_address(PRINTER, 1), link_address(ROUTER)])),
    st.sampled_from([0, OVERRIDE]),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([PHONE, PRINTER, ROUTER]), MESSAGES, st.sampled_from([PHONES, ROUTERS, "::"])), max_size=6))
def test_it_makes_no_difference_where_batches_are_cut(parts: list[tuple[str, bytes, str]]) -> None:
    bound(*(said(source, octets, of) for source, octets, of in parts))
