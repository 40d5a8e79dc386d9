"""TZSP over a real socket, and what is none."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.capture.tzsp import LONGEST_DATAGRAM, MOST_TAGS, Tzsp, unwrap
from sharky.model.errors import CaptureError
from sharky.model.packets import PacketBatch

HEAD = bytes([1, 0, 0, 1])
PACKET = bytes.fromhex("020000000002020000000001") + b"\x88\xb5" + bytes(46)
TICKS = 40
HOUR_NS = 3600 * 1_000_000_000
YEAR_NS = 365 * 24 * HOUR_NS


@pytest.fixture
def source() -> Iterator[Tzsp]:
    source = Tzsp(["127.0.0.1"], "127.0.0.1", 0)
    yield source
    source.close()
    assert not [batch for batch in source.batches() if len(batch)]


def send(source: Tzsp, *datagrams: bytes, sender: str = "127.0.0.1") -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((sender, 0))
        for datagram in datagrams:
            sock.sendto(datagram, ("127.0.0.1", source.port))


def next_packets(source: Tzsp) -> PacketBatch:
    for number, batch in enumerate(source.batches()):
        if len(batch):
            return batch
        assert number < TICKS
    raise AssertionError


def octets_of(batch: PacketBatch) -> list[bytes]:
    pairs = zip(batch.offset.tolist(), batch.captured.tolist(), strict=True)
    return [batch.buffer[begin : begin + length].tobytes() for begin, length in pairs]


def test_packets_come_out_as_they_went_in(source: Tzsp) -> None:
    wrapped = [
        HEAD + bytes([1]) + PACKET,
        HEAD + bytes([0, 0, 10, 1, 7, 41, 2, 5, 220, 1]) + PACKET,
        bytes([1, 1, 0, 18, 1]) + b"\x08\x02abc",
    ]
    send(source, *wrapped)
    batch = next_packets(source)
    assert octets_of(batch) == [PACKET, PACKET, b"\x08\x02abc"]
    assert batch.wire_length.tolist() == [60, 1500, 5]
    assert batch.linktype.tolist() == [1, 1, 105]
    assert sorted(batch.time_ns.tolist()) == batch.time_ns.tolist()
    assert batch.now_ns >= batch.time_ns[-1]


def test_who_is_not_listed_is_not_heard_but_counted(source: Tzsp) -> None:
    send(source, HEAD + bytes([1]) + PACKET, sender="127.0.0.2")
    send(source, HEAD + bytes([1]) + PACKET)
    assert len(next_packets(source)) == 1
    assert source.counters["from_strangers"] == 1
    assert "not listed" in source.notes()[0]


@pytest.mark.parametrize(
    "datagram",
    [b"", b"\x01", b"\x02\x00\x00\x01\x01x", HEAD, HEAD + b"\x29", HEAD + b"\x29\xff\x00", HEAD + bytes(900), b"\x01\x00\xff\xff\x01x"],
)
def test_what_is_no_tzsp_is_counted_and_the_next_one_read(source: Tzsp, datagram: bytes) -> None:
    send(source, datagram, HEAD + bytes([1]) + PACKET)
    assert octets_of(next_packets(source)) == [PACKET]
    assert source.counters["no_tzsp"] == 1


@pytest.mark.parametrize("datagram", [bytes([1, 4, 0, 0, 1]), HEAD + bytes([1])], ids=["keep-alive", "empty"])
def test_what_carries_no_packet_is_passed_over(source: Tzsp, datagram: bytes) -> None:
    send(source, datagram, HEAD + bytes([1]) + PACKET)
    assert octets_of(next_packets(source)) == [PACKET]
    assert not source.counters["no_tzsp"]


@pytest.mark.parametrize("tag", [b"\0", b"\x02\0", b"\0\x02\0"])
def test_a_datagram_of_nothing_but_tags_is_looked_through_by_no_more_than_senders_write(tag: bytes) -> None:
    datagram = Looked(HEAD + tag * (LONGEST_DATAGRAM // len(tag) - len(HEAD)))
    with pytest.raises(ValueError, match="tags without an end"):
        unwrap(datagram)
    assert datagram.looks < 4 * MOST_TAGS


class Looked(bytes):
    """Octets that count how often somebody looks."""

    looks = 0

    def __getitem__(self, place: object) -> Any:
        self.looks += 1
        return super().__getitem__(place)  # type: ignore[index]  # whatever bytes take


@given(st.binary(max_size=80))
def test_no_datagram_breaks_it(octets: bytes) -> None:
    try:
        carried = unwrap(b"\x01\x00\x00\x01" + octets)
    except ValueError:
        return
    assert carried is None or 5 <= carried.begin < 4 + len(octets)


def test_how_far_the_clock_was_set_is_told_once_and_that_it_was_set_back_is_said() -> None:
    shifts_ns = [0]
    source = Tzsp(["127.0.0.1"], "127.0.0.1", 0, wall_ns=lambda: time.time_ns() + shifts_ns[-1])
    batches = source.batches()
    leapt_ns = [next(batches).leapt_ns]
    for shift_ns in (YEAR_NS, YEAR_NS - 3 * HOUR_NS):
        shifts_ns.append(shift_ns)
        send(source, HEAD + bytes([1]) + PACKET)
        leapt_ns += [next(batches).leapt_ns for _ in range(2)]
    assert [round(each / HOUR_NS) for each in leapt_ns] == [0, YEAR_NS // HOUR_NS, 0, 0, 0]
    assert source.notes() == ("the clock was set back: times are 3:00:00 ahead until Sharky starts anew",)
    batches.close()


def test_a_clock_that_is_set_between_a_look_at_it_and_its_datagrams_leaves_their_order() -> None:
    times_ns = iter([10**18, 10**18, 10**18, 10**18 - 3 * HOUR_NS])
    source = Tzsp(["127.0.0.1"], "127.0.0.1", 0, wall_ns=lambda: next(times_ns, 10**18 - 3 * HOUR_NS))
    batches = source.batches()
    for _ in range(3):
        send(source, HEAD + bytes([1]) + PACKET)
        batch = next(batches)
    assert (source.counters["clock_set_back"], batch.now_ns // HOUR_NS) == (1, 10**18 // HOUR_NS)
    batches.close()


def test_a_port_that_is_taken_is_said(source: Tzsp) -> None:
    with pytest.raises(CaptureError, match="--tzsp-port"):
        Tzsp(["127.0.0.1"], "127.0.0.1", source.port)


def test_an_address_of_another_machine_is_said_and_no_other_port_is_offered() -> None:
    with pytest.raises(CaptureError, match="--tzsp-host") as refused:
        Tzsp(["127.0.0.1"], "192.0.2.1", 37008)
    assert "--tzsp-port" not in refused.value.problems[0].hint
