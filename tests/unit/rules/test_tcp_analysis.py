"""What TCP analysis calls segments: the plain cases, wherever batches are cut; that Wireshark agrees is held by the oracle test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.streams import ACK, FIN, PUSH, RST, SYN, Segment, passing

SCALE = bytes.fromhex("01030307")
SACK = bytes.fromhex("0101050a000004b000000514")
HANDSHAKE = (
    Segment(999, 0, flags=SYN, options=SCALE, at_ms=1),
    Segment(4999, 1000, flags=SYN | ACK, options=SCALE, comes_back=True, at_ms=30),
    Segment(1000, 5000, at_ms=40),
)


def test_an_answer_that_acknowledges_more_than_the_syn_accepts_its_data() -> None:
    opening = Segment(999, 0, b"x" * 10, flags=SYN)
    for acknowledged, expected in ((1000, []), (1010, [1])):
        answered = Segment(4999, acknowledged, flags=SYN | ACK, comes_back=True)
        assert [place for place, passed in enumerate(passing("tcp.analysis.tfo_ack", [opening, answered])) if passed] == expected


def sent(at: int, length: int = 100, **more: int) -> Segment:
    return replace(Segment(1000 + at, 5000, b"x" * length, PUSH | ACK, at_ms=100), **more)


def answer(at: int, **more: int | bytes) -> Segment:
    return replace(Segment(5000, 1000 + at, comes_back=True, at_ms=150), **more)


@pytest.mark.parametrize(
    ("text", "behind", "expected"),
    [
        ("tcp.analysis.flags", [sent(0), answer(100), sent(100)], []),
        ("tcp.analysis.retransmission", [sent(0), sent(100), sent(0, at_ms=900)], [2]),
        ("tcp.analysis.out_of_order", [sent(100), sent(0)], [1]),
        ("tcp.analysis.out_of_order", [sent(100), sent(0, at_ms=99)], []),
        ("tcp.analysis.retransmission", [sent(100), sent(0, at_ms=99)], [1]),
        ("tcp.analysis.lost_segment", [sent(0), sent(200)], [1]),
        ("tcp.analysis.ack_lost_segment", [sent(0), answer(200), answer(200)], [1]),
        ("tcp.analysis.duplicate_ack", [sent(0), answer(100), answer(100), answer(100)], [2, 3]),
        ("tcp.analysis.duplicate_ack_num == 2", [sent(0), answer(100), answer(100), answer(100)], [3]),
        (
            "tcp.analysis.fast_retransmission",
            [sent(0), sent(100), sent(200), answer(100), answer(100), answer(100), sent(100, at_ms=155)],
            [6],
        ),
        ("tcp.analysis.spurious_retransmission", [sent(0), answer(100), sent(0)], [2]),
        ("tcp.analysis.retransmission", [sent(0), answer(100), sent(0)], [2]),
        ("tcp.analysis.zero_window", [sent(0), answer(100, window=0)], [1]),
        ("tcp.analysis.zero_window_probe", [sent(0), answer(100, window=0), sent(100, 1)], [2]),
        ("tcp.analysis.window_update", [sent(0), answer(100), answer(100, window=2000)], [2]),
        ("tcp.analysis.window_full", [sent(0), answer(100, window=1), sent(100, 128)], [2]),
        ("tcp.analysis.keep_alive", [sent(0), answer(100), sent(99, 1), answer(100)], [2]),
        ("tcp.analysis.keep_alive_ack", [sent(0), answer(100), sent(99, 1), answer(100)], [3]),
        ("tcp.analysis.bytes_in_flight == 200", [sent(0), sent(100), answer(200), sent(200)], [1]),
        ("tcp.analysis.ack_rtt == 0.05", [sent(0), answer(100)], [1]),
        ("tcp.analysis.acks_frame == 4 and tcp.analysis.acks_frame == frame.number - 1", [sent(0), answer(100)], [1]),
        ("tcp.analysis.duplicate_ack_frame == 5", [sent(0), answer(100), answer(100), answer(100)], [2, 3]),
        ("tcp.analysis.rto == 0.8 and tcp.analysis.rto_frame == 4", [sent(0), sent(100), sent(0, at_ms=900)], [2]),
        ("tcp.analysis.rto", [sent(0), answer(100), sent(0)], []),
        ("tcp.options.sack_le == 201 and tcp.options.sack_re == 301", [sent(0), sent(200), answer(100, options=SACK)], [2]),
        ("tcp.options.sack_le < tcp.ack or count(tcp.options.sack_re) > 1", [sent(0), sent(200), answer(100, options=SACK)], []),
        ("tcp.analysis.reused_ports", [Segment(70_000, flags=SYN, at_ms=500)], [0]),
        ("tcp.seq == 1 and tcp.nxtseq == 101", [sent(0), answer(100)], [0]),
        ("tcp.ack == 101 and tcp.seq == 1", [sent(0), answer(100)], [1]),
        ("tcp.window_size == 128000 and tcp.window_size_scalefactor == 128", [sent(0)], [0]),
        ("tcp.time_delta == 0.06", [sent(0)], [0]),
        ("tcp.time_relative > 0.1", [sent(0), answer(100)], [1]),
        ("tcp.completeness == 15", [sent(0), answer(100), sent(100, 0, flags=FIN | ACK)], [1, 2]),
        ("tcp.completeness & 32", [answer(0, flags=RST), sent(0)], [1]),
    ],
)
def test_segments_are_called_what_wireshark_calls_them(text: str, behind: Sequence[Segment], expected: list[int]) -> None:
    passed = passing(text, [*HANDSHAKE, *behind])[len(HANDSHAKE) :]
    assert [place for place, is_passed in enumerate(passed) if is_passed] == expected


def test_the_handshake_tells_how_long_it_took() -> None:
    assert passing("tcp.analysis.initial_rtt == 0.039", [*HANDSHAKE, sent(0)]) == [False, False, True, True]


def test_without_a_handshake_nobody_knows_how_windows_are_scaled() -> None:
    assert passing("tcp.window_size_scalefactor == -1 and tcp.window_size == 1000 and tcp.seq == 1", [sent(0)]) == [True]


SEGMENTS = st.builds(
    Segment,
    st.sampled_from([999, 1000, 1050, 1100, 5000, 0, (1 << 32) - 1]),
    st.sampled_from([0, 999, 1000, 1100, 5000, 5100, (1 << 32) - 1]),
    st.sampled_from([b"", b"x", b"x" * 50, b"x" * 100]),
    st.sampled_from([SYN, SYN | ACK, ACK, FIN | ACK, RST, 0, 0xFF]),
    st.sampled_from([0, 1, 1000, 65535]),
    st.booleans(),
    st.sampled_from([b"", SCALE, b"\x05\x0a\x00\x00\x03\xe8\x00\x00\x04\x4c\x01\x01", b"\x03\x00\x05\xff", b"\x00\x00\x00\x00"]),
    st.integers(0, 3000),
)


@given(st.lists(SEGMENTS, min_size=1, max_size=12), st.lists(st.integers(0, 12), max_size=4))
def test_whatever_comes_it_makes_no_difference_where_batches_are_cut(segments: list[Segment], cuts: list[int]) -> None:
    text = "tcp.analysis.flags or tcp.seq > 100 or tcp.analysis.bytes_in_flight > 60 or tcp.window_size > 1000 or tcp.completeness > 20"
    assert passing(text, segments) == passing(text, segments, [min(cut, len(segments)) for cut in cuts])
