"""Fields of what routers and providers say to each other, in whole packets."""

from __future__ import annotations

from struct import pack

import pytest

from tests.unit.dissect.builder import eth, ip
from tests.unit.rules.test_links import passes


def value(code: int, data: bytes) -> bytes:
    """Return a value of Diameter (RFC 6733 section 4.1)."""
    return pack(">IB", code, 0x40) + (len(data) + 8).to_bytes(3) + data + bytes(-len(data) % 4)


VALUES = value(264, b"a.example") + value(268, pack(">I", 2001))
DIAMETER = b"\1" + (20 + len(VALUES)).to_bytes(3) + b"\x40" + (272).to_bytes(3) + pack(">III", 4, 1, 2) + VALUES
CHUNK = pack(">BBHIHHI", 0, 3, 16 + len(DIAMETER), 77, 1, 0, 46) + DIAMETER
OVER_SCTP = eth(0x0800, ip(132, pack(">HHII", 36412, 3868, 1, 0) + CHUNK))
PAP = eth(0x8864, pack(">BBHHH", 0x11, 0, 7, 17, 0xC023) + pack(">BBH", 1, 5, 15) + b"\5alice\4word")


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ("sctp.data_payload_proto_id == 46 and sctp.data_b_bit == 1 and sctp.data_u_bit == 0 and sctp.data_tsn_raw == 77", OVER_SCTP),
        ('diameter.Result-Code == 2001 and diameter.Origin-Host == "a.example" and count(diameter.avp.code) == 2', OVER_SCTP),
        ("diameter.cmd.code == 272 and diameter.flags.request == 0", OVER_SCTP),
        ('pap.peer_id == "alice" and pap.password == "word" and ppp.protocol == 0xc023', PAP),
    ],
)
def test_what_providers_say_is_asked_for(text: str, packet: bytes) -> None:
    assert passes(text, packet)


@pytest.mark.parametrize("captured", range(14, len(OVER_SCTP), 3))
def test_what_is_cut_holds_as_far_as_it_goes(captured: int) -> None:
    assert passes("sctp.data_payload_proto_id == 46", OVER_SCTP[:captured]) is (captured >= 62)
    assert passes("diameter.cmd.code == 272", OVER_SCTP[:captured]) is (captured >= 70)
