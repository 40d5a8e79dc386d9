"""Which piece makes a datagram whole, in whatever order and batch the pieces come."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.dissect import Fragments, dissect
from sharky.dissect.fragments import MAXIMUM_DATAGRAMS, MAXIMUM_OCTETS, Piece
from sharky.model.columns import PROBLEMS
from sharky.model.packets import PAD
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import Packet, batch, eth, ip, ipv6, tcp, udp

DATAGRAM = udp(5000, 53, bytes(40))
STARTS = range(0, len(DATAGRAM), 8)


def piece(start: int, size: int = 8) -> Packet:
    more = 0x2000 if start + size < len(DATAGRAM) else 0
    return Packet(eth(0x0800, ip(17, DATAGRAM[start : start + size], fragment=more | start // 8)))


def shown(*batches: list[Packet]) -> list[str]:
    tree, fragments, paths = ProtocolTree(), Fragments(), []
    for packets in batches:
        found = dissect(batch(packets), tree, fragments)
        paths += [tree.path(int(node)) for _, node in sorted(zip(found.position, found.path, strict=True))]
    return paths


@given(order=st.permutations(STARTS), cut=st.integers(0, len(STARTS)))
def test_the_piece_that_comes_last_shows_the_transport(order: list[int], cut: int) -> None:
    paths = shown([piece(start) for start in order[:cut]], [piece(start) for start in order[cut:]])
    assert paths == ["eth:ip:data"] * (len(STARTS) - 1) + ["eth:ip:udp"]


@given(order=st.lists(st.tuples(st.sampled_from(STARTS), st.integers(1, 6)), max_size=12))
def test_overlaps_and_gaps_are_taken_as_they_come(order: list[tuple[int, int]]) -> None:
    paths = shown([piece(start, 8 * size) for start, size in order])
    assert set(paths) <= {"eth:ip:data", "eth:ip:udp"}


def test_a_datagram_without_its_first_piece_stays_data() -> None:
    assert shown([piece(start) for start in STARTS[1:]]) == ["eth:ip:data"] * (len(STARTS) - 1)


def test_a_piece_of_which_some_was_not_captured_counts_not_but_shows_what_it_has() -> None:
    first = piece(0, 24)
    cut = Packet(first.octets[:-4], wire_length=len(first.octets))
    assert shown([cut, piece(24, 24)]) == ["eth:ip:udp", "eth:ip:data"]


def test_what_waits_longest_is_given_up_when_too_much_waits() -> None:
    fragments = Fragments()
    for identification in range(MAXIMUM_DATAGRAMS + 5):
        fragments.add((1, 2, 17, identification), Piece(0, bytes(8), has_more=True))
    assert fragments.given_up == 5
    assert not fragments.add((1, 2, 17, 0), Piece(8, bytes(8), has_more=False)).is_whole


@pytest.mark.parametrize("size", [8, 1480])
def test_what_waits_longest_is_given_up_when_too_many_octets_wait(size: int) -> None:
    fragments, most = Fragments(), MAXIMUM_OCTETS // size
    for _ in range(most + 1):
        fragments.add((1, 2, 17, 3), Piece(0, bytes(size), has_more=True))
    assert fragments.given_up > 0
    assert fragments.add((1, 2, 17, 4), Piece(0, bytes(8), has_more=False)).octets() == bytes(8)


@given(order=st.permutations([(0, b"a" * 16), (8, b"b" * 16), (8, b"c" * 8), (16, b"d" * 16)]))
def test_where_pieces_overlap_the_one_counts_that_begins_first(order: list[tuple[int, bytes]]) -> None:
    fragments, whole = Fragments(), []
    for start, octets in order:
        datagram = fragments.add((1, 2, 17, 3), Piece(start, octets, has_more=start != 16))
        whole += [datagram.octets()] if datagram.is_whole else []
    kept = {b"a" * 16 + middle + b"d" * (16 - len(middle)) for middle in (b"", b"b" * 8)}
    assert set(whole) <= kept
    assert len(whole) == 1


def test_a_datagram_full_of_gaps_is_given_up() -> None:
    fragments = Fragments()
    for start in range(0, 3000, 16):
        fragments.add((1, 2, 17, 3), Piece(start, bytes(8), has_more=True))
    assert fragments.given_up > 0


@given(order=st.permutations(STARTS), cut=st.integers(0, len(STARTS)))
def test_the_piece_that_makes_a_datagram_whole_has_its_header_and_its_payload(order: list[int], cut: int) -> None:
    tree, fragments = ProtocolTree(), Fragments()
    for pieces in ([piece(start) for start in order[:cut]], [piece(start) for start in order[cut:]]):
        found = dissect(batch(pieces), tree, fragments)
    if len(found):
        last = int(found.position.argmax())
        assert (found.source_port[last], found.destination_port[last]) == (5000, 53)
        assert (found.payload_length[last], found.payload_captured[last]) == (40, 40)
        [place] = found.headers["udp"]
        assert (np.arange(len(found))[place.rows].tolist(), place.octets["length"].tolist()) == ([last], [48])


def test_a_first_piece_that_ends_inside_its_header_of_tcp_has_no_payload() -> None:
    short = eth(0x0800, ip(6, tcp(5000, 80, options=bytes(4))[:20], fragment=0x2000)) + bytes(20)
    found = dissect(batch([Packet(short)]), ProtocolTree(), Fragments())
    assert (found.payload_length.tolist(), found.payload_captured.tolist()) == ([0], [0])


def test_the_packet_that_makes_a_datagram_whole_tells_in_which_its_pieces_came() -> None:
    tree, fragments = ProtocolTree(), Fragments()
    dissect(batch([piece(24, 24)]), tree, fragments)
    found = dissect(replace(batch([piece(16), piece(0, 16)]), first_number=2), tree, fragments)
    [pieces], [whole] = found.headers["ip pieces"], found.headers["ip whole"]
    assert found.position[pieces.rows].tolist() == [1]
    assert found.buffer[pieces.offset[0] : pieces.end[0]].view(">u4").tolist() == [3, 2, 1]
    assert found.buffer[whole.offset[0] : whole.end[0]].tobytes() == DATAGRAM


@pytest.mark.parametrize(("room", "is_copied"), [(8, True), (PAD + 100, True), (PAD + 1000, False)])
def test_datagrams_are_put_into_what_is_spare_of_the_buffer_where_that_is_enough(room: int, *, is_copied: bool) -> None:
    inner = ip(17, udp(5000, 53, b"x" * 64))
    pieces = [ip(4, inner[start : start + 48], fragment=(0x2000 if start == 0 else 0) | start // 8) for start in (0, 48)]
    whole = batch([Packet(eth(0x0800, each)) for each in pieces] * 2)
    buffer = np.concatenate([whole.buffer, np.full(room, 7, np.uint8)])
    found = dissect(replace(whole, buffer=buffer, spare=buffer[-room:]), ProtocolTree(), Fragments())
    rows = np.flatnonzero(found.payload_captured)
    assert found.position[rows].tolist() == [1, 3]
    assert [found.buffer[at : at + 64].tobytes() for at in found.payload_offset[rows].tolist()] == [b"x" * 64] * 2
    assert (found.buffer is not buffer) == is_copied


def segment(length: int = 20, start: int = 0, size: int = 1000) -> Packet:
    """Return a piece of a datagram that holds a segment of TCP which says that its header has `length` octets."""
    octets = bytearray(tcp(5000, 80, bytes(40)))
    octets[12] = length // 4 << 4
    more = 0x2000 if start + size < len(octets) else 0
    return Packet(eth(0x0800, ip(6, bytes(octets[start : start + size]), fragment=more | start // 8)))


@given(order=st.permutations(range(0, 60, 8)))
def test_a_header_of_tcp_may_stand_in_several_pieces(order: list[int]) -> None:
    found = dissect(batch([segment(start=start, size=8) for start in order]), ProtocolTree(), Fragments())
    last = int(found.position.argmax())
    assert (found.source_port[last], found.destination_port[last]) == (5000, 80)
    assert (found.payload_length[last], found.payload_captured[last]) == (40, 40)


@pytest.mark.parametrize("length", [0, 16])
def test_a_header_of_tcp_in_several_pieces_that_lies_about_its_length_is_malformed(length: int) -> None:
    found = dissect(batch([segment(length, 0, 16), segment(length, 16)]), ProtocolTree(), Fragments())
    assert [PROBLEMS[problem] for problem in found.problem] == ["", "malformed"]
    assert found.payload_length.tolist() == [0, 0]


def vxlan(carried: bytes) -> bytes:
    return udp(5000, 4789, b"\x08" + bytes(7) + eth(0x0800, carried))


@pytest.mark.parametrize("joint", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("protocol", "carried", "expected"),
    [
        (4, ip(17, udp(1, 53, bytes(300))), "eth:ip:ip:udp"),
        (41, ipv6(6, tcp(1, 80, bytes(300))), "eth:ip:ipv6:tcp"),
        (47, b"\0\0\x08\0" + ip(6, tcp(1, 80, bytes(300))), "eth:ip:gre:ip:tcp"),
        (17, vxlan(ip(6, tcp(1, 80, bytes(300)))), "eth:ip:udp:vxlan:eth:ip:tcp"),
    ],
)
def test_a_tunnel_in_pieces_leads_to_what_is_inside(protocol: int, carried: bytes, expected: str, joint: int) -> None:
    starts = [0, 120, 240]
    ends = [*starts[1:], len(carried)]
    octets = [
        ip(protocol, carried[start:end], fragment=(0x2000 if end < len(carried) else 0) | start // 8)
        for start, end in zip(starts, ends, strict=True)
    ]
    pieces = [Packet(eth(0x0800, piece)) for piece in octets]
    assert shown(pieces[:joint], pieces[joint:]) == ["eth:ip:data", "eth:ip:data", expected]
    fragments, tree = Fragments(), ProtocolTree()
    found = [dissect(batch(part), tree, fragments) for part in (pieces[:joint], pieces[joint:]) if part][-1]
    row = int(found.position.argmax())
    assert (found.source_port[row], found.payload_length[row]) == (1, 300)
    payload = found.buffer[found.payload_offset[row] :][: found.payload_captured[row]]
    assert payload.tolist() == [0] * 300


def test_a_tunnel_in_pieces_that_ends_inside_a_header_is_malformed_at_the_end_of_its_last_packet() -> None:
    carried = ip(4, ip(6, tcp(1, 80)[:10]))
    pieces = [ip(4, carried[:40], fragment=0x2000), ip(4, carried[40:], fragment=5)]
    found = dissect(batch([Packet(eth(0x0800, piece)) for piece in pieces]), ProtocolTree(), Fragments())
    last = int(found.position.argmax())
    assert PROBLEMS[found.problem[last]] == "malformed"
    assert found.stopped_at[last] == found.wire_length[last]
