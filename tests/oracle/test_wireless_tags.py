"""What beacons and requests of stations tell in tags, against Wireshark: each filter must let the same of some built packets pass."""

from __future__ import annotations

import shutil
from pathlib import Path
from struct import pack

import pytest

from sharky.rules.filters.fields import fields
from tests.oracle.filtered import passing

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")

VALUES = (
    "wlan.extcap == 0x81",
    "wlan.extcap.b62 == 1 and wlan.extcap.b79",
    "wlan.extcap.serv_int_granularity == 5",
    "wlan.wfa.ie.wme.acp.aci == 3 and wlan.wfa.ie.wme.acp.txop_limit == 94",
    "wlan.wfa.ie.wme.acp.cw.max == 15 and wlan.wfa.ie.wme.acp.cw.min == 7",
    "wlan.wfa.ie.wme.qos_info.ap.parameter_set_count == 5",
    "wlan.wfa.ie.wme.qos_info.sta.max_sp_length == 2",
    "wlan.ht.mcsset.rxbitmask.0to7 == 255 and wlan.ht.mcsset.highestdatarate == 300",
    "wlan.ht.info.ht_protection == 3 and wlan.ht.info.delim2 == 0x17",
    "wlan.txbf.csinumant == 2",
    "wlan.tim.partial_virtual_bitmap == 02:04",
    "wlan.wep.key == 2",
    "wlan.fixed.capabilities.short_slot_time == 1",
    "wlan.wfa.ie.wpa.type == 2 and wlan.wfa.ie.wpa.ucs == 0x0050f204 and wlan.wfa.ie.wpa.akms.count == 1",
    "wlan.rsn.pmkid.count == 1",
    'wlan.ccmp.extiv == "0x665544332211" and wlan.bssid',
    'wlan.tkip.extiv == "0x00000001000B" and wlan.qos',
    "wlan.fixed.ssc.sequence == 3 and wlan.ba.control.ba_type == 2",
    "wlan.ba.bm[0] == 0f",
    "wlan.fixed.baparams.buffersize == 64 and wlan.fixed.status_code == 37",
    "wlan.fixed.delba.param.tid == 1 and wlan.fixed.reason_code == 39",
    "wlan.fixed.dialog_token == 7",
    "wlan.fixed.capabilities.privacy == 1 and wlan.fc.type_subtype == 0",
    "wlan.wep.iv == 0x010203",
    "wlan.qos.amsdupresent or wlan.fc.type_subtype == 8",
    "wlan.supopeclass.current == 121 or wlan.bss_max_idle.period == 300",
)
TABLE = Path(__file__).parents[2] / "sharky/rules/filters/applications/wireless_tags.csv"
FILTERS = (*sorted(name for name in fields() if name.startswith("wlan.") and f"\n{name}," in TABLE.read_text("utf-8")), *VALUES)

AP, STATION = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
CAPABILITIES = bytes.fromhex("6f3d 03 ff000000 010000000000 2c01 05 000000") + bytes.fromhex("0304 55aa5501 15")
TAGS = (
    (0, b"shark"),
    (5, bytes.fromhex("01030102 04".replace(" ", ""))),
    (42, b"\x0c"),
    (45, CAPABILITIES),
    (48, bytes.fromhex("0100 000fac04 0100 000fac04 0100 000fac02 8c00 0100") + bytes(range(16))),
    (59, b"\x79\x51\x53"),
    (61, bytes.fromhex("2c0d 1700 4303") + CAPABILITIES[3:19]),
    (90, b"\x2c\x01\x01"),
    (127, bytes.fromhex("81 0204 0810 4b 01 4080 81")),
    (221, bytes.fromhex("0050f2020101 85 00 03a40000 27a40000 42435e00 62322f00")),
    (221, bytes.fromhex("00904c33") + CAPABILITIES),
    (221, bytes.fromhex("0050f201 0100 0050f202 0200 0050f204 0050f202 0100 0050f202")),
)
EXTENSIONS = next(tag for tag in TAGS if tag[0] == 127)
ASKED = (*TAGS[:1], TAGS[3], (221, bytes.fromhex("0050f2020001 4f")))


def frame(kind: int, flags: int, body: bytes) -> bytes:
    """Return a frame from the station to the access point."""
    return bytes([kind, flags, 0, 0]) + AP + STATION + AP + b"\x10\x00" + body


def tags(told: tuple[tuple[int, bytes], ...]) -> bytes:
    return b"".join(bytes([kind, len(value)]) + value for kind, value in told)


PACKETS = (
    *(frame(kind, 0, bytes(8) + b"\x64\x00\x21\xa4" + tags(TAGS)) for kind in (0x80, 0x50)),
    frame(0x40, 0, tags(ASKED)),
    frame(0x00, 0, b"\x31\x5c\x0a\x00" + tags(ASKED)),
    frame(0x10, 0, b"\x01\x04\x00\x00\x01\xc0" + tags(TAGS)),
    frame(0xB0, 0, b"\x00\x00\x01\x00\x00\x00" + tags((EXTENSIONS,))),
    frame(0xB0, 0, b"\x01\x00\x02\x00\x00\x00" + tags(((16, bytes(128)),))),
    *(frame(kind, 0x41, bytes(2 if kind & 0x80 else 0) + b"\x01\x02\x03\x80" + bytes(40)) for kind in (0x08, 0x88, 0x48)),
    *(frame(kind, 0x01, b"\x80\x00" + bytes(24 if kind == 0x88 else 0)) for kind in (0x88, 0xC8)),
    frame(0xD0, 0x40, b"\x01\x00\x00\x20" + bytes(24)),
    frame(0xD0, 0, bytes.fromhex("0300 07 0310 0500 1000")),
    frame(0xD0, 0, bytes.fromhex("0301 07 2500 0210 0500")),
    frame(0xD0, 0, bytes.fromhex("0302 0018 2700")),
    frame(0xD0, 0, bytes.fromhex("0701 03")),
    *(bytes([kind, 0, 0, 0]) + AP + STATION + bytes.fromhex("0410 3000") + b"\x0f" + bytes(7) for kind in (0x84, 0x94)),
    frame(0x08, 0x41, bytes.fromhex("11220020 33445566") + bytes(40)),
    frame(0x88, 0x41, bytes(2) + bytes.fromhex("00200b20 01000000") + bytes(40)),
)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a capture of all these packets."""
    path = tmp_path_factory.mktemp("wireless") / "tags.pcap"
    records = (pack("<IIII", second, 0, len(packet), len(packet)) + packet for second, packet in enumerate(PACKETS))
    path.write_bytes(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 105) + b"".join(records))
    return path


@pytest.mark.parametrize("text", FILTERS)
def test_tags_say_what_tshark_says(text: str, capture: Path) -> None:
    ours, theirs = passing(text, FILTERS, capture)
    assert ours == theirs
