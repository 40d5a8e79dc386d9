"""Everyday packets, broken ones, and the promises that hold for all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.dissect import dissect
from sharky.model.columns import Columns
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import HOST_A, Packet, batch, columns, eth, ip, ipv6, path, paths, problem, tcp, udp, vlan
from tests.unit.dissect.examples import FRAMES, LINKS, TUNNELS

QUESTION = ip(17, udp(50000, 53, b"who?"))
SEGMENT = ip(6, tcp(50000, 443, b"hello"))
SEGMENT6 = ipv6(6, tcp(50000, 443, b"hello"))
NETBIOS = b"\xf0\xf0\x03\x0e\0\xff\xef"


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (eth(0x0800, QUESTION), "eth:ip:udp"),
        (eth(0x0800, SEGMENT), "eth:ip:tcp"),
        (eth(0x86DD, SEGMENT6), "eth:ipv6:tcp"),
        (eth(0x0806, bytes(28)), "eth:arp"),
        (eth(0x0800, ip(1, b"\x08\0\0\0\0\1\0\1ping")), "eth:ip:icmp:data"),
        (eth(0x0800, ip(2, bytes(8))), "eth:ip:igmp:igmp"),
        (eth(0x0800, ip(200, bytes(8))), "eth:ip:data"),
        (eth(0x0800, ip(200)), "eth:ip"),
        (eth(0x86DD, ipv6(58, b"\x87\0\0\0" + bytes(20))), "eth:ipv6:icmpv6"),
        (eth(0x8100, vlan(0x0800, QUESTION)), "eth:vlan:ip:udp"),
        (eth(0x88A8, vlan(0x8100, vlan(0x86DD, SEGMENT6))), "eth:ieee8021ad:vlan:ipv6:tcp"),
        (eth(0x88CC, bytes(20)), "eth:lldp"),
        (eth(0x9999, bytes(20)), "eth:data"),
        (eth(0x890D, b"\x02\x0c\x00" + bytes(40)), "eth:wlan"),
        (eth(38, b"\x42\x42\x03" + bytes(35)), "eth:llc:stp"),
        (eth(46, b"\xaa\xaa\x03\x00\x00\x0c\x20\x00" + bytes(38)), "eth:llc:cdp"),
        (eth(46, b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + SEGMENT), "eth:llc:ip:tcp"),
        (eth(30, b"\xff\xff" + bytes(28)), "eth:ipx"),
        (eth(1501, bytes(30)), "eth:data"),
        (Packet(QUESTION, linktype=101), "raw:ip:udp"),
        (eth(30, b"\xff\xff\0\x1e\0\x14" + bytes(10) + b"\x04\x55" + bytes(12)), "eth:ipx"),
        (eth(0x8137, b"\xff\xff\0\x28\0\0" + bytes(34)), "eth:ipx:data"),
        (eth(39, NETBIOS + b"\x16" + bytes(9) + b"\xffSMBr" + bytes(17)), "eth:llc:netbios:smb"),
        (
            eth(132, NETBIOS + b"\x09" + bytes(9) + b"\xffSMB%" + bytes(64) + rb"\MAILSLOT\BROWSE" + bytes(25)),
            "eth:llc:netbios:smb:browser",
        ),
        (eth(39, NETBIOS + b"\x08" + bytes(9) + b"hello" + bytes(17)), "eth:llc:netbios:data"),
        (eth(39, NETBIOS + b"\x0a" + bytes(31)), "eth:llc:netbios"),
        (Packet(b"\xff\x03\x00\x23\x08\x02\x00\x01\x05" + bytes(8), linktype=9), "ppp:osi:q931"),
        (eth(0x08FF, b"\x13\0" + bytes(13) + b"\x01\x03\xf0hi"), "eth:bpq:ax25:ax25_nol3"),
        (eth(0xD28B, b"\0\x01\0\x10" + bytes(8) + b"\x08\0" + SEGMENT), "eth:avsp:ip:tcp"),
        (eth(0xD28B, b"\0\x01\x01\x20" + bytes(6) + vlan(0x8100, vlan(0x0800, SEGMENT))[2:]), "eth:avsp:vlan:ip:tcp"),
        (eth(0xD28B, b"\0\x01\0\x30" + SEGMENT), "eth:avsp"),
        (eth(0xD28B, b"\0\x02\x08\0" + SEGMENT), "eth:avsp:ip:tcp"),
        (Packet(SEGMENT6, linktype=229), "ipv6:tcp"),
        (Packet(bytes(40) + b"\x08\0\0\0" + SEGMENT, linktype=242), "ipoib:ip:tcp"),
        (Packet(bytes(40) + b"\x90\0\0\0" + SEGMENT, linktype=242), "ipoib"),
        (Packet(b"\x01\x02" + bytes(22) + SEGMENT, linktype=226), "ipnet:ip:tcp"),
        (Packet(b"\x01\x1a" + bytes(22) + SEGMENT6, linktype=226), "ipnet:ipv6:tcp"),
        (Packet(b"\x18\x41\x03\xcc" + SEGMENT, linktype=107), "fr:ip:tcp"),
        (Packet(b"\0\x0c\x05\x22\0\x82" + bytes(8), linktype=107), "fr:esis"),
        (Packet(b"\x18\x41\x13\x82" + bytes(8), linktype=107), "fr:esis"),
        (Packet(b"\x18\x41\x08\0" + SEGMENT, linktype=107), "fr:ip:tcp"),
    ],
)
def test_the_path_is_wireshark_s(packet: Packet | bytes, expected: str) -> None:
    assert path(packet) == expected


def test_extension_headers_are_layers_of_their_own() -> None:
    chain = bytes([43, 0]) + bytes(6) + bytes([17, 1]) + bytes(14)
    assert path(eth(0x86DD, ipv6(0, chain + udp(1, 2)))) == "eth:ipv6:ipv6.hopopts:ipv6.routing:udp"


@pytest.mark.parametrize(
    ("first", "expected"), [(0, "eth:ipv6:ipv6.hopopts"), (60, "eth:ipv6:ipv6.dstopts"), (43, "eth:ipv6:ipv6.routing:udp")]
)
def test_what_follows_options_is_named_only_where_some_of_it_is_captured(first: int, expected: str) -> None:
    whole = eth(0x86DD, ipv6(first, bytes([17, 0]) + bytes(6) + udp(1, 2)))
    cut = Packet(whole[:62], wire_length=len(whole))
    assert (path(cut), problem(cut)) == (expected, ("truncated", 62))


def test_ports_payload_and_direction_are_columns() -> None:
    there = eth(0x0800, SEGMENT) + b"padding"
    back = eth(0x0800, ip(6, tcp(443, 50000, options=b"\1\1\1\1"), ends=("10.0.0.2", "10.0.0.1")))
    found = columns(there, back)
    assert found.source_port.tolist() == [50000, 443]
    assert found.destination_port.tolist() == [443, 50000]
    assert found.transport.tolist() == [6, 6]
    assert found.payload_length.tolist() == [5, 0]
    assert bytes(found.buffer[found.payload_offset[0] :][: found.payload_captured[0]]) == b"hello"
    assert found.flow_key[0] == found.flow_key[1] != 0
    assert found.is_forward.tolist() == [True, False]


def test_a_payload_beyond_the_snaplen_counts_in_full_but_is_not_captured() -> None:
    whole = eth(0x0800, ip(17, udp(1, 2, bytes(1000))))
    found = columns(Packet(whole[:60], wire_length=len(whole)))
    assert (found.payload_length[0], found.payload_captured[0], found.problem[0]) == (1000, 18, 0)


def test_a_total_length_of_nothing_is_segmentation_offload() -> None:
    found = columns(eth(0x0800, ip(6, tcp(1, 2, bytes(3000)), total=0)))
    assert found.payload_length.tolist() == [3000]


def test_headers_are_listed_outermost_first() -> None:
    found = columns(eth(0x0800, ip(4, QUESTION)))
    assert [place.offset.tolist() for place in found.headers["ip"]] == [[14], [34]]
    assert [place.end.tolist() for place in found.headers["ip"]] == [[66], [66]]


def test_only_the_last_fragment_shows_what_the_datagram_carries() -> None:
    first, middle, last = (eth(0x0800, ip(17, udp(1, 2, bytes(8)), fragment=fragment)) for fragment in (0x2000, 0x2002, 4))
    assert paths(first, middle, last) == ["eth:ip:data", "eth:ip:data", "eth:ip:udp"]
    assert columns(first).destination_port.tolist() == [2]
    assert columns(middle, last).destination_port.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (eth(0x0800, QUESTION), ("", 0)),
        (Packet(eth(0x0800, QUESTION)[:20], wire_length=60), ("truncated", 14)),
        (Packet(eth(0x0800, QUESTION)[:20]), ("malformed", 14)),
        (eth(0x0800, b"\x44" + QUESTION[1:]), ("malformed", 14)),
        (eth(0x0800, ip(17, QUESTION, total=19)), ("malformed", 14)),
        (eth(0x0800, ip(17, udp(1, 2, length=7))), ("malformed", 34)),
        (eth(0x86DD, ipv6(60, b"\x11\xff" + bytes(30))), ("malformed", 54)),
        (Packet(b"\xcc" + bytes(60), linktype=117), ("malformed", 61)),
        (Packet(QUESTION, linktype=65000), ("unknown_linktype", 0)),
    ],
)
def test_what_is_wrong_is_named_with_the_place_where_it_stopped(packet: Packet | bytes, expected: tuple[str, int]) -> None:
    assert problem(packet) == expected


@pytest.mark.parametrize("size", range(len(eth(0x8100, vlan(0x0800, SEGMENT)))))
def test_a_packet_cut_anywhere_shows_the_beginning_of_its_path(size: int) -> None:
    whole = eth(0x8100, vlan(0x0800, SEGMENT))
    cut = path(Packet(whole[:size], wire_length=len(whole)))
    assert "eth:vlan:ip:tcp".startswith(cut)
    assert cut


@pytest.mark.parametrize(("captured", "expected"), [(143, "prism"), (144, "prism:wlan"), (168, "prism:wlan")])
def test_a_header_that_begins_behind_what_was_captured_is_not_named(captured: int, expected: str) -> None:
    assert path(Packet((b"\x44" + bytes(167))[:captured], linktype=119, wire_length=300)) == expected


EVERYDAY = [
    eth(0x0800, SEGMENT),
    eth(0x8100, vlan(0x86DD, SEGMENT6)),
    eth(0x0800, ip(1, b"\x03\0\0\0\0\0\0\0" + QUESTION)),
    eth(0x0800, ip(41, SEGMENT6)),
    eth(46, b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + SEGMENT),
    eth(0x86DD, ipv6(0, bytes([44, 0]) + bytes(6) + bytes([17, 0]) + bytes(6) + udp(1, 2))),
]
EXAMPLES = [(1, octets) for octets in (*EVERYDAY, *TUNNELS.values())] + [*LINKS.values()] + [(105, octets) for octets, _ in FRAMES.values()]


@st.composite
def hostile(draw: st.DrawFn) -> Packet:
    """Random octets, or a packet of any kind with some octets changed, cut anywhere, perhaps under another link type."""
    linktype, whole = draw(st.tuples(st.integers(0, 300), st.binary(max_size=120)) | st.sampled_from(EXAMPLES))
    octets = bytearray(whole)
    for place, value in draw(st.lists(st.tuples(st.integers(0, 119), st.integers(0, 255)), max_size=4)):
        if place < len(octets):
            octets[place] = value
    kept = draw(st.just(len(octets)) | st.integers(0, len(octets)))
    return Packet(bytes(octets[:kept]), linktype, draw(st.integers(0, 200)))


def row_of(found: Columns, position: int) -> dict[str, object]:
    """Return all that the columns say of one packet, with offsets counted from its first octet."""
    row = int(np.flatnonzero(found.position == position)[0])
    start = found.offset[row]
    said: dict[str, object] = {
        name: getattr(found, name)[row].item()
        for name in (
            "problem",
            "stopped_at",
            "transport",
            "source_port",
            "destination_port",
            "flow_key",
            "is_forward",
            "payload_length",
            "payload_captured",
        )
    }
    said["path"] = found.tree.path(int(found.path[row]))
    said["payload_offset"] = int(found.payload_offset[row] - start) if said["payload_length"] else 0
    for name, places in found.headers.items():
        for place in places:
            at = np.flatnonzero(np.arange(len(found))[place.rows] == row)
            for index in at:
                said.setdefault(name, []).append((int(place.offset[index] - start), int(place.end[index] - start)))  # type: ignore[attr-defined]
    return said


def test_an_ipv4_header_that_lies_is_named_but_stands_nowhere() -> None:
    lies = [eth(0x0800, b"\x44" + QUESTION[1:]), eth(0x0800, ip(17, QUESTION, total=19))]
    dissected = columns(*lies, eth(0x0800, QUESTION))
    assert paths(*lies) == ["eth:ip", "eth:ip"]
    assert [len(place.offset) for place in dissected.headers["ip"]] == [1]
    assert dissected.headers["ip"][0].offset[0] - dissected.offset[dissected.position.tolist().index(2)] == 14


@settings(max_examples=200)
@given(packets=st.lists(hostile(), min_size=1, max_size=3), between=st.binary(min_size=20, max_size=80), data=st.data())
def test_a_packet_s_columns_depend_on_its_own_octets_alone(packets: list[Packet], between: bytes, data: st.DataObject) -> None:
    together = dissect(batch(packets, between), ProtocolTree())
    position = data.draw(st.integers(0, len(packets) - 1))
    alone = dissect(batch([packets[position]]), ProtocolTree())
    assert row_of(together, position) == row_of(alone, 0)


@given(packets=st.lists(hostile(), max_size=8))
def test_headers_and_payload_lie_inside_what_was_captured(packets: list[Packet]) -> None:
    found = dissect(batch(packets), ProtocolTree())
    limit = found.offset + found.captured
    for places in found.headers.values():
        for place in places:
            assert (found.offset[place.rows] <= place.offset).all()
            assert (place.offset <= place.end).all()
            assert (place.end <= limit[place.rows]).all()
    assert ((found.payload_captured == 0) | (found.payload_offset + found.payload_captured <= limit)).all()
    assert (found.payload_captured <= found.payload_length).all()
    assert sorted(found.position.tolist()) == list(range(len(packets)))


def test_a_packet_too_long_for_its_length_field_says_so_in_an_option() -> None:
    size = 70_000
    options = bytes([17, 0, 0xC2, 4]) + size.to_bytes(4, "big")
    found = columns(eth(0x86DD, ipv6(0, options + udp(1, 2, bytes(size - 16), length=8), length=0)))
    assert found.tree.path(int(found.path[0])) == "eth:ipv6:ipv6.hopopts:udp"


def test_a_source_route_leads_to_its_last_address() -> None:
    route = b"\x83\x0b\x04" + bytes([10, 0, 0, 7, 10, 0, 0, 8]) + b"\0"
    routed, straight = (columns(eth(0x0800, ip(17, udp(1, 2), **more))) for more in ({"options": route}, {"ends": (HOST_A, "10.0.0.8")}))
    assert [hex(place.octets["destination"][0]) for place in routed.headers["ip"]] == ["0xa000008"]
    assert routed.flow_key.tolist() == straight.flow_key.tolist()


def test_options_that_are_cut_hide_what_comes_behind_them() -> None:
    whole = eth(0x0800, ip(17, udp(1, 2), options=bytes(8)))
    assert problem(Packet(whole[:40], wire_length=len(whole))) == ("truncated", 14)
    assert path(Packet(whole[:40], wire_length=len(whole))) == "eth:ip"
    assert columns(Packet(whole[:40], wire_length=len(whole))).headers["ip"] == []


def cuts(linktype: int, octets: bytes) -> list[Packet]:
    """Return a packet cut at each of its octets, by the capture and for good."""
    return [Packet(octets[:kept], linktype, wire) for kept in range(len(octets) + 1) for wire in (0, len(octets))]


def all_said(found: Columns) -> dict[str, list[int]]:
    """Return all columns in the order of capture, with offsets counted from each packet's first octet."""
    back = np.argsort(found.position)
    names = (
        "path",
        "problem",
        "stopped_at",
        "transport",
        "source_port",
        "destination_port",
        "flow_key",
        "payload_length",
        "payload_captured",
    )
    said = {name: getattr(found, name)[back].tolist() for name in names}
    for name, places in found.headers.items():
        offsets = np.zeros(len(found), np.int64)
        for place in places:
            offsets[place.rows] = offsets[place.rows] * 1000 + place.end - place.offset
        said[name] = offsets[back].tolist()
    return said


@pytest.mark.parametrize(("linktype", "octets"), EXAMPLES, ids=map(str, range(len(EXAMPLES))))
def test_no_octet_behind_a_cut_packet_is_looked_at(linktype: int, octets: bytes) -> None:
    packets, tree = cuts(linktype, octets), ProtocolTree()
    expected = all_said(dissect(batch(packets, b"\x02" * 80), tree))
    for filling in (b"\x00", b"\x01", b"\x45", b"\x80", b"\xff"):
        assert all_said(dissect(batch(packets, filling * 80), tree)) == expected
