"""Slices of headers and searching in packets, by packets with known octets."""

from __future__ import annotations

import numpy as np
import pytest

from sharky.model.columns import Labels
from sharky.model.errors import SettingsError
from sharky.rules import compile_filter
from tests.unit.dissect import builder as wire
from tests.unit.dissect.builder import columns
from tests.unit.rules.builder import Batches, Layer, eth, ip, packet, tcp

HUE: tuple[Layer, ...] = (eth(src="00:17:88:01:02:03", dst="01:00:5e:00:00:fb"), ip("192.168.1.5", ttl=64), tcp(50_000, 443, 0x12))


def passes(text: str, *packets: tuple[Layer, ...]) -> list[bool]:
    """Return which packets pass a filter."""
    batch, labels = Batches().batch(*(packet(1.0, *layers) for layers in packets))
    return [bool(passed) for passed in compile_filter(text).mask(batch, labels)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eth.src[0:3] == 00:17:88", True),
        ("eth.src[:3] == 00-17-88", True),
        ("eth.src[:3] > 00:17 and eth.src[:3] < 00:00:00:00", True),
        ("eth.src[:3] <= 00:17 or eth.src[:3] >= 00:00:00:00", False),
        ("eth > 01:00:5e:00:00:fb and eth <= 01:00:5e:00:00:fb:00:17:88:01:02:03:08:00", True),
        ("eth < ff:ff or eth >= 01:00:5e:00:00:fb:00:17:88:01:02:03:08:01", False),
        ("eth == 01:00:5e:00:00:fb:00:17:88:01:02:03:08:00", True),
        ("eth != 01:00:5e:00:00:fb:00:17:88:01:02:03:08:00", False),
        ("!tcp == 80 and any eth > 80 and all tcp > 80", True),
        ("eth in {80, 01:00:5e:00:00:fb:00:17:88:01:02:03:07:00..01:00:5e:00:00:fb:00:17:88:01:02:03:08:00}", True),
        ("eth not in {80..81:82} and not all eth in {80, 81}", True),
        ("all eth in {80, 81..82:" + ":".join(["00"] * 20) + "}", True),
        ("eth.src[0-2] == 00.17.88", True),
        ("eth.src[3:] == 01:02:03", True),
        ("eth.src[-2:] == 0203", True),
        ("eth.src[-1] == 3", True),
        ("eth.src[0:3] == 00:17:89", False),
        ("eth.src[0:3] == 00:17", False),
        ("eth.src[0:3] != 00:17", True),
        ("eth.addr[0:3] == 01:00:5e", True),
        ("eth.addr[0:3] != 01:00:5e", False),
        ("any eth.addr[0:3] != 01:00:5e", True),
        ("eth.dst[0] & 1", True),
        ("eth.src[0] & 1", False),
        ("eth.dst[0] & 1 == 1", True),
        ("ip.src[0:2] == c0:a8", True),
        ("ip[8] == 40", True),
        ("ip[8] < 0x41", True),
        ("ip[0x0] == 0x45", True),
        ("tcp[13] & 2", True),
        ("tcp[13] == 12", True),
        ("tcp[2:2] == 01:bb", True),
        ("eth.src[0x1] == 17", True),
        ("frame[12:2] == 08:00", True),
        ("frame[12:2] == 0800", True),
        ("frame[2000:2] == 00:00", False),
        ("eth.src[4:3] == 02:03:00", False),
        ("eth.src[6] == 00", False),
        ("udp[8:4] == 00:00:00:00", False),
        ("eth.src[0,5] == 00:03", True),
        ("eth.src[0:2,-1] == 00.17.3", True),
        ("frame[0:2,-1] == 01:00:00", True),
        ("frame[12-13,23] > 08:00:05", True),
        ("frame[0,2000] == 01:00", False),
        ("frame[0,1]", True),
        ("frame[-1:] == 00", True),
        ("frame[-2:2] < 00:01", True),
        ("frame[-60:2] == 00:00", False),
        ("tcp[13,0:2] == 12:c3:50", True),
        ("frame[2000:2] != 00:00", True),
        ("frame[2000:2] < 00:00", True),
        ("frame[2000:2] > 00:00", False),
        ("frame[2000:2] == frame[3000:2]", True),
        ("frame[0:2] > frame[3000:2]", True),
        ("frame[2000] & 01", False),
        ("frame[2000]", False),
        ("eth.src[6] != 00", True),
        ("eth.src[6] == eth.dst[7]", True),
        ("udp[0:2] != 00:00", False),
        ("frame[-60:4] == 00", False),
        ("frame[0,2000] != 00:00", True),
        ("frame[2000] & 01 == 00", False),
        ("frame[0,2000]", False),
        ("frame[53]", True),
        ("frame[54]", False),
        ("udp[0] == 00", False),
    ],
)
def test_a_slice_is_what_wireshark_slices(text: str, *, expected: bool) -> None:
    assert passes(text, HUE) == [expected]


@pytest.mark.parametrize(
    ("text", "greeting", "other"),
    [
        ('frame contains "GET"', True, False),
        ("frame contains 47:45:54", True, False),
        ("frame contains 474554", True, False),
        ('frame contains "get"', False, False),
        ('udp contains "HTTP"', True, False),
        ('eth contains "HTTP"', True, False),
        ('tcp contains "HTTP"', False, False),
        ("tcp contains 99:88:77", False, True),
        (r'tcp contains "\x99\x88\x77"', False, True),
        ("tcp contains 0b10011001", False, True),
        ("tcp contains 08:00:45", False, False),
        ("frame contains 08:00:45", True, True),
        ("frame contains 'G'", True, False),
        (r'frame contains "HTTP\xff"', False, False),
        ('not frame contains "GET"', False, True),
    ],
)
def test_octets_are_found_from_a_header_to_the_end_of_what_it_carries(text: str, *, greeting: bool, other: bool) -> None:
    batch = columns(
        wire.eth(0x0800, wire.ip(17, wire.udp(50_000, 50_001, b"GET / HTTP"))),
        wire.eth(0x0800, wire.ip(6, wire.tcp(50_000, 50_001, b"\x99\x88\x77"))),
    )
    passed = compile_filter(text).mask(batch, Labels(batch.path, np.zeros(2, np.int64)))
    assert [bool(passed[row]) for row in batch.position.argsort()] == [greeting, other]


@pytest.mark.parametrize(
    "text",
    [
        "eth.src[0:3] in {00:17:88}",
        "frame[0:4,4:5] == 00",
        "frame[0,] == 00",
        "frame[2-2] == 00",
        "frame[2-] == 00",
        "tcp.payload[0:,1] == 00",
    ],
)
def test_what_is_no_slice_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        compile_filter(text)


@pytest.mark.parametrize("text", ["tcp.port contains 1", 'ip.ttl matches "a"', "ip.src contains 1"])
def test_what_cannot_be_searched_is_refused_with_what_can(text: str) -> None:
    with pytest.raises(SettingsError, match="it searches names, texts, octets and protocols"):
        compile_filter(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("count(tcp.port) == 2", True), ("count(ip.src) > 1", False), ("count(udp.port) < 2", False), ("count(eth.addr) & 2", True)],
)
def test_a_field_is_counted_as_often_as_it_occurs(text: str, *, expected: bool) -> None:
    assert passes(text, HUE) == [expected]


def test_octets_are_not_found_across_two_packets() -> None:
    assert passes("frame contains 00:00:01:00:5e", HUE, HUE) == [False, False]


def test_a_batch_without_packets_has_no_octets() -> None:
    assert passes("frame contains 00") == []
