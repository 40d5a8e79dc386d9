"""Sifting finds the signature that holding each payload against each signature would."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sharky.identify.checks import CHECKS
from sharky.identify.matcher import NOTHING, Matcher
from sharky.identify.payloads import Payloads
from sharky.identify.signatures import Signature, signatures
from sharky.model.protocols import ProtocolTree
from tests.unit.identify.builder import Packet, columns, tcp, udp

MATCHER = Matcher(signatures())


def _fits(signature: Signature, packet: Packet, payloads: Payloads) -> bool:
    """Hold one payload against one signature."""
    window = payloads.window[0]
    value, mask = (np.frombuffer(octets, np.uint8) for octets in (signature.value, signature.mask))
    return (
        int(payloads.transport[0]) == signature.transport
        and (not signature.ports or bool({packet.source, packet.destination} & set(signature.ports)))
        and int(payloads.captured[0]) >= signature.captured
        and signature.least <= int(payloads.length[0]) <= signature.most
        and bool((window & mask == value).all())
        and (not signature.check or bool(CHECKS[signature.check](payloads)[0]))
    )


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    """Begin mostly as some signature wants it, with an octet that may spoil it."""
    signature = draw(st.sampled_from(signatures()))
    octets = bytearray(draw(st.sampled_from([signature.value[: signature.captured], b""])) + draw(st.binary(max_size=200)))
    if octets and draw(st.booleans()):
        octets[draw(st.integers(0, min(len(octets), 12) - 1))] = draw(st.integers(0, 255))
    ports = draw(st.permutations([draw(st.sampled_from(signature.ports or (4711,))), 50_000]))
    make = draw(st.sampled_from([tcp, udp]))
    return make(bytes(octets), *ports)


@given(st.lists(packets(), min_size=1, max_size=20))
def test_the_first_signature_that_fits_is_found(given_packets: list[Packet]) -> None:
    batch = columns(ProtocolTree(), given_packets)
    payloads = Payloads(batch, np.arange(len(batch)))
    for row, hit in enumerate(MATCHER.match(payloads).tolist()):
        one = payloads.take(np.array([row]))
        packet = given_packets[int(batch.position[row])]
        expected = [index for index, signature in enumerate(signatures()) if _fits(signature, packet, one)]
        assert hit == (expected[0] if expected else NOTHING)


def test_no_payloads_are_no_hits() -> None:
    batch = columns(ProtocolTree(), [tcp(b"")])
    assert len(MATCHER.match(Payloads(batch, np.empty(0, np.intp)))) == 0
