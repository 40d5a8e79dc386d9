"""What tunnels, mobile networks and machines say: each filter holds for some of their messages, and nothing makes a reader fail."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.modbus import Asked, read_answer, read_question
from sharky.rules.filters.applications.readers import lines_of
from sharky.rules.filters.applications.scan import CutOffError, Scan
from tests.unit.identify.builder import udp
from tests.unit.rules.dcerpc_messages import DCERPC, message
from tests.unit.rules.isakmp_messages import SECOND
from tests.unit.rules.machine_messages import OF_TCP, OF_UDP, TCP, UDP
from tests.unit.rules.streams import passing
from tests.unit.rules.test_databases import talk
from tests.unit.rules.test_messages import passes


@pytest.mark.parametrize(("port", "text"), [(port, text) for port, texts in OF_TCP.items() for text in texts])
def test_what_machines_say(port: int, text: str) -> None:
    assert any(passing(text, talk(port, TCP[port], first=True)))
    assert not all(passing(f"not ({text})", talk(port, TCP[port], first=True)))


@pytest.mark.parametrize("port", OF_TCP)
def test_it_makes_no_difference_where_batches_are_cut(port: int) -> None:
    segments = talk(port, TCP[port], first=True)
    for text in OF_TCP[port]:
        assert passing(text, segments, range(len(segments))) == passing(text, segments)


@pytest.mark.parametrize(("port", "text"), [(port, text) for port, texts in OF_UDP.items() for text in texts])
def test_what_tunnels_say(port: int, text: str) -> None:
    assert any(passes(text, udp(octets, port, port)) for octets in UDP[port])


def test_messages_of_openvpn_over_tcp_stand_behind_their_lengths() -> None:
    octets = bytes((0, 5, 0x30)) + b"data" + bytes((0, 4, 0x48, 0, 0, 7))
    assert [(line.name, line.value) for line in lines_of("openvpn", octets) if line.name in ("plen", "opcode", "peerid")] == [
        *(("plen", 5), ("opcode", 6), ("plen", 4), ("opcode", 9), ("peerid", 7)),
    ]


@given(st.sampled_from([b"\x10", b"\x20"]), st.integers(0, 60), st.binary(max_size=200))
def test_whatever_is_carried_nothing_fails(version: bytes, first: int, octets: bytes) -> None:
    head = SECOND[:16] + bytes([first]) + version + SECOND[18:24] + (28 + len(octets)).to_bytes(4)
    assert len(list(lines_of("isakmp", head + octets))) < 800


def test_associations_within_associations_are_read_only_so_deep() -> None:
    octets = b"".join(bytes((33, 0)) + size.to_bytes(2) for size in range(4000, 3, -4))
    head = SECOND[:24] + (28 + len(octets)).to_bytes(4)
    assert 0 < len(list(lines_of("isakmp", head + octets))) < 800


@given(st.integers(0, 255), st.binary(max_size=40))
def test_whatever_is_asked_of_a_machine_or_answered_nothing_fails(function: int, octets: bytes) -> None:
    for read in (read_question(function, Scan(octets)), read_answer(function, Scan(octets), None)):
        with suppress(CutOffError):
            assert all(line.name for line in read)


def test_of_answers_that_were_not_all_captured_what_there_is_is_told() -> None:
    reads = list(read_answer(3, Scan(bytes((4, 0, 7, 0))), Asked(1, 0, 100, 2)))
    assert [(line.name, line.value) for line in reads] == [("byte_cnt", 4), ("regnum16", 100), ("regval_uint16", 7)]


@given(st.sampled_from((0, 2, 3, 11, 14)), st.binary(max_size=80))
def test_whatever_is_called_nothing_fails(kind: int, octets: bytes) -> None:
    assert passing(
        "dcerpc.opnum or dcerpc.cn_bind_if_ver or dcerpc.ver == 5", talk(135, [*DCERPC[:2], [message(kind, octets, call=1)]], first=True)
    )
