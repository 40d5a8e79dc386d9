"""Counting needs protocols and flows alone, and gets the same ones that everybody gets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharky.identify.identifier import Identifier
from sharky.identify.recogniser import Recogniser
from sharky.model.protocols import ProtocolTree
from tests.unit.identify.builder import Packet, columns, tcp, udp

HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(200)
STUN = bytes.fromhex("000100082112a442") + bytes(20)
JUNK = b"\x99\x88\x77\x66" * 8

PACKETS = st.builds(
    lambda make, payload, source, destination: make(payload, source, destination),
    st.sampled_from([tcp, udp]),
    st.sampled_from([b"", HELLO, STUN, JUNK]),
    st.integers(40_000, 40_003),
    st.sampled_from([53, 443, 50_000]),
)


@given(st.lists(st.lists(PACKETS, max_size=20), max_size=4))
def test_names_and_devices_change_no_protocol_and_no_flow(batches: list[list[Packet]]) -> None:
    tree = ProtocolTree()
    plain, full, first_number = Recogniser(tree, most_flows=8), Identifier(tree, most_flows=8), 1
    for packets in batches:
        batch = columns(tree, packets, first_number)
        first_number += len(packets)
        counted, told = plain.identify(batch), full.identify(batch)
        assert counted.path.tolist() == told.path.tolist()
        assert counted.flow.tolist() == told.flow.tolist()
