"""Packets that a router sends in datagrams of TZSP, as MikroTik's sniffer does (Wireshark's packet-tzsp.c has the format).

Only what listed senders send is read: anybody may send datagrams.
"""

from __future__ import annotations

import errno
import select
import socket
import struct
import time
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import numpy as np

from sharky.capture.clock import SystemClock, moment
from sharky.capture.ringclock import PacketClock
from sharky.capture.ringpace import Pace
from sharky.model.clock import Clock
from sharky.model.counters import Counters, numbered
from sharky.model.errors import CaptureError, Problem
from sharky.model.packets import PAD, PacketBatch

PORT = 37008
VERSION = 1
RECEIVED, TRANSMITTED = 0, 1
"""Kinds of datagrams that carry a packet; others keep a connection alive, or configure one."""

PADDING, END, ORIGINAL_LENGTH = b"\0", b"\1", 41
LINKTYPES = {1: 1, 4: 9, 5: 10, 7: 101, 18: 105, 119: 119, 127: 163}
"""LINKTYPE_ of each kind of packet that is carried: Ethernet, PPP, FDDI, bare IP, 802.11, and with Prism's or AVS's header."""

SO_TIMESTAMPNS, SO_RXQ_OVFL = 35, 40
"""<asm-generic/socket.h>: when a datagram came, and how many were dropped before it."""

LONGEST_DATAGRAM = 65_535
MOST_TAGS = 64
"""Senders write about ten; tens of thousands fit into a datagram, and take milliseconds."""

MOST_DATAGRAMS = 4096
MOST_OCTETS = 8 << 20
"""Of one batch."""

BUFFER_OCTETS = 8 << 20
OCTETS_OF_ONE = 4096
"""That the kernel counts for a datagram which waits, with its own about it."""

TICK_NS = 50_000_000


class Carried(NamedTuple):
    """A packet in a datagram: its link type, where it begins, and its length on the wire."""

    linktype: int
    begin: int
    wire_length: int


def unwrap(datagram: bytes) -> Carried | None:
    """Return what a datagram carries; None where it carries no packet.

    Raises:
        ValueError: If it is no TZSP, or carries what nobody knows.

    >>> unwrap(bytes([1, 0, 0, 1, 0, 41, 2, 5, 220, 1]) + b"an Ethernet packet")
    Carried(linktype=1, begin=10, wire_length=1500)
    """
    if len(datagram) < 4 or datagram[0] != VERSION:
        raise ValueError("no TZSP")
    if datagram[1] not in (RECEIVED, TRANSMITTED):
        return None
    linktype = LINKTYPES.get(int.from_bytes(datagram[2:4], "big"))
    if linktype is None:
        raise ValueError("unknown kind of packet")
    begin, original = _tags(datagram)
    captured = len(datagram) - begin
    return Carried(linktype, begin, max(original, captured)) if captured else None


def _tags(datagram: bytes) -> tuple[int, int]:
    """Return where the packet begins, and its length on the wire, 0 where that is not said."""
    at, original = 4, 0
    for _ in range(MOST_TAGS):
        at = len(datagram) - len(datagram[at:].lstrip(PADDING))
        if datagram[at : at + 1] == END:
            return at + 1, original
        if at + 2 > len(datagram):
            break
        tag, length = datagram[at : at + 2]
        if tag == ORIGINAL_LENGTH and length == 2:
            original = int.from_bytes(datagram[at + 2 : at + 4], "big")
        at += 2 + length
    raise ValueError("tags without an end")


