"""Expert information against Wireshark's: of each thing that is counted, as many packets have it there, and the same one first."""

from __future__ import annotations

import shutil

import pytest

from sharky.app.expert import noted_in
from sharky.rules.filters.experts import experts
from tests.oracle.conftest import CAPTURES
from tests.oracle.filtered import passed_in_tshark

pytestmark = [
    pytest.mark.skipif(not CAPTURES.is_dir(), reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed"),
]


@pytest.mark.parametrize(
    "name", ["ndpi__anyconnect-vpn.pcap", "ndpi__6in4tunnel.pcap", "ndpi__netflix.pcap", "tcpdump__ipv6-routing-header.pcap"]
)
def test_as_many_packets_are_noted_as_in_tshark(name: str) -> None:
    theirs = passed_in_tshark(CAPTURES / name, [expert.filter for expert in experts()])
    ours = {one.filter: (one.packets, one.first) for one in noted_in(CAPTURES / name, print)}
    assert ours == {text: (len(numbers), min(numbers)) for text, numbers in theirs.items() if numbers}
