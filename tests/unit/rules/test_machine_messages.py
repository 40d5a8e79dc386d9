"""What tunnels, mobile networks and machines say: each filter holds for some of their messages, and nothing makes a reader fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.readers import lines_of
from tests.unit.identify.builder import udp
from tests.unit.rules.machine_messages import OF_TCP, OF_UDP, SECOND, TCP, UDP
from tests.unit.rules.streams import passing
from tests.unit.rules.test_databases import talk
from tests.unit.rules.test_messages import passes


@pytest.mark.parametrize(("port", "text"), [(port, text) for port, texts in OF_TCP.items() for text in texts])
def test_what_machines_say(port: int, text: str) -> None:
    assert any(passing(text, talk(port, TCP[port], first=True)))
    assert not all(passing(f"not ({text})", talk(port, TCP[port], first=True)))


@pytest.mark.parametrize(("port", "text"), [(port, text) for port, texts in OF_UDP.items() for text in texts])
def test_what_tunnels_say(port: int, text: str) -> None:
    assert any(passes(text, udp(octets, port, port)) for octets in UDP[port])


def test_messages_of_openvpn_over_tcp_stand_behind_their_lengths() -> None:
    octets = bytes((0, 5, 0x30)) + b"data" + bytes((0, 4, 0x48, 0, 0, 7))
    assert [(line.name, line.value) for line in lines_of("openvpn", octets) if line.name in ("plen", "opcode", "peerid")] == [
        *(("plen", 5), ("opcode", 6), ("plen", 4), ("opcode", 9), ("peerid", 7)),
    ]


@given(st.binary(max_size=200))
def test_whatever_is_carried_nothing_fails(octets: bytes) -> None:
    assert len(list(lines_of("isakmp", SECOND[:28] + octets))) < 800
    assert len(list(lines_of("isakmp", SECOND[:17] + b"\x10" + SECOND[18:28] + octets))) < 800