class Tzsp:
    """What listed senders send.

    Attributes:
        counters: `from_strangers`: datagrams of others; `no_tzsp`: what listed senders sent and is none; `dropped`: datagrams that
            the kernel had no room for; `clock_set_back`.
    """

    def __init__(
        self,
        senders: Collection[str],
        host: str = "0.0.0.0",  # noqa: S104 - who is heard is told by `senders`
        port: int = PORT,
        *,
        clock: Clock | None = None,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        """Listen.

        Args:
            senders: IPv4 addresses of those that are heard.
            host: Address of this machine at which to listen.
            port: UDP port; 0 for any that is free.
            clock: Paces the reading.
            wall_ns: Tells the time of day.

        Raises:
            CaptureError: If the port is taken, or no address of this machine is named.
        """
        self.counters = Counters()
        self._senders = frozenset(senders)
        self._clock, self._wall_ns = clock or SystemClock(), wall_ns
        self._time = PacketClock()
        self._now_ns, self._number, self._dropped = 0, 1, 0
        self._tick_due_ns = self._clock.now_ns()
        self._is_closed = False
        self._socket = _open_socket(host, port)
        self._pace = Pace(self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // OCTETS_OF_ONE)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)

    @property
    def port(self) -> int:
        """The port."""
        return int(self._socket.getsockname()[1])

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know about what is not seen."""
        dropped, strangers = self.counters["dropped"], self.counters["from_strangers"]
        sampled = f"the kernel had to drop {numbered(dropped, 'datagrams')}: the statistics are those of a sample" if dropped else ""
        unheard = f"{strangers:,} datagrams came from machines that are not listed, and were not read" if strangers else ""
        return tuple(note for note in (sampled, unheard, self._time.note()) if note)

    def close(self) -> None:
        """Stop listening; `batches` ends within the time of a tick."""
        self._is_closed = True

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out packets as they come, and ticks between them (see `PacketSource`)."""
        with self._socket:
            while not self._is_closed:
                batch = self._look()
                if batch is not None:
                    self._number += len(batch)
                    self._tick_due_ns = self._clock.now_ns() + TICK_NS
                    yield batch

    def _look(self) -> PacketBatch | None:
        self._clock.sleep_until(self._pace.due_ns(self._clock.now_ns()))
        steady_ns = self._clock.now_ns()
        now_ns = self._time.look(*moment(self._wall_ns, self._clock.now_ns))
        packets, stamps, is_empty = self._take()
        self._time.notice(*moment(self._wall_ns, self._clock.now_ns))
        self.counters["clock_set_back"] = self._time.set_back
        self._pace.looked(len(packets), steady_ns, is_empty=is_empty)
        if packets:
            return self._batch(packets, stamps)
        if steady_ns >= self._tick_due_ns:
            self._now_ns = max(self._now_ns, now_ns)
            return PacketBatch.tick(self._now_ns, self._number, self._time.news_ns())
        self._poll.poll(max(1, (self._tick_due_ns - steady_ns) // 1_000_000))
        self._pace.rested(self._clock.now_ns())
        return None

    def _take(self) -> tuple[list[tuple[Carried, bytes]], list[int], bool]:
        """Return the packets that have come, when each did, and whether those are all."""
        packets, stamps, octets = list[tuple[Carried, bytes]](), list[int](), 0
        room = socket.CMSG_SPACE(16) + socket.CMSG_SPACE(4)
        for _ in range(MOST_DATAGRAMS):
            try:
                datagram, ancillary, _, sender = self._socket.recvmsg(LONGEST_DATAGRAM, room)
            except (BlockingIOError, InterruptedError):
                return packets, stamps, True
            stamp = self._read_ancillary(ancillary)
            carried = self._unwrap(datagram, sender[0])
            if carried is not None:
                packets.append((carried, datagram[carried.begin :]))
                stamps.append(stamp)
            octets += len(datagram)
            if octets > MOST_OCTETS:
                break
        return packets, stamps, False

    def _unwrap(self, datagram: bytes, sender: str) -> Carried | None:
        if sender not in self._senders:
            self.counters["from_strangers"] += 1
            return None
        try:
            return unwrap(datagram)
        except ValueError:
            self.counters["no_tzsp"] += 1
            return None

    def _read_ancillary(self, ancillary: list[tuple[int, int, bytes]]) -> int:
        """Return when the datagram came; count what was dropped before it."""
        stamp = self._time.now_ns
        for _, kind, octets in ancillary:
            if kind == SO_TIMESTAMPNS:
                seconds, rest = struct.unpack("qq", octets)
                stamp = seconds * 1_000_000_000 + rest
            elif kind == SO_RXQ_OVFL:
                dropped = int(struct.unpack("I", octets)[0])
                self.counters["dropped"] += (dropped - self._dropped) % (1 << 32)
                self._dropped = dropped
        return stamp

    def _batch(self, packets: list[tuple[Carried, bytes]], stamps: list[int]) -> PacketBatch:
        buffer = np.frombuffer(b"".join(octets for _, octets in packets) + bytes(PAD), np.uint8)
        captured = np.array([len(octets) for _, octets in packets], np.int64)
        time_ns = self._time.times(np.array(stamps, np.int64))
        self._now_ns = max(self._now_ns, int(time_ns.max()), self._time.now_ns)
        return PacketBatch(
            buffer,
            np.cumsum(captured) - captured,
            captured,
            np.array([carried.wire_length for carried, _ in packets], np.int64),
            time_ns,
            np.array([carried.linktype for carried, _ in packets], np.uint16),
            np.zeros(len(packets), np.uint16),
            self._number,
            self._now_ns,
            self._time.news_ns(),
        )


def _open_socket(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        sock.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_OCTETS)
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise CaptureError(_refusal(host, port, error)) from error
    return sock


def _refusal(host: str, port: int, error: OSError) -> Problem:
    trouble = f"cannot listen on UDP port {port} of {host}: {(error.strerror or str(error)).lower()}"
    if error.errno == errno.EADDRINUSE:
        return Problem(trouble, f"end what listens there, or name another: --tzsp-port {port + 1 if port < 65535 else 37008}")
    if error.errno == errno.EACCES:
        return Problem(trouble, "name one above 1023: --tzsp-port 37008")
    return Problem(trouble, "name an IPv4 address of this machine: --tzsp-host 0.0.0.0")
