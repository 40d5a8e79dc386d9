"""What flows are for: servers, services, directions."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from importlib import resources
from struct import pack

import numpy as np
import pytest

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.identify.names_cache import SECOND_NS, AddressNames
from sharky.identify.ports import ports
from sharky.identify.services import services
from sharky.identify.signatures import signatures
from sharky.model.columns import Labels
from sharky.model.names import CATEGORIES, DIRECTIONS
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import Packet, batch, eth, ip, ipv6
from tests.unit.dissect.builder import udp as udp_header
from tests.unit.identify.test_names import QUERY
from tests.unit.identify.test_tls_hello import client_hello, extension, record, server_name

PHONE, SERVER, OTHER = "192.168.1.20", "192.0.2.1", "192.0.2.9"
OUR6, OUR6B, THEIR6 = "2001:db8:1:2::20", "2001:db8:1:2::21", "2001:db8:ffff::1"


def tcp(payload: bytes, ends: tuple[str, str] = (PHONE, SERVER), ports: tuple[int, int] = (40_000, 443), sequence: int = 1) -> bytes:
    return eth(0x0800, ip(6, pack(">HHIIBBHHH", *ports, sequence, 1, 0x50, 0x18, 1024, 0, 0) + payload, ends=ends))


def udp(payload: bytes, ends: tuple[str, str] = (PHONE, SERVER), ports: tuple[int, int] = (40_000, 4000)) -> bytes:
    return eth(0x0800, ip(17, udp_header(*ports, payload), ends=ends))


def answer(name: bytes, address: bytes, lifetime_s: int = 60) -> bytes:
    question = b"".join(bytes([len(label)]) + label for label in name.split(b".")) + b"\0\0\x01\0\x01"
    message = bytes.fromhex("beef81800001000100000000") + question + b"\xc0\x0c\0\x01\0\x01" + pack(">IH", lifetime_s, 4) + address
    return udp(message, ("192.168.1.1", PHONE), (53, 40_001))


def hello(name: bytes, *extensions: bytes) -> bytes:
    return tcp(record(22, client_hello(server_name(name), *extensions)))


def labelled(*packets: bytes, gap_s: float = 0.001) -> tuple[Labels, list[int]]:
    """Label packets that come at even times; also return the row of each."""
    tree = ProtocolTree()
    one = batch([Packet(packet) for packet in packets])
    times = 1_700_000_000 * SECOND_NS + (np.arange(len(packets)) * gap_s * SECOND_NS).astype(np.int64)
    columns = dissect(replace(one, time_ns=times), tree)
    return Identifier(tree).identify(columns), np.argsort(columns.position).tolist()


def said(*packets: bytes, gap_s: float = 0.001) -> list[tuple[str, str, str, str]]:
    """Return server, service, category and direction of each packet."""
    labels, rows = labelled(*packets, gap_s=gap_s)
    names = labels.names
    return [
        (
            names.servers[labels.server[row]],
            names.services[labels.service[row]],
            CATEGORIES[labels.category[row]],
            DIRECTIONS[labels.direction[row]],
        )
        for row in rows
    ]


def test_the_table_has_many_services_each_with_a_category_and_no_name_twice() -> None:
    table = services()
    assert len(table.names) > 150
    assert len(set(table.names)) == len(table.names)
    assert set(np.unique(table.category[1:]).tolist()) == set(range(1, len(CATEGORIES)))


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("www.netflix.com", "netflix"),
        ("youtube.com", "youtube"),
        ("x.notyoutube.com", ""),
        ("com", ""),
        ("", ""),
        ("gateway.icloud.com", "icloud"),
        ("courier.push.apple.com", "apple-push"),
        ("www.apple.com", "apple"),
        ("v10.events.data.microsoft.com", "microsoft-telemetry"),
    ],
)
def test_the_longest_ending_that_fits_counts(name: str, service: str) -> None:
    assert services().names[services().by_name(name)] == service


def test_no_name_leads_to_two_services() -> None:
    rows = csv.DictReader(resources.files("sharky.identify").joinpath("services.csv").read_text("utf-8").splitlines())
    names = [name for row in rows for name in row["names"].split()]
    assert {name for name, count in Counter(names).items() if count > 1} == set()


def test_a_flow_is_what_its_hello_says_from_that_packet_on_both_ways() -> None:
    syn, back = tcp(b""), tcp(b"", (SERVER, PHONE), (443, 40_000))
    assert said(syn, hello(b"www.Netflix.com."), back) == [
        ("", "", "", "out"),
        ("www.netflix.com", "netflix", "video", "out"),
        ("www.netflix.com", "netflix", "video", "in"),
    ]


def test_a_flow_goes_where_its_address_was_looked_up_until_a_hello_says_otherwise() -> None:
    lookup = answer(b"cdn.nflxvideo.net", bytes([192, 0, 2, 1]))
    assert [each[:2] for each in said(lookup, tcp(b""), hello(b"www.example"), tcp(b"", sequence=900))] == [
        ("", ""),
        ("cdn.nflxvideo.net", "netflix"),
        ("www.example", ""),
        ("www.example", ""),
    ]


def test_an_answer_counts_for_flows_after_it_and_as_long_as_it_holds() -> None:
    lookup = answer(b"www.spotify.com", bytes([192, 0, 2, 1]), lifetime_s=60)
    later = tcp(b"", ports=(40_002, 443))
    assert [each[0] for each in said(tcp(b""), lookup, later, gap_s=50)] == ["", "", "www.spotify.com"]
    assert [each[0] for each in said(lookup, later, gap_s=62)] == ["", ""]


def test_the_chain_of_names_behind_an_answer_does_not_hide_what_was_asked_for() -> None:
    message = bytes.fromhex("beef81800001000200000000") + QUERY[12:] + bytes.fromhex("c00c00050001000000780004 01780000".replace(" ", ""))
    message += b"\x01x\0\0\x01\0\x01\0\0\0\x78\0\x04" + bytes([192, 0, 2, 1])
    assert said(udp(message, ("192.168.1.1", PHONE), (53, 40_001)), tcp(b""))[1][0] == "www.example"


def test_an_encrypted_hello_never_shows_its_outer_name_alone() -> None:
    assert said(hello(b"cloudflare-ech.com", extension(0xFE0D, bytes(40))))[0][:2] == ("cloudflare-ech.com (ECH)", "cloudflare")


def test_an_address_that_belongs_to_one_service_tells_it_and_a_name_tells_more() -> None:
    telegram = tcp(b"", (PHONE, "149.154.167.51"))
    assert said(telegram)[0][1:] == ("telegram", "messaging", "out")
    assert said(tcp(b"", ("17.1.2.3", PHONE), (443, 40_000)))[0][1:] == ("apple", "other", "in")


def test_a_protocol_that_nobody_else_speaks_tells_its_service() -> None:
    assert said(udp(b"\x23" + bytes(47), ports=(123, 123)))[0][1] == "time"


def test_every_protocol_that_tells_a_service_is_one_that_packets_can_have() -> None:
    carried = {name for signature in signatures() for name in signature.protocol.split(":")} | set(ports().values())
    assert set(services().by_protocol) <= carried


@pytest.mark.parametrize(
    ("packet", "service"),
    [
        (udp(b"\x13\x37\xca\xfe\x0e\0\0\0", ports=(40_000, 50_004)), "discord"),
        (udp(b"\0\1\0\x46" + bytes(70), ports=(40_000, 50_004)), "discord"),
        (udp(b"\0\1\0\x46" + bytes(70), ports=(40_000, 40_004)), ""),
        (udp(b"\0\1\0\x46" + bytes(71), ports=(40_000, 50_004)), ""),
        (tcp(b"ED\0\1"), "whatsapp"),
        (tcp(b"WA\6\3\0\0\x24" + bytes(36), ports=(40_000, 5222)), "whatsapp"),
        (tcp(b"WAIT", ports=(40_000, 5222)), ""),
        (tcp(b"\xef\x0a" + bytes(40)), "telegram"),
        (tcp(b"\xef\x0a" + bytes(41)), ""),
        (udp(bytes(16) + b"\xff" * 12 + bytes(12), ports=(40_000, 40_001)), "telegram"),
        (udp(b"\1\0\3" + bytes(120), ports=(40_000, 8801)), "zoom"),
        (udp(b"SpotUdp0" + bytes(32), ports=(57_621, 57_621)), "spotify"),
    ],
)
def test_first_octets_tell_a_service_of_which_nothing_else_is_known(packet: bytes, service: str) -> None:
    assert said(packet)[0][1] == service


GOOGLE_DNS = (PHONE, "8.8.8.8")
HELLO = record(22, client_hello())
QUIC, DTLS = b"\xc3\0\0\0\1\x08" + bytes(1194), b"\x16\xfe\xfd" + bytes(8) + b"\0\x20\1" + bytes(31)


@pytest.mark.parametrize("name", ["mozilla.cloudflare-dns.com", "dns.google", "abc123.dns.nextdns.io", "doh.dns.apple.com"])
def test_a_hello_to_a_resolver_is_a_lookup_that_nobody_can_read(name: str) -> None:
    assert said(hello(name.encode()))[0] == (name, "encrypted-dns", "other", "out")


def test_a_resolvers_name_says_nothing_of_lookups_in_the_clear_nor_of_its_page() -> None:
    looked_up = answer(b"dns.google", bytes([8, 8, 8, 8]))
    flows = [udp(QUERY, GOOGLE_DNS, (40_000, 53)), *(tcp(b"", GOOGLE_DNS, (40_000, port)) for port in (80, 443, 853))]
    services_told = ["google-dns", "google-dns", "encrypted-dns", "encrypted-dns"]
    assert [each[:2] for each in said(looked_up, *flows)[1:]] == [("dns.google", service) for service in services_told]


@pytest.mark.parametrize(
    ("packet", "service"),
    [
        (tcp(HELLO, ports=(40_000, 853)), "encrypted-dns"),
        (tcp(HELLO, GOOGLE_DNS, (40_000, 853)), "encrypted-dns"),
        (tcp(HELLO, GOOGLE_DNS, (40_000, 443)), "google-dns"),
        (tcp(HELLO, ports=(40_000, 443)), ""),
        (tcp(record(23, bytes(40)), (SERVER, PHONE), (853, 40_000)), "encrypted-dns"),
        (tcp(b"GET / HTTP/1.1\r\n\r\n", ports=(40_000, 853)), ""),
        (tcp(b"", ports=(40_000, 853)), ""),
        (udp(QUIC, ports=(40_000, 853)), "encrypted-dns"),
        (udp(DTLS, ports=(40_000, 853)), "encrypted-dns"),
        (udp(QUIC, ports=(40_000, 443)), ""),
        (udp(bytes(100), ports=(40_000, 853)), ""),
        (tcp(record(22, client_hello(server_name(b"resolver.example"))), ports=(40_000, 853)), "encrypted-dns"),
        (tcp(record(22, client_hello(server_name(b"www.netflix.com"))), ports=(40_000, 853)), "netflix"),
    ],
)
def test_encryption_at_the_port_of_encrypted_lookups_is_one_unless_a_name_says_otherwise(packet: bytes, service: str) -> None:
    assert said(packet)[0][1] == service


def test_octets_count_from_the_packet_on_that_has_them_both_ways_and_only_a_flows_first() -> None:
    ends, ports = (SERVER, PHONE), (443, 40_000)
    flow = [tcp(b""), tcp(b"ED\0\1"), tcp(b"", ends, ports), tcp(b"abc", ends, ports)]
    assert [service for _, service, _, _ in said(*flow)] == ["", "whatsapp", "whatsapp", "whatsapp"]
    assert [service for _, service, _, _ in said(tcp(b"abc"), tcp(b"ED\0\1"))] == ["", ""]


def test_octets_say_more_than_an_address_and_a_servers_name_more_than_octets() -> None:
    facebook = (PHONE, "157.240.1.1")
    assert [said(tcp(octets, facebook))[0][1] for octets in (b"abc", b"ED\0\1")] == ["facebook", "whatsapp"]
    looked_up = answer(b"a.netflix.com", bytes([192, 0, 2, 1]))
    assert said(looked_up, tcp(b"ED\0\1"))[1][:2] == ("a.netflix.com", "netflix")


def test_octets_tell_the_same_wherever_a_batch_is_cut() -> None:
    looked_up = answer(b"a.example.org", bytes([192, 0, 2, 1]))
    flow = [
        looked_up,
        tcp(b""),
        tcp(b"ED\0\1"),
        tcp(b"", (SERVER, PHONE), (443, 40_000)),
        hello(b"www.netflix.com"),
        tcp(b"x", sequence=900),
    ]
    whole = [service for _, service, _, _ in said(*flow)]
    assert whole == ["", "", "whatsapp", "whatsapp", "netflix", "netflix"]
    tree = ProtocolTree()
    identifier, cut = Identifier(tree), []
    for packet in flow:
        labels = identifier.identify(dissect(batch([Packet(packet)]), tree))
        cut.append(labels.names.services[int(labels.service[0])])
    assert cut == whole


def test_directions_are_seen_from_the_house() -> None:
    pairs = [(PHONE, SERVER), (SERVER, PHONE), (PHONE, "10.0.0.7"), (PHONE, "239.255.255.250"), (PHONE, "255.255.255.255"), (SERVER, OTHER)]
    assert [said(udp(b"", ends))[0][3] for ends in pairs] == ["out", "in", "local", "local", "local", ""]
    assert said(eth(0x0806, bytes(28)))[0][3] == "local"


def test_ipv6_networks_of_the_house_are_learned_from_its_neighbours() -> None:
    target = bytes.fromhex("20010db800010002") + bytes(7) + b"\x20"
    neighbour = eth(0x86DD, ipv6(58, b"\x87\0\0\0\0\0\0\0" + target, ends=("fe80::1", "ff02::1:ff00:20")))
    flows = [eth(0x86DD, ipv6(17, udp_header(4000, 4001), ends=ends)) for ends in ((OUR6, THEIR6), (THEIR6, OUR6B), (OUR6, OUR6B))]
    assert [each[3] for each in said(*flows)] == ["", "", ""]
    assert [each[3] for each in said(neighbour, *flows)][1:] == ["out", "in", "local"]


def test_addresses_that_are_never_looked_at_again_make_room() -> None:
    names = AddressNames(most=2)
    for address in (b"a", b"b", b"a", b"c"):
        names.tell(address, "name of " + address.decode(), 60, 0)
    assert [names.find(address, 0) for address in (b"a", b"b", b"c")] == ["name of a", "", "name of c"]


def test_a_name_that_is_too_long_is_no_server() -> None:
    assert said(tcp(b"GET / HTTP/1.1\r\nHost: " + b"x" * 1000 + b"\r\n\r\n", ports=(40_000, 80)))[0][0] == ""
