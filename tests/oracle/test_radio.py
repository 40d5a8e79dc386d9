"""How frames of 802.11 were sent, against Wireshark: each filter must let the same of some built packets pass."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from struct import pack

import pytest

from tests.oracle.filtered import passing

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")

FILTERS = (
    *(f"wlan_radio.phy == {version}" for version in (1, 3, 4, 5, 6, 7, 8)),
    'wlan_radio.phy == "802.11g (ERP)"',
    *(f"wlan_radio.data_rate {text}" for text in ("== 1", "== 5.5", "< 6", "== 65", "== 150", "> 72", "in {6, 54}")),
    *(f"radiotap.datarate {text}" for text in ("== 1", "> 60", "== 6.5", "== 3")),
    *(f"wlan_radio.preamble == {length}" for length in (192, 96, 20, 36, 40, 48, 28)),
    "wlan_radio.short_preamble == 0",
    "wlan_radio.short_preamble == 1",
    *(f"wlan_radio.assumed.{what}" for what in ("short_preamble", "non_greenfield", "bcc_fec", "no_stbc", "no_extension_streams")),
)

BEACON = bytes.fromhex("8000 0000 ffffffffffff 020000000001 020000000001 0000") + bytes(60)
FLAGS, RATE, CHANNEL, MCS, VHT = (1 << bit for bit in (1, 2, 3, 19, 21))
KINDS = (0x80, 0xA0, 0xC0, 0x480, 0x140, 0x100, 0x150, 0xD0, 0x880, 0x40, 0x2480, 0x4140, 0)
RATES = (2, 4, 11, 22, 44, 12, 108)
BY_INDEX = (
    *((7, how, index) for how in (0, 1, 4, 5) for index in range(33)),
    *((2, 0, 7), (3, 1, 7), (6, 4, 7), (5, 0, 7), (0x0F, 8, 7), (0x27, 0x20, 7), (0x27, 0x60, 7), (0x47, 0x80, 7)),
)
"""Which fields of the MCS are known, what they say, and the index."""


def radiotap(present: int, fields: bytes) -> bytes:
    return pack("<BBHI", 0, 0, 8 + len(fields), present) + fields + BEACON


def packets() -> Iterator[bytes]:
    """Yield frames of all kinds of channels, and of none."""
    for kind, rate, flags in product(KINDS, RATES, (0, 2)):
        yield radiotap(FLAGS | RATE | CHANNEL, pack("<BBHH", flags, rate, 5180 if kind & 0x100 else 2412, kind))
    for rate in RATES:
        yield radiotap(RATE, bytes([rate]))
        yield radiotap(FLAGS | RATE, bytes([2, rate]))
    yield radiotap(FLAGS | CHANNEL, pack("<BxHH", 0, 2412, 0xA0))
    for mcs in BY_INDEX:
        yield radiotap(FLAGS | CHANNEL | MCS, pack("<BxHH", 0, 2412, 0x480) + bytes(mcs))
    yield radiotap(FLAGS | RATE | CHANNEL | MCS, pack("<BBHHBBB", 0, 12, 2412, 0x480, 7, 0, 7))
    yield radiotap(FLAGS | CHANNEL | VHT, pack("<BxHHHBB", 0, 5180, 0x140, 0x44, 0, 0) + bytes(8))


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a capture of all these packets."""
    path = tmp_path_factory.mktemp("radio") / "radio.pcap"
    records = (pack("<IIII", second, 0, len(packet), len(packet)) + packet for second, packet in enumerate(packets()))
    path.write_bytes(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 127) + b"".join(records))
    return path


@pytest.mark.parametrize("text", FILTERS)
def test_frames_were_sent_as_tshark_says(text: str, capture: Path) -> None:
    ours, theirs = passing(text, FILTERS, capture)
    assert ours == theirs
