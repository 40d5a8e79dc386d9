"""Fields of headers of serial lines against Wireshark's: the same packets must pass."""

from __future__ import annotations

import shutil
from pathlib import Path
from struct import pack

import pytest
from scapy.layers.inet import IP, UDP

from tests.oracle.filtered import passing

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")

CARRIED = bytes(IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=4000, dport=4001) / b"shark")
FRAME_RELAY, CISCO, PPP = 107, 104, 9
ADDRESSES = (
    b"\x48\xe1",
    b"\x4a\xef",
    b"\x48\x20\x2f",
    b"\x48\x20\x2d",
    b"\x08\x20\x42\x8d",
    b"\x08\x20\x42\x8f",
    b"\x49",
)
PACKETS = {
    FRAME_RELAY: [address + b"\x03\xcc" + CARRIED for address in ADDRESSES],
    PPP: [head + CARRIED for head in (b"\xff\x03\0\x21", b"\xff\x03\x21", b"\xff\x04\0\x21", b"\0\x21", b"\x21")],
    CISCO: [address + b"\x00\x08\x00" + CARRIED for address in (b"\x0f", b"\x8f")],
}
FILTERS = {
    FRAME_RELAY: (
        "fr.first_addr_octet == 0x48",
        "fr.upper_dlci == 0x12 and fr.second_dlci == 14",
        "fr.second_addr_octet == 0xe1",
        "fr.cr == 1",
        "fr.ea == 1",
        "fr.fecn == 1 and fr.becn == 1 and fr.de == 1",
        "fr.first_addr_octet",
        "count(fr.ea) == 4",
        "fr.third_addr_octet == 0x42",
        "fr.third_dlci == 33",
        "fr.dc == 0",
        "fr.dc == 1",
        "fr.lower_dlci == 11",
        "fr.dlcore_control > 10",
        "fr.dlci == 302",
        "fr.dlci == 0",
        "fr.dlci == 18571",
        "fr.dlci == 280675",
        "fr.dlci in {4000..5000}",
        "fr.dlci == 290",
    ),
    PPP: (
        "ppp.address == 0xff",
        "ppp.control == 3",
        "ppp.control == 4",
        "ppp.protocol == 0x21",
        "ppp.protocol == 0x21 and not ppp.address",
    ),
    CISCO: ("chdlc.address == 0x8f", "chdlc.protocol == 0x0800 and chdlc.control == 0"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a capture of each kind of line."""
    folder = tmp_path_factory.mktemp("serial")
    for link, packets in PACKETS.items():
        records = (pack("<IIII", second, 0, len(packet), len(packet)) + packet for second, packet in enumerate(packets))
        (folder / f"{link}.pcap").write_bytes(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, link) + b"".join(records))
    return folder


@pytest.mark.parametrize(("link", "text"), [(link, text) for link, texts in FILTERS.items() for text in texts])
def test_a_field_of_a_serial_line_is_what_tshark_says(link: int, text: str, folder: Path) -> None:
    ours, theirs = passing(text, FILTERS[link], folder / f"{link}.pcap")
    assert ours == theirs
