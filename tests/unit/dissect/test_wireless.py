"""802.11 frames, plain and behind radiotap: what is open is read, what is closed is data."""

from __future__ import annotations

import pytest

from tests.unit.dissect.builder import Packet, path, problem
from tests.unit.dissect.examples import FRAMES, SNAP, frame


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_shows_what_it_carries(kind: str) -> None:
    octets, expected = FRAMES[kind]
    assert path(Packet(octets, linktype=105)) == expected


@pytest.mark.parametrize("kind", FRAMES)
def test_the_headers_of_captures_stand_before_it(kind: str) -> None:
    octets, expected = FRAMES[kind]
    radiotap = b"\0\0\x09\0\2\0\0\0\0"
    assert path(Packet(radiotap + octets, linktype=127)) == f"radiotap:{expected}"
    assert path(Packet(b"\0\0\x08\0\x69\0\0\0" + octets, linktype=192)) == f"ppi:{expected}"
    assert path(Packet(b"\x44" + bytes(143) + octets, linktype=119)) == f"prism:{expected}"


def test_a_padded_header_is_told_by_radiotap_s_flags() -> None:
    padded = frame(0x88, 0x01, SNAP, more=4)
    with_time = b"\0\0\x19\0\3\0\0\x80" + bytes(4) + bytes(4) + bytes(8) + b"\x20"
    assert path(Packet(b"\0\0\x09\0\2\0\0\0\x20" + padded, linktype=127)) == "radiotap:wlan:llc:ip:udp"
    assert path(Packet(with_time + padded, linktype=127)) == "radiotap:wlan:llc:ip:udp"


@pytest.mark.parametrize("length", [0, 7, 200])
def test_a_header_that_lies_about_its_length_is_malformed(length: int) -> None:
    assert problem(Packet(bytes([0, 0, length, 0]) + bytes(60), linktype=127)) == ("malformed", 0)
