"""What a batch has nothing of is not read; what filters say stays the same, whoever else is in the batch."""

from __future__ import annotations

import numpy as np
import pytest

from sharky.rules import compile_filter
from sharky.rules.filters.absence import headers_of
from sharky.rules.filters.fields import fields
from sharky.rules.filters.operations import Compares
from tests.unit.rules.builder import DNS_PACKET, Batches, packet
from tests.unit.rules.test_filters import CUT_SHORT, PING, QUOTED, SYN, TUNNEL, V6, WEB

PACKETS = (WEB, SYN, V6, TUNNEL, QUOTED, PING, CUT_SHORT, DNS_PACKET)
FILTERS = (
    "tcp.flags.syn == 1 and not tcp.flags.ack == 1",
    "icmp.type in {3, 8} or icmpv6.type == 135",
    "not (icmp or tcp.port == 443)",
    "tcp.port != 443 xor udp",
    "vlan.id == 7 or (arp and eth.dst == ff:ff:ff:ff:ff:ff)",
    "ip.addr != 192.168.1.5 and ip.ttl > 1",
    "dns.qry.name or mqtt.msgtype == 3",
    "frame.len > 10 and !arp.opcode",
)


@pytest.mark.parametrize("text", FILTERS)
def test_a_packet_passes_alone_as_it_does_beside_others(text: str) -> None:
    compiled = compile_filter(text)
    together = compiled.mask(*Batches().batch(*(packet(float(number), *layers) for number, layers in enumerate(PACKETS))))
    alone = [compiled.mask(*Batches().batch(packet(1.0, *layers)))[0] for layers in PACKETS]
    assert np.array_equal(together, alone)


@pytest.mark.parametrize(
    "name", ["frame.len", "tcp.len", "ip.host", "dns.qry.name", "radiotap.channel.freq", "data.len", "tcp.analysis.flags"]
)
def test_of_what_does_not_stand_in_headers_nothing_is_told(name: str) -> None:
    assert headers_of(Compares(fields()[name], "==", (1, 1))) == frozenset()
