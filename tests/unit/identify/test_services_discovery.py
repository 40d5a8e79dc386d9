"""What packets are about by which things in the house find each other."""

from __future__ import annotations

from struct import pack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.names import CATEGORIES
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import Packet, batch
from tests.unit.identify.test_services import PHONE, SERVER, said, tcp, udp

SPEAKER = "192.168.1.30"
TO_ALL, FROM_ALL = (PHONE, "224.0.0.251"), (5353, 5353)
ZONE_PLAYER = b"urn:schemas-upnp-org:device:ZonePlayer:1"
RENDERER = b"urn:schemas-upnp-org:device:MediaRenderer:1"
CONTROL = b"GET /xml/device_description.xml HTTP/1.1\r\nHost: 192.168.1.30:1400\r\nUser-Agent: %s\r\n\r\n"


def name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def asks(*kinds: str) -> bytes:
    questions = b"".join(name(kind) + b"\0\x0c\0\1" for kind in kinds)
    return udp(pack(">HHHHHH", 0, 0, len(kinds), 0, 0, 0) + questions, TO_ALL, FROM_ALL)


def announces(*kinds: str) -> bytes:
    records = b"".join(name(kind) + pack(">HHIH", 12, 1, 120, 6) + name("hall") for kind in kinds)
    return udp(pack(">HHHHHH", 0, 0x8400, 0, len(kinds), 0, 0) + records, TO_ALL, FROM_ALL)


def ssdp(start: bytes, *lines: bytes) -> bytes:
    return udp(b"\r\n".join((start, *lines, b"", b"")), (PHONE, "239.255.255.250"), (1900, 1900))


def searches(target: bytes) -> bytes:
    return ssdp(b"M-SEARCH * HTTP/1.1", b"HOST: 239.255.255.250:1900", b'MAN: "ssdp:discover"', b"ST: " + target)


def notifies(kind: bytes, server: bytes = b"Linux UPnP/1.0 Thing/1.0") -> bytes:
    return ssdp(b"NOTIFY * HTTP/1.1", b"NT: " + kind, b"NTS: ssdp:alive", b"SERVER: " + server)


@pytest.mark.parametrize(
    ("packet", "service", "category"),
    [
        (asks("_airplay._tcp.local"), "airplay", "home"),
        (asks("_RAOP._TCP.Local"), "airplay", "home"),
        (announces("Hall._sonos._tcp.local"), "sonos", "home"),
        (asks("_CC1AD845._sub._googlecast._tcp.local"), "chromecast", "home"),
        (announces("_hap._tcp.local"), "homekit", "home"),
        (announces("_ipp._tcp.local"), "printing", "home"),
        (asks("_spotify-connect._tcp.local"), "spotify", "music"),
        (asks("laptop.local"), "", ""),
        (asks("_airplay._tcp.example"), "", ""),
        (asks("airplay._tcp.local"), "", ""),
        (announces("_services._dns-sd._udp.local"), "", ""),
        (asks("laptop.local", "_mqtt._tcp.local", "_googlecast._tcp.local", "_airplay._tcp.local"), "chromecast", "home"),
        (searches(ZONE_PLAYER), "sonos", "home"),
        (searches(b"urn:dial-multiscreen-org:service:dial:1"), "dial", "home"),
        (searches(b"roku:ecp"), "roku", "video"),
        (searches(b"ssdp:all"), "upnp", "home"),
        (notifies(RENDERER), "dlna", "home"),
        (notifies(b"urn:schemas-upnp-org:device:InternetGatewayDevice:1"), "upnp", "home"),
        (notifies(RENDERER, b"Linux UPnP/1.0 Sonos/83.1-61240 (ZPS1)"), "sonos", "home"),
        (notifies(b"upnp:rootdevice", b"Linux/3.14.0 UPnP/1.0 IpBridge/1.26.0"), "philips-hue", "home"),
    ],
)
def test_a_packet_of_discovery_is_about_what_it_looks_for_or_announces(packet: bytes, service: str, category: str) -> None:
    assert said(packet)[0][1:3] == (service, category)


def test_what_one_packet_is_about_says_nothing_of_the_next() -> None:
    packets = [
        asks("_airplay._tcp.local"),
        asks("laptop.local"),
        asks("_googlecast._tcp.local"),
        searches(ZONE_PLAYER),
        searches(b"ssdp:all"),
    ]
    assert [service for _, service, _, _ in said(*packets)] == ["airplay", "", "chromecast", "sonos", "upnp"]


def test_a_program_that_speaks_upnp_makes_a_connection_in_the_house_one_from_there_on_both_ways() -> None:
    there, back = (PHONE, SPEAKER), (SPEAKER, PHONE)
    for agent, service in (
        (b"FDSSDP/1.0 UPnP/1.1", "upnp"),
        (b"Linux UPnP/1.0 Sonos/57.3", "sonos"),
        (b"Roku/DVP-9.10", ""),
        (b"curl/8.1", ""),
    ):
        flow = [tcp(b"", there, (40_000, 1400)), tcp(CONTROL % agent, there, (40_000, 1400)), tcp(b"", back, (1400, 40_000))]
        assert [each[1] for each in said(*flow)] == ["", service, service]


def test_a_player_that_fetches_music_from_the_internet_is_for_whatever_that_is() -> None:
    assert said(tcp(CONTROL % b"UPnP/1.0 DLNADOC/1.50", (PHONE, SERVER), (40_000, 80)))[0][1] == ""


def test_the_description_of_a_device_makes_its_connection_one_for_it() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<root><device><deviceType>%s</deviceType></device></root>" % ZONE_PLAYER
    assert said(tcp(page, (SPEAKER, PHONE), (1400, 40_000)))[0][1] == "sonos"


PACKETS = st.sampled_from(
    [
        *(asks("_airplay._tcp.local"), asks("laptop.local"), announces("_hap._tcp.local"), searches(ZONE_PLAYER), searches(b"ssdp:all")),
        *(tcp(CONTROL % agent, (PHONE, SPEAKER), (40_000, 1400)) for agent in (b"a UPnP/1.1", b"UPnP/1.0 Sonos/57.3", b"curl/8.1")),
        *(tcp(b"", (SPEAKER, PHONE), (1400, 40_000)), tcp(b"ED\0\1", (PHONE, SPEAKER))),
    ]
)


@settings(max_examples=50, deadline=None)
@given(st.lists(PACKETS, min_size=1, max_size=12))
def test_it_makes_no_difference_where_batches_are_cut(packets: list[bytes]) -> None:
    tree = ProtocolTree()
    identifier, apart = Identifier(tree), []
    for packet in packets:
        labels = identifier.identify(dissect(batch([Packet(packet)]), tree))
        apart.append((labels.names.services[labels.service[0]], CATEGORIES[labels.category[0]], list(labels.alone)))
    columns = dissect(batch([Packet(packet) for packet in packets]), tree)
    labels = Identifier(tree).identify(columns)
    rows = np.argsort(columns.position).tolist()
    together = [(labels.names.services[labels.service[row]], CATEGORIES[labels.category[row]], [0] * (row in labels.alone)) for row in rows]
    assert together == apart
