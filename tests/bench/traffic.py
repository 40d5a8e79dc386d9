"""Plans the traffic of a busy house: which flow sends which packet when, of what size, and what it begins with.

Four flows in ten are TLS, as on a home network of today; flow lengths have a heavy tail, replies to a client are mostly full
segments that it acknowledges every other time. Everything is drawn from one seed, so the same plan comes out everywhere.
"""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int64]

TCP, UDP, ICMP, ARP = 6, 17, 1, 0
"""IANA protocol numbers; 0 stands for ARP."""

FULL_SEGMENT = 1448
"""Octets of TCP payload in 1514 octets of Ethernet with the timestamp option."""

LENGTH_SPREAD = 1.5
"""Standard deviation of the logarithm of flow lengths: one flow in thirty carries four packets in ten."""

SHAKE = 3
"""Packets of a TCP flow before its first payload."""


@dataclass(frozen=True)
class Kind:
    """One kind of flow.

    Attributes:
        share: Its part of all flows.
        transport: IANA protocol number.
        port: The server's.
        median: Packets of a usual flow.
        reply: Usual payload of a reply; requests carry a tenth of it, over TCP every second one is a bare acknowledgement.
        heads: How the payload of the first packets begins, by turns from client and server.
        later: How the payload of all others begins; empty where the heads come again and again.
        later_has_length: Whether `later` is followed by the length of the rest, as in a TLS record.
    """

    share: float
    transport: int
    port: int
    median: int
    reply: int
    heads: tuple[bytes, ...] = ()
    later: bytes = b""
    later_has_length: bool = False

    @property
    def silent(self) -> int:
        """Packets before the first payload."""
        return SHAKE if self.transport == TCP else 0


@dataclass(frozen=True)
class Plan:
    """Packets in the order of time; `flow` leads to the columns of flows."""

    flow: Column
    index: Column
    is_reply: NDArray[np.bool_]
    payload: Column
    sequence: Column
    acknowledged: Column
    time_ns: Column
    kind: Column
    client: Column
    server: Column
    client_port: Column
    is_ipv6: NDArray[np.bool_]
    has_vlan: NDArray[np.bool_]


def kinds() -> tuple[Kind, ...]:
    """Return the mix; hellos come from the TLS library itself."""
    dns = bytes.fromhex("1a2b01000001000000000000") + _name("www.example.org") + bytes.fromhex("00010001")
    answer = bytes.fromhex("1a2b81800001000100000000") + dns[12:] + bytes.fromhex("c00c000100010000003c0004c6336407")
    mdns = bytes.fromhex("000000000001000000000000") + _name("_ipp._tcp.local") + bytes.fromhex("000c0001")
    server_hello = (
        bytes.fromhex("16030300520200004e0303") + bytes(32) + bytes.fromhex("20") + bytes(32) + bytes.fromhex("1302000006002b00020304")
    )
    get = b"GET /index.html HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n"
    found = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<html>"
    quic = bytes.fromhex("c700000001088394c8f03e515708000044 9e")
    banner = b"SSH-2.0-OpenSSH_9.6\r\n"
    return (
        Kind(0.40, TCP, 443, 24, FULL_SEGMENT, (client_hello("www.example.org"), server_hello), b"\x17\x03\x03", True),
        Kind(0.06, TCP, 80, 16, FULL_SEGMENT, (get, found), b"<p>"),
        Kind(0.02, TCP, 22, 30, 120, (banner, banner), b"\x00\x00"),
        Kind(0.02, TCP, 1883, 20, 60, (bytes.fromhex("101000044d5154540402003c000473686172"), bytes.fromhex("20020000"))),
        Kind(0.05, TCP, 7681, 20, 700, (b"\x01\x02",), b"\x01\x02"),
        Kind(0.12, UDP, 443, 30, 1250, (quic, quic), b"\x41\x08"),
        Kind(0.20, UDP, 53, 2, 90, (dns, answer)),
        Kind(0.02, UDP, 5353, 2, 60, (mdns, mdns)),
        Kind(0.02, UDP, 123, 2, 48, (bytes.fromhex("230a06ec") + bytes(44), bytes.fromhex("240106e7") + bytes(44))),
        Kind(0.05, UDP, 27016, 40, 200, (b"\x01\x02",), b"\x01\x02"),
        Kind(0.02, ICMP, 0, 10, 56),
        Kind(0.02, ARP, 0, 2, 0),
    )


