"""Filters against Wireshark's own by what stands behind what Ethernet frames carry: padding, trailers, and check sequences."""

from __future__ import annotations

import shutil
import struct
from itertools import product
from pathlib import Path

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.layers.vxlan import VXLAN
from scapy.utils import wrpcap

from sharky.app.cut import Cut, cut
from tests.oracle.filtered import passing

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

FILTERS = (
    "eth.padding",
    "eth.trailer",
    "vlan.trailer",
    "eth.fcs",
    "eth.fcs == 0xffffffff",
    'eth.fcs.status == "Unverified"',
    "len(eth.padding) == 14",
    "eth.trailer contains ff:ff",
    "eth.trailer[0:2] == ff:ff and not eth.padding",
    "eth.padding != 00:00:00:00:00:00",
    "vlan.trailer[0] == 00",
)
PORTS = {"sport": 4000, "dport": 4001}
CARRIED = (
    *(IP(src="10.0.0.1", dst="10.0.0.2") / UDP(**PORTS) / bytes(size) for size in (0, 4, 12, 40)),
    IPv6(src="fe80::1", dst="fe80::2") / UDP(**PORTS),
    Dot1Q(vlan=5) / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(**PORTS),
    Dot1Q(vlan=5) / Dot1Q(vlan=6) / ARP(),
    ARP(),
    IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=4789, dport=4789) / VXLAN(vni=1) / Ether() / IP(src="10.0.0.3") / UDP(**PORTS) / b"",
)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a capture of frames with all kinds of ends."""
    path = tmp_path_factory.mktemp("ends") / "ends.pcap"
    behind = [end[:size] for size in (0, 1, 2, 4, 6, 10, 14, 18, 22) for end in (bytes(22), b"\xff" * 22, bytes(2) + b"\xff" * 20)]
    wrpcap(str(path), [bytes(Ether(src="00:11:22:33:44:55", dst="00:22:33:44:55:66") / one) + end for one, end in product(CARRIED, behind)])
    return path


SAYS = 0x04000000
"""In the link type of a pcap file: its upper four bits count the pairs of octets of the check sequence."""

TOLD = {
    SAYS: ("eth.padding", "eth.trailer", "eth.trailer contains ff:ff", "len(eth.padding) == 14"),
    SAYS | 2 << 28: ("eth.padding", "eth.trailer", "eth.fcs", "eth.fcs == 0xffffffff", "eth.trailer contains ff:ff", "vlan.trailer"),
}
ADDRESSES = {"src": "00:11:22:33:44:55", "dst": "00:22:33:44:55:66"}
TOLD_FRAMES = (
    *(Ether(**ADDRESSES) / one for one in CARRIED if not one.haslayer(Dot1Q)),
    Ether(**ADDRESSES) / Dot1Q(vlan=5) / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(**PORTS) / bytes(40),
    *(Ether(**ADDRESSES, type=0x88B5) / (b"\x01" * size) for size in (3, 30, 80)),
)


@pytest.fixture(scope="module", params=[(says, cut) for says in TOLD for cut in (False, True)])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Make a capture that says how long the check sequence is, as Sharky cuts it or as it is."""
    says, is_cut = request.param
    path = tmp_path_factory.mktemp("told") / "told.pcap"
    behind = [end[:size] for size in (0, 2, 4, 6, 18, 22) for end in (bytes(22), b"\xff" * 22)]
    frames = [bytes(frame) + end for frame, end in product(TOLD_FRAMES, behind)]
    wrpcap(str(path), frames, linktype=1)
    octets = bytearray(path.read_bytes())
    octets[20:24] = struct.pack("<I", says | 1)
    path.write_bytes(octets)
    if not is_cut:
        return path, says
    cut([path], Cut(), path.with_suffix(".pcapng"), lambda _: None)
    return path.with_suffix(".pcapng"), says


def test_the_same_frames_pass_where_the_capture_tells_of_the_check_sequence(told: tuple[Path, int]) -> None:
    capture, says = told
    for text in TOLD[says]:
        ours, theirs = passing(text, TOLD[says], capture)
        assert ours == theirs, text


@pytest.mark.parametrize("text", FILTERS)
def test_the_same_frames_pass_as_in_tshark(capture: Path, text: str) -> None:
    ours, theirs = passing(text, FILTERS, capture)
    assert ours == theirs
