"""Packets in packets: each tunnel leads to what is inside, which then owns the ports, the flow and the payload."""

from __future__ import annotations

import pytest

from sharky.dissect.walk import MAXIMUM_DEPTH
from sharky.model.protocols import MAXIMUM_NODES
from tests.unit.dissect.builder import Packet, columns, eth, ip, ipv6, path, paths, problem, udp
from tests.unit.dissect.examples import FRAME, INNER, LINKS, TUNNELS, label


@pytest.mark.parametrize("expected", TUNNELS)
def test_a_tunnel_leads_to_what_is_inside(expected: str) -> None:
    assert path(TUNNELS[expected]) == f"eth:{expected}"


@pytest.mark.parametrize("expected", [name for name in TUNNELS if name.endswith(":ip:tcp")])
def test_the_innermost_packet_owns_the_flow_and_the_payload(expected: str) -> None:
    found, alone = columns(TUNNELS[expected]), columns(FRAME)
    assert found.flow_key.tolist() == alone.flow_key.tolist()
    assert (found.transport.tolist(), found.destination_port.tolist()) == ([6], [443])
    if "icmp" not in expected:
        assert bytes(found.buffer[found.payload_offset[0] :][: found.payload_captured[0]]) == b"hello"


def test_what_an_error_quotes_is_always_cut_and_that_is_no_problem() -> None:
    assert problem(TUNNELS["ip:icmp:ip:tcp"]) == ("", 0)


def test_a_tunnel_s_port_says_less_than_a_well_known_one() -> None:
    assert path(eth(0x0800, ip(17, udp(4789, 53, b"\x08" + bytes(7) + FRAME)))) == "eth:ip:udp"


def test_a_low_port_that_no_protocol_has_does_not_hide_a_tunnel() -> None:
    assert path(eth(0x0800, ip(17, udp(1000, 4789, b"\x08" + bytes(7) + FRAME)))) == "eth:ip:udp:vxlan:eth:ip:tcp"


def test_what_is_not_the_tunnel_that_its_port_promises_stays_a_payload() -> None:
    found = columns(eth(0x0800, ip(17, udp(1701, 1701, bytes(30)))))
    assert found.tree.path(int(found.path[0])) == "eth:ip:udp"
    assert found.payload_length.tolist() == [30]


def test_nesting_is_followed_to_a_depth_that_no_network_has_and_then_named() -> None:
    nested = INNER
    for _ in range(MAXIMUM_DEPTH):
        nested = ip(4, nested)
    found = path(eth(0x0800, nested)).split(":")
    assert found[:2] == ["eth", "ip"]
    assert len(found) == MAXIMUM_DEPTH
    assert problem(eth(0x0800, nested))[0] == "malformed"


def test_depth_is_counted_for_each_packet_alone() -> None:
    deep = INNER
    for _ in range(MAXIMUM_DEPTH - 5):
        deep = ip(4, deep)
    around = [eth(0x8847, label(1, is_last=False) * size) for size in range(MAXIMUM_DEPTH + 10)]
    assert paths(*around, eth(0x0800, deep))[-1] == path(eth(0x0800, deep))
    assert path(eth(0x0800, deep)).endswith("tcp")


def test_more_paths_than_the_tree_holds_end_where_they_are_known() -> None:
    kinds = (4, 41, 0, 51)
    packets = []
    for number in range(2 * MAXIMUM_NODES // 6):
        nested, rest = INNER, number
        for _ in range(6):
            kind, rest = kinds[rest % 4], rest // 4
            wrapped = {4: nested, 41: ipv6(4, nested), 0: bytes([4, 0]) + bytes(6) + nested, 51: bytes([4, 4]) + bytes(22) + nested}[kind]
            nested = ip(kind, wrapped)
        packets.append(eth(0x0800, nested))
    assert all(found.startswith("eth:ip") for found in paths(*packets))


@pytest.mark.parametrize("expected", LINKS)
def test_every_link_type_leads_to_ip(expected: str) -> None:
    linktype, octets = LINKS[expected]
    assert path(Packet(octets, linktype)) == expected


def test_link_types_may_be_mixed_in_a_batch() -> None:
    mixed = [Packet(octets, linktype) for linktype, octets in LINKS.values()]
    assert paths(*mixed, FRAME, *mixed) == [*LINKS, "eth:ip:tcp", *LINKS]
