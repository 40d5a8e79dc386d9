"""Flows that are known since other flows announced them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sharky.dissect import dissect
from sharky.identify.announced import MOST_ENDS, READERS, read_announcement
from sharky.identify.expectations import LIFETIME_NS, Expectations
from sharky.identify.identifier import Identifier
from sharky.identify.packet_view import PacketView
from sharky.identify.vocabulary import UNKNOWN
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import HOST_A, HOST_B, Packet, batch, eth, ip, tcp, udp

MEDIA = b"\x80\x08\x6f\xaf\x00\x00\x05\x78" + bytes(160)
BLOCK = b"\x00\x03\x00\x01" + bytes(512)
SDP = b"v=0\r\nc=IN IP4 10.0.0.2\r\nm=audio 30000 RTP/AVP 8\r\n"
INVITE = b"INVITE sip:bob@10.0.0.1 SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n" + SDP


def over_udp(source: int, destination: int, payload: bytes, ends: tuple[str, str] = (HOST_A, HOST_B)) -> bytes:
    return eth(0x0800, ip(17, udp(source, destination, payload), ends=ends))


def over_tcp(source: int, destination: int, payload: bytes, ends: tuple[str, str] = (HOST_A, HOST_B)) -> bytes:
    return eth(0x0800, ip(6, tcp(source, destination, payload), ends=ends))


def names(*batches: list[bytes], hours: int = 0) -> list[str]:
    """Return what is on top of each packet; batches are `hours` apart."""
    tree = ProtocolTree()
    identifier, found, number = Identifier(tree), list[str](), 1
    for place, packets in enumerate(batches):
        laid_out = batch([Packet(octets) for octets in packets])
        time_ns = laid_out.time_ns + place * hours * LIFETIME_NS
        columns = dissect(replace(laid_out, first_number=number, time_ns=time_ns), tree)
        path = identifier.identify(columns).path[np.argsort(columns.position)]
        found += [tree.protocol(int(node)) for node in path]
        number += len(packets)
    return found


def test_the_media_of_a_call_are_known_from_its_invitation() -> None:
    call = over_udp(5060, 5060, INVITE, (HOST_B, HOST_A))
    assert names([call, over_udp(40_392, 30_000, MEDIA), over_udp(30_000, 40_392, MEDIA, (HOST_B, HOST_A))]) == ["sip", "rtp", "rtp"]


def test_what_came_ahead_of_the_invitation_was_not_known_then() -> None:
    media, call = over_udp(40_392, 30_000, MEDIA), over_udp(5060, 5060, INVITE, (HOST_B, HOST_A))
    assert names([media, call, media]) == ["data", "sip", "rtp"]


def test_all_media_of_a_call_are_known_however_many_come_at_once() -> None:
    call, media = over_udp(5060, 5060, INVITE, (HOST_B, HOST_A)), over_udp(40_392, 30_000, MEDIA)
    assert names([call, *[media] * 20]) == ["sip", *["rtp"] * 20]


def test_what_was_announced_outranks_what_a_port_suggests() -> None:
    assert names([over_udp(7074, 30_000, MEDIA)]) == ["tetra"]
    assert names([over_udp(5060, 5060, INVITE, (HOST_B, HOST_A)), over_udp(7074, 30_000, MEDIA)]) == ["sip", "rtp"]


def test_the_same_port_of_another_host_is_not_announced() -> None:
    call = over_udp(5060, 5060, INVITE, (HOST_B, HOST_A))
    assert names([call, over_udp(40_392, 30_000, MEDIA, (HOST_A, "10.0.0.3"))]) == ["sip", "data"]


@pytest.mark.parametrize(
    "reply", [b"227 Entering Passive Mode (10,0,0,1,117,48).\r\n", b"227 ok (192,168,7,7,117,48)\r\n", b"229 ok (|||30000|)\r\n"]
)
def test_the_data_of_a_passive_transfer_are_known_from_the_servers_reply(reply: bytes) -> None:
    greeting, passive = over_tcp(21, 50_000, b"220 ready\r\n"), over_tcp(21, 50_000, reply)
    assert names([greeting, passive, over_tcp(50_001, 30_000, b"x" * 99, (HOST_B, HOST_A))])[-1] == "ftp-data"


@pytest.mark.parametrize("command", [b"PORT 10,0,0,1,117,48\r\n", b"EPRT |1|10.0.0.1|30000|\r\n"])
def test_the_data_of_an_active_transfer_are_known_from_the_clients_command(command: bytes) -> None:
    assert names([over_tcp(50_000, 21, command), over_tcp(1020, 30_000, b"x" * 99, (HOST_B, HOST_A))]) == ["ftp", "ftp-data"]


RECEIVES = bytes.fromhex("14000000 00000000 22000000 00000000 0a000002 30750000 01000000")
RECEIVES_IPV6_TOO = bytes.fromhex("24000000 16000000 22000000 00000000 00000000 0a000002 000000000000000000000000 30750000 01000000")
SENDS = bytes.fromhex("50000000 0a000000 8a000000 01000000 02000000 0a000002 30750000") + bytes(60)


@pytest.mark.parametrize("message", [RECEIVES, RECEIVES_IPV6_TOO, SENDS])
def test_the_media_of_cisco_s_telephones_are_known_from_their_messages(message: bytes) -> None:
    assert names([over_tcp(50_000, 2000, message), over_udp(40_392, 30_000, MEDIA)]) == ["skinny", "rtp"]


@pytest.mark.parametrize(
    ("port", "message", "protocol"),
    [
        (2427, b"CRCX 1204 aaln/1@rgw.net MGCP 1.0\r\nC: A3\r\n\r\n", "mgcp"),
        (2727, b"200 1204 OK\r\nI: FDE\r\n\r\n", "mgcp"),
        (2944, b"MEGACO/1 [10.0.0.1]:2944\r\nReply=1{Context=1{Add=a/1{Media{Stream=1{Local{\r\n", "megaco"),
        (9875, b"\x20\x00\x12\x34\x0a\x00\x00\x01application/sdp\x00", "sap"),
        (5060, b"INVITE tel:+1234 SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n", "sip"),
    ],
)
def test_media_are_known_from_whatever_describes_them(port: int, message: bytes, protocol: str) -> None:
    assert names([over_udp(port, port, message + SDP, (HOST_B, HOST_A)), over_udp(40_392, 30_000, MEDIA)]) == [protocol, "rtp"]


def test_media_may_have_an_address_and_a_control_port_of_their_own() -> None:
    own = b"m=video 30010 RTP/AVP 34\r\nc=IN IP4 10.0.0.3\r\na=rtcp:30020\r\n"
    another = b"v=0\r\nc=IN IP4 10.0.0.4\r\nm=image 30030 udptl t38\r\nm=application 9 TCP/BFCP *\r\nc=IN IP4 10.0.0.5\r\n"
    columns = dissect(batch([Packet(over_udp(5060, 5060, INVITE + own + another))]), ProtocolTree())
    ends = read_announcement("sdp", PacketView(columns, 0, ()))
    assert [(address[-1], port, protocol) for (address, port), protocol in ends.items()] == [
        (2, 30_000, "rtp"),
        (2, 30_001, "rtcp"),
        (3, 30_010, "rtp"),
        (3, 30_020, "rtcp"),
        (4, 30_030, "t38"),
        (4, 30_031, "rtcp"),
    ]


def test_a_camera_streams_to_the_ports_that_it_repeated() -> None:
    reply = b"RTSP/1.0 200 OK\r\nTransport: RTP/AVP;unicast;client_port=30000-30001;server_port=6970-6971\r\n"
    assert names([over_tcp(554, 50_000, reply), over_udp(6970, 30_000, MEDIA)]) == ["rtsp", "rtp"]


@pytest.mark.parametrize(("transport", "protocol"), [("RTP/AVP/UDP;unicast", "rtp"), ("x-real-rdt/udp", "rdt"), ("RAW/RAW/UDP", "data")])
def test_a_camera_streams_what_it_says_to_a_single_port(transport: str, protocol: str) -> None:
    reply = f"RTSP/1.0 200 OK\r\nTransport: {transport};client_port=30000;server_port=6972\r\n"
    assert names([over_tcp(554, 50_000, reply.encode()), over_udp(6972, 30_000, MEDIA)]) == ["rtsp", protocol]


def test_a_tftp_server_answers_from_a_port_of_its_own() -> None:
    assert names([over_udp(50_000, 69, b"\x00\x01boot\x00octet\x00"), over_udp(40_000, 50_000, BLOCK, (HOST_B, HOST_A))]) == [
        "tftp",
        "tftp",
    ]


def test_what_octets_or_ports_tell_outranks_what_was_announced() -> None:
    call = over_udp(5060, 5060, INVITE, (HOST_B, HOST_A))
    query = bytes.fromhex("123401000001000000000000") + b"\x01a\x00\x00\x01\x00\x01"
    assert names([call, over_udp(53, 30_000, query)]) == ["sip", "dns"]


def test_an_announcement_counts_for_an_hour() -> None:
    call, media = over_udp(5060, 5060, INVITE, (HOST_B, HOST_A)), over_udp(40_392, 30_000, MEDIA)
    assert names([call], [media], hours=1)[-1] == "rtp"
    assert names([call], [media], hours=2)[-1] == "data"


def test_a_flow_that_was_announced_keeps_its_name_when_the_announcement_is_old() -> None:
    call, media = over_udp(5060, 5060, INVITE, (HOST_B, HOST_A)), over_udp(40_392, 30_000, MEDIA)
    assert names([call, media], [media], [media], hours=1) == ["sip", "rtp", "rtp", "rtp"]


def test_more_announcements_than_there_is_room_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharky.identify.expectations.MOST_ENDS", 4)
    tree, expectations = ProtocolTree(), Expectations(["rtp", "rtcp", "t38", "rdt", "tftp", "ftp-data"])
    calls = [over_udp(5060, 5060, INVITE.replace(b"30000", b"%d" % port)) for port in range(20_000, 20_010, 2)]
    columns = dissect(batch([Packet(call) for call in calls]), tree)
    expectations.listen(columns, np.arange(len(calls)))
    assert expectations.refused == 2 * len(calls) - 4


class CountingEnds(dict[object, tuple[str, int, int]]):
    """Counts how often somebody goes through all of it."""

    walks = 0

    def items(self) -> Any:
        self.walks += 1
        return super().items()


def test_only_what_is_old_makes_room_and_what_stays_is_expected_also_where_the_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharky.identify.expectations.MOST_ENDS", 4)
    ports, hours = (20_000, 20_002, 20_004, 20_006), (0, 2.8, 3.5, 3.6)
    calls = [Packet(over_udp(5060, 5060, INVITE.replace(b"30000", b"%d" % port))) for port in ports]
    laid_out = batch([*calls, *(Packet(over_udp(40_392, port, MEDIA)) for port in ports)])
    columns = dissect(replace(laid_out, time_ns=np.array([*hours, *[3.6] * 4]) * LIFETIME_NS), ProtocolTree())
    for set_forward_ns in (0, 1000 * LIFETIME_NS):
        expectations = Expectations(["rtp", "rtcp", "t38", "rdt", "tftp", "ftp-data"])
        expectations.listen(columns, np.arange(4))
        assert expectations.refused == 2
        expectations.leap(set_forward_ns)
        later = replace(columns, time_ns=columns.time_ns + set_forward_ns)
        assert expectations.names(later, np.arange(4, 8), np.ones(4, np.bool_)).tolist() == [UNKNOWN, 0, 0, UNKNOWN]


def test_a_full_table_is_looked_through_only_when_something_in_it_may_be_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharky.identify.expectations.MOST_ENDS", 4)
    tree, expectations = ProtocolTree(), Expectations(["rtp", "rtcp", "t38", "rdt", "tftp", "ftp-data"])
    ends = expectations._ends = CountingEnds()
    hours = [*[0] * 100, *[30] * 100]
    calls = [over_udp(5060, 5060, INVITE.replace(b"30000", b"%d" % port)) for port in range(20_000, 20_400, 2)]
    laid_out = replace(batch([Packet(call) for call in calls]), time_ns=np.array(hours) * LIFETIME_NS)
    expectations.listen(dissect(laid_out, tree), np.arange(len(calls)))
    assert ends.walks == 1
    assert sorted(port for _, port in ends) == [20_200, 20_201, 20_202, 20_203]


def test_one_packet_announces_only_so_much() -> None:
    media = b"".join(b"m=audio %d RTP/AVP 8\r\n" % port for port in range(20_000, 20_100, 2))
    columns = dissect(batch([Packet(over_udp(5060, 5060, b"INVITE sip:x SIP/2.0\r\nc=IN IP4 10.0.0.2\r\n" + media))]), ProtocolTree())
    assert len(read_announcement("sdp", PacketView(columns, 0, ()))) == MOST_ENDS


STORY = [
    over_udp(5060, 5060, INVITE, (HOST_B, HOST_A)),
    over_udp(40_392, 30_000, MEDIA),
    over_udp(40_393, 30_000, MEDIA),
    over_udp(40_392, 30_001, bytes.fromhex("80c90001aabbccdd")),
    over_tcp(50_000, 21, b"USER a\r\n"),
    over_tcp(21, 50_000, b"227 (10,0,0,1,117,50)\r\n", (HOST_B, HOST_A)),
    over_tcp(50_001, 30_002, b"x" * 50, (HOST_B, HOST_A)),
    over_tcp(50_001, 30_002, b"GET / HTTP/1.1", (HOST_B, HOST_A)),
    over_tcp(443, 30_002, b"SIP/2.0 200 OK\r\n" + SDP),
]


@settings(max_examples=60, deadline=None)
@given(story=st.lists(st.sampled_from(STORY), max_size=40), cuts=st.lists(st.integers(0, 40), max_size=6))
@example(story=[STORY[0], STORY[5], STORY[6], STORY[7], STORY[6]], cuts=[4])
def test_it_makes_no_difference_where_batches_are_cut(story: list[bytes], cuts: list[int]) -> None:
    edges = sorted({0, len(story), *(cut for cut in cuts if cut < len(story))})
    assert names(*(story[start:end] for start, end in pairwise(edges))) == names(story)


MINUTE_NS = 60 * 10**9


@settings(max_examples=100, deadline=None)
@given(
    story=st.lists(st.tuples(st.sampled_from(STORY), st.sampled_from([0, 10, 59, 61, 130])), max_size=30),
    cuts=st.lists(st.integers(0, 30), max_size=6),
)
@example(story=[(STORY[0], 0), (STORY[1], 59), (STORY[0], 59)], cuts=[2])
def test_nor_does_it_where_hours_pass_between_packets(story: list[tuple[bytes, int]], cuts: list[int]) -> None:
    packets, times = [packet for packet, _ in story], np.cumsum([minutes * MINUTE_NS for _, minutes in story]).astype(np.int64)
    found = []
    for edges in ([0, len(story)], sorted({0, len(story), *(cut for cut in cuts if cut < len(story))})):
        tree = ProtocolTree()
        identifier, path = Identifier(tree), list[str]()
        for start, end in pairwise(edges):
            laid_out = replace(batch([Packet(octets) for octets in packets[start:end]]), first_number=start + 1, time_ns=times[start:end])
            columns = dissect(laid_out, tree)
            path += [tree.protocol(int(node)) for node in identifier.identify(columns).path[np.argsort(columns.position)]]
        found.append(path)
    assert found[0] == found[1]


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", b"c=IN IP4 ", b"m=audio ", b"227 (", b"229 (|||", b"EPRT |1|", b"client_port=", INVITE, RECEIVES_IPV6_TOO, SENDS[:24]]
    ),
)
def test_no_announcement_is_too_strange(octets: bytes, begin: bytes) -> None:
    columns = dissect(batch([Packet(over_udp(1, 2, begin + octets))]), ProtocolTree())
    for kind in READERS:
        assert len(read_announcement(kind, PacketView(columns, 0, ()))) <= MOST_ENDS
