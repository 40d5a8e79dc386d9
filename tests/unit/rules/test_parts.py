"""Parts of packets behind their headers: options, payloads, and that no lying length leads out of a packet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.columns import HeaderPlace
from sharky.rules import compile_filter
from sharky.rules.filters.fields import Field, fields, read_given, width_of_number
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.parts import MOST_ITEMS, ROOTS, parts, within
from sharky.rules.filters.reading import Reading
from tests.unit.rules.builder import Batches, eth, ip, packet
from tests.unit.rules.streams import Segment, passing

OPTIONS = bytes.fromhex("020405b4 0402 080a 00000007 00000000 01 030307")
TCP = bytes.fromhex("c3500050 00000001 00000000 a002ffff 00000000") + OPTIONS


def passes(text: str, header: bytes) -> bool:
    columns, labels = Batches().batch(packet(1.0, eth(), ip(), ("tcp", header)))
    return bool(compile_filter(text).mask(columns, labels)[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp.options.mss_val == 1460", True),
        ("tcp.options.mss_val > 1460", False),
        ("tcp.options.wscale.shift == 7", True),
        ("tcp.options.timestamp.tsval == 7 and tcp.options.timestamp.tsecr == 0", True),
        ("tcp.options.sack", False),
        ("tcp.options.sack_perm and tcp.options.nop", True),
        ("tcp.option_kind == 2 and tcp.option_kind == 3", True),
        ("tcp.option_kind === 2", False),
        ("count(tcp.option_kind) == 5", True),
        ("all tcp.option_kind in {1..8}", True),
        ("all tcp.option_kind in {1..3}", False),
        ("tcp.option_len + tcp.option_kind == 18", True),
        ("max(tcp.option_kind) == 8 and min(tcp.option_kind) == 1", True),
        ("tcp.options[0:4] == 02:04:05:b4", True),
        ("tcp.options[-1] == 07", True),
        ("len(tcp.options) == 20", True),
        ("tcp.options contains 05:b4", True),
    ],
)
def test_options_are_read_one_by_one(text: str, *, expected: bool) -> None:
    assert passes(text, TCP) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("len(wlan.ssid) > 2", True), ("len(wlan.ssid) == 5", False), ("count(wlan.ssid) == 1", True)]
)
def test_functions_of_texts_in_parts_are_asked_of_each(text: str, *, expected: bool) -> None:
    beacon = bytes.fromhex("8000 0000 ffffffffffff 020000000001 020000000001 0000") + bytes(12) + b"\0\4home"
    columns, labels = Batches().batch(packet(1.0, ("wlan", beacon)))
    assert compile_filter(text).mask(columns, labels).tolist() == [expected]


def test_an_option_that_does_not_end_is_the_last() -> None:
    assert passes("count(tcp.option_kind) == 1", TCP[:20] + bytes([1, 2, 0, 0]) + bytes(16))


@pytest.mark.parametrize("name", [name for name, (part, *_) in parts().items() if part.of not in ROOTS])
@given(octets=st.binary(min_size=1, max_size=300), ends=st.lists(st.integers(0, 300), min_size=1, max_size=5))
def test_no_part_reaches_out_of_what_it_is_a_part_of(name: str, octets: bytes, ends: list[int]) -> None:
    buffer = np.frombuffer(octets, np.uint8)
    end = np.minimum(np.array(ends), len(octets))
    begin = end // 2
    for part in parts()[name]:
        found = within(part, buffer, HeaderPlace(np.arange(len(ends)), begin, end, np.empty(len(ends), "V0")))
        assert (found.offset >= begin[found.rows]).all()
        assert (found.offset <= found.end).all()
        assert (found.end <= end[found.rows]).all()
        assert np.bincount(found.rows, minlength=1).max() <= MOST_ITEMS


BEHIND: dict[str, list[Field]] = {}
for _field in fields().values():
    _header = next((spot.header for spot in _field.spots if spot.octets), "eth")
    if _header not in ("frame", "eth", "ip", "tcp", *parts()):
        BEHIND.setdefault(_header, []).append(_field)


@pytest.mark.parametrize("header", BEHIND)
@given(octets=st.binary(min_size=1, max_size=120))
def test_a_field_is_there_only_where_all_its_octets_are_the_packets_own(header: str, octets: bytes) -> None:
    columns, labels = Batches().batch(packet(1.0, eth(), ip(), (header, octets)), packet(1.0, eth()))
    reading = Reading(columns, labels)
    for field in BEHIND[header]:
        needed = min(spot.octets.offset + spot.octets.width for spot in field.spots if spot.octets)
        for one in (one for place in reading.occurrences(field) for one in place):
            is_there = np.ones(len(one.values), np.bool_) if one.is_there is None else one.is_there
            assert not is_there.any() or len(octets) >= needed, field.name


def test_a_row_with_a_number_of_a_width_that_none_has_is_told() -> None:
    with pytest.raises(ValueError, match="numbers have at most 8 octets, addresses 16, not 9"):
        width_of_number("9")
    with pytest.raises(ValueError, match="not 12"):
        read_given("tcp", "0:12:1..2")


@pytest.mark.parametrize(("width", "number"), [(1, 0x01), (3, 0x010203), (5, 0x0102030405), (7, 0x01020304050607)])
def test_numbers_may_have_any_width_up_to_eight_octets(width: int, number: int) -> None:
    assert numbers_at(np.arange(1, 33, dtype=np.uint8), np.array([0]), width).tolist() == [number]


def test_data_of_multipath_tcp_have_a_checksum_where_the_option_has_room_for_one() -> None:
    told = bytes((0x20, 0x05)) + bytes(14)
    options = [bytes((30, 20)) + told + b"\xab\xcd", bytes((30, 18)) + told + bytes(2)]
    assert passing("tcp.options.mptcp.checksum == 0xabcd", [Segment(1, options=one) for one in options]) == [True, False]
    assert passing("tcp.options.mptcp.checksum", [Segment(1, options=one) for one in options]) == [True, False]
