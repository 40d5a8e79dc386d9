"""One packet, layer by layer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.app.shipped import read_story
from sharky.app.show import OnePacket, layers, packet_at
from sharky.model.errors import CaptureError

ETHERNET = 1


def test_a_packet_is_told_layer_by_layer() -> None:
    packet = packet_at(read_story("intruder").capture, 1)
    told = "\n".join(layers(packet))
    assert packet.length >= len(packet.octets) > 0
    assert "###[ Ethernet ]###" in told


def test_a_number_beyond_the_last_is_said_so() -> None:
    with pytest.raises(CaptureError, match="has no packet 99999999"):
        packet_at(read_story("intruder").capture, 99_999_999)


@pytest.mark.parametrize(
    ("kind", "octets", "layer"),
    [
        ("8847", "0001014045000014" + "00" * 8 + "c0000201c6336407", "MPLS"),
        ("88cc", "0207040200000000010403050102060200780000", "LLDPDUTimeToLive"),
        ("8809", "01" * 60, "LACP"),
    ],
)
def test_layers_that_scapy_only_knows_on_demand_are_told_too(kind: str, octets: str, layer: str) -> None:
    frame = bytes.fromhex("0180c2000002020000000001") + bytes.fromhex(kind + octets)
    assert f"###[ {layer} ]###" in "\n".join(layers(OnePacket(ETHERNET, len(frame), frame)))


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=120), st.sampled_from([ETHERNET, 0, 101, 113, 147]))
def test_no_packet_is_too_strange_and_every_line_only_prints(octets: bytes, linktype: int) -> None:
    for line in layers(OnePacket(linktype, len(octets), octets)):
        assert line.isprintable()
