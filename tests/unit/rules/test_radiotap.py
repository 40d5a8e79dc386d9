"""Fields of radiotap and of 802.11, in packets put together by hand."""

from __future__ import annotations

from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.columns import HeaderPlace
from sharky.model.packets import PAD
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from sharky.rules.filters.radiotap import radiotap_places
from tests.unit.dissect.builder import Packet, batch

LINKTYPE_RADIOTAP = 127
TIME, FLAGS, RATE, CHANNEL, SIGNAL, ANTENNA, MORE = 1, 2, 4, 8, 0x20, 0x800, 1 << 31
ADDRESSES = bytes.fromhex("ffffffffffff 020000000001 020000000001 0000".replace(" ", ""))
BEACON = b"\x80\0\0\0" + ADDRESSES + pack("<QHH", 5, 100, 0x11) + b"\0\4home\1\2\x82\x84"
LEAVING = b"\xc0\0\0\0" + ADDRESSES + pack("<H", 7)
URGENT = b"\x88\x02\0\0" + ADDRESSES + pack("<H", 0x17)


def radiotap(present: int, fields: bytes, more: bytes = b"") -> bytes:
    return pack("<BBHI", 0, 0, 8 + len(more) + len(fields), present) + more + fields


HEARD = radiotap(TIME | FLAGS | RATE | CHANNEL | SIGNAL | ANTENNA, pack("<QBBHHbB", 9, 0, 2, 2437, 0xA0, -71, 1))


def passes(text: str, *packets: bytes) -> list[bool]:
    tree = ProtocolTree()
    columns = dissect(batch([Packet(one, linktype=LINKTYPE_RADIOTAP) for one in packets]), tree)
    mask = compile_filter(text).mask(columns, Identifier(tree).identify(columns))
    return [bool(mask[row]) for row in columns.position.argsort()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("radiotap.mactime == 9", [True, False]),
        ("radiotap.channel.freq == 2437 and wlan_radio.channel == 6", [True, False]),
        ("radiotap.channel.flags.2ghz == 1", [True, False]),
        ("radiotap.dbm_antsignal == -71", [True, False]),
        ("wlan_radio.signal_dbm > -75", [True, False]),
        ("radiotap.antenna == 1 and radiotap.flags.fcs == 0", [True, False]),
        ("wlan_radio.phy == 4 and wlan_radio.data_rate == 1 and radiotap.datarate == 1", [True, True]),
        ("wlan_radio.preamble == 192 and wlan_radio.short_preamble == 0", [True, False]),
        ("radiotap.present.rate == 1", [True, True]),
        ("radiotap.present.tsft == 1", [True, False]),
        ("wlan_radio", [True, True]),
        ('frame.protocols == "radiotap:wlan_radio:wlan"', [True, True]),
        ("wlan.fixed.timestamp == 5 and wlan.fixed.capabilities.ess == 1", [True, False]),
        ("wlan.fixed.reason_code == 7", [False, True]),
        ("wlan.supported_rates == 0x84 and wlan.tag", [True, False]),
    ],
)
def test_what_the_receiver_says_of_the_radio_is_read(text: str, expected: list[bool]) -> None:
    assert passes(text, HEARD + BEACON, radiotap(RATE, b"\2") + LEAVING) == expected


def test_fields_stand_behind_all_words_that_say_what_is_there() -> None:
    header = radiotap(FLAGS | RATE | MORE, b"\0\2", pack("<I", 0))
    assert passes("radiotap.flags == 0 and radiotap.present.ext == 1", header + LEAVING) == [True]
    assert passes("radiotap.flags", radiotap(FLAGS | MORE, b"\0", pack("<I", MORE) * 9) + LEAVING) == [False]


@pytest.mark.parametrize(("name", "bit"), [("non_greenfield", 0x08), ("bcc_fec", 0x10), ("no_stbc", 0x20), ("no_extension_streams", 0x40)])
def test_what_a_frame_of_802_11n_does_not_say_is_assumed(name: str, bit: int) -> None:
    frames = [radiotap(1 << 19, bytes((known, 0, 7))) + BEACON for known in (7, 7 | bit, 3, 1)]
    assert passes(f"wlan_radio.assumed.{name}", *frames) == [True, False, True, False]
    assert passes("_ws.expert.group == Assumption", *frames) == [True, True, True, False]


def test_what_a_frame_of_802_11b_does_not_say_of_its_preamble_is_assumed() -> None:
    frames = [radiotap(RATE, b"\2") + BEACON, radiotap(FLAGS | RATE, b"\0\2") + BEACON, radiotap(RATE, b"\x0c") + BEACON]
    assert passes("wlan_radio.assumed.short_preamble", *frames) == [True, False, False]


def test_quality_of_service_is_read() -> None:
    assert passes("wlan.qos.tid == 7 and wlan.qos.eosp == 1 and wlan.staa == ff:ff:ff:ff:ff:ff", HEARD + URGENT) == [True]


@given(octets=st.binary(min_size=8, max_size=80), ends=st.lists(st.integers(8, 80), min_size=1, max_size=4))
def test_no_field_reaches_out_of_its_header(octets: bytes, ends: list[int]) -> None:
    end = np.minimum(np.array(ends), len(octets))
    header = HeaderPlace(np.arange(len(ends)), np.zeros(len(ends), np.int64), end, np.empty(len(ends), "V8"))
    for place in radiotap_places(np.frombuffer(octets + bytes(PAD), np.uint8), header).values():
        assert (place.end <= end[place.rows]).all()


def test_the_checksum_stands_at_the_end_where_the_flags_say_so() -> None:
    checked, unchecked = (radiotap(FLAGS, bytes([flags])) + BEACON + bytes.fromhex("0312c6a7") for flags in (0x10, 0))
    assert passes("wlan.fcs == 0xa7c61203", checked, unchecked) == [True, False]
    assert passes("wlan.fcs", unchecked, radiotap(FLAGS, b"\x10")) == [False, False]
    assert passes('wlan.sa_resolved == "02:00:00:00:00:01"', checked) == [True]