def client_hello(server_name: str) -> bytes:
    """Return the first octets that a TLS client of this machine sends."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=server_name)
    with contextlib.suppress(ssl.SSLWantReadError):
        connection.do_handshake()
    return outgoing.read()


def plan(packets: int, seed: int = 20240301) -> Plan:
    """Plan so many packets; a million of them make about 18 thousand flows."""
    random = np.random.default_rng(seed)
    mix = kinds()
    kind, lengths = _flows(random, mix, packets)
    flows = len(kind)
    flow = np.repeat(np.arange(flows), lengths)
    starts = np.cumsum(lengths) - lengths
    index = np.arange(len(flow)) - starts[flow]
    is_reply = _directions(random, mix, kind[flow], index)
    payload = _payloads(random, mix, kind[flow], index, is_reply)
    sequence, acknowledged = _sequence(payload, is_reply, flow, starts)
    pace = random.exponential(4e6, flows)
    time_ns = 1_709_317_211 * 10**9 + (random.uniform(0, 600e9, flows)[flow] + index * pace[flow]).astype(np.int64)
    order = np.argsort(time_ns, kind="stable")
    by_packet = (column[order] for column in (flow, index, is_reply, payload, sequence, acknowledged, time_ns))
    return Plan(
        *by_packet,
        kind=kind,
        client=random.integers(2, 60, flows),
        server=random.zipf(1.4, flows) % 20_000,
        client_port=random.integers(32_768, 61_000, flows),
        is_ipv6=(random.random(flows) < 0.3) & (np.array([each.transport for each in mix])[kind] != ARP),
        has_vlan=random.random(flows) < 0.05,
    )


def _flows(random: np.random.Generator, mix: tuple[Kind, ...], packets: int) -> tuple[Column, Column]:
    """Draw flows until there are enough packets; a few long flows carry most of them. Returns kind and length of each."""
    most = 16 + packets // 4
    kind = random.choice(len(mix), most, p=[each.share for each in mix])
    median = np.array([each.median for each in mix])[kind]
    lengths = np.where(median > 2, median * random.lognormal(0, LENGTH_SPREAD, most), median).astype(np.int64) + 1
    lengths = np.minimum(lengths, 1 + packets // 20)
    count = int(np.searchsorted(np.cumsum(lengths), packets)) + 1
    lengths[count - 1] -= int(lengths[:count].sum()) - packets
    return kind[:count], lengths[:count]


def _name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def _directions(random: np.random.Generator, mix: tuple[Kind, ...], kind: Column, index: Column) -> NDArray[np.bool_]:
    """Let the first packets alternate, then the server send two of three."""
    is_tcp = np.array([each.transport == TCP for each in mix])[kind]
    first = index < np.where(is_tcp, SHAKE + 4, 4)
    alternating = np.where(is_tcp & (index >= SHAKE), (index - SHAKE) % 2, index % 2) == 1
    return np.where(first, alternating, random.random(len(index)) < 2 / 3)


def _payloads(random: np.random.Generator, mix: tuple[Kind, ...], kind: Column, index: Column, is_reply: NDArray[np.bool_]) -> Column:
    """Draw the octets of payload; the first ones are as long as what they begin with."""
    usual = np.array([each.reply for each in mix])[kind]
    is_tcp = np.array([each.transport == TCP for each in mix])[kind]
    is_full = is_reply & (random.random(len(kind)) < 0.8)
    drawn = np.where(is_full, usual, (usual * random.random(len(kind)) * np.where(is_reply, 1, 0.2)).astype(np.int64))
    drawn[is_tcp & ~is_reply & (random.random(len(kind)) < 0.7)] = 0
    for number, each in enumerate(mix):
        drawn[(kind == number) & (index < each.silent)] = 0
        for place, head in enumerate(each.heads):
            drawn[(kind == number) & begins_with(each, place, index)] = (
                each.reply if each.later and len(head) < 30 < each.reply else len(head)
            )
    return np.minimum(drawn, FULL_SEGMENT)


def begins_with(kind: Kind, place: int, index: Column) -> NDArray[np.bool_]:
    """Tell which packets of a flow begin with the head at `place`."""
    turn = index - kind.silent
    return (turn == place) if kind.later else (turn >= 0) & (turn % len(kind.heads) == place)


def _sequence(payload: Column, is_reply: NDArray[np.bool_], flow: Column, starts: Column) -> tuple[Column, Column]:
    """Return what each side had sent before each packet: the sender's own, and the other's, which it acknowledges."""
    sent = []
    for is_sender in (~is_reply, is_reply):
        own = np.where(is_sender, payload, 0)
        before = np.cumsum(own) - own
        sent.append(before - before[starts[flow]])
    return np.where(is_reply, sent[1], sent[0]), np.where(is_reply, sent[0], sent[1])
