"""What the statistics say: of a whole capture, and of the last minute.

Of conversations and endpoints there may be a hundred thousand: a named tuple is made in a fifth of a frozen dataclass's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Share(NamedTuple):
    """Packets and bytes of one thing.

    Attributes:
        name: A path of protocols, an address or a rule's name.
        packets, bytes: How many, and how many octets on the wire.
    """

    name: str
    packets: int
    bytes: int


class Conversation(NamedTuple):
    """Two addresses and all their packets, both ways.

    Attributes:
        a, b: The addresses as text; which is `a` never depends on the order of packets.
        packets_ab, bytes_ab: From a to b.
        packets_ba, bytes_ba: From b to a.
        a_port, b_port: The ports, where it is one of TCP or UDP.
    """

    a: str
    b: str
    packets_ab: int
    bytes_ab: int
    packets_ba: int
    bytes_ba: int
    a_port: int | None = None
    b_port: int | None = None


class Endpoint(NamedTuple):
    """One address, or one address and port, and all its packets.

    Attributes:
        address: As text.
        port: Where it is one of TCP or UDP.
        packets_sent, bytes_sent: How many it sent.
        packets_received, bytes_received: How many were sent to it.
    """

    address: str
    port: int | None
    packets_sent: int
    bytes_sent: int
    packets_received: int
    bytes_received: int


class MeaningShare(NamedTuple):
    """Packets and bytes of one service, device or the like.

    Attributes:
        name: What it is called; empty for all packets of which that is not known.
        packets, bytes: How many, and how many octets on the wire.
        mac: Of a device, its hardware address.
    """

    name: str
    packets: int
    bytes: int
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole capture, counted.

    Attributes:
        packets, bytes: How many, and how many octets on the wire.
        first_ns, last_ns: Earliest and latest packet time; 0 without packets.
        hierarchy: Each path of protocols with all packets that have it or go on from it, as Wireshark's protocol hierarchy.
        conversations: By the outermost IPv4 and by the outermost IPv6 addresses, most bytes first.
        endpoints: Addresses with what they sent and received, most bytes first.
        counters: What was truncated, malformed, damaged or not understood.
    """

    packets: int
    bytes: int
    first_ns: int
    last_ns: int
    hierarchy: tuple[Share, ...]
    conversations: Sequence[Conversation]
    endpoints: Sequence[Share]
    counters: dict[str, int]


@dataclass(frozen=True, slots=True)
class Talker:
    """An address and what it sent and received.

    Attributes:
        name: The address as text.
        packets, bytes: How many, and how many octets on the wire.
        called: What the device or the server there is called, fit to be shown; empty where nobody has said.
    """

    name: str
    packets: int
    bytes: int
    called: str = ""


@dataclass(frozen=True, slots=True)
class ServiceShare:
    """Packets and bytes of one service, such as "netflix".

    Attributes:
        name: The service.
        category: What it is for, such as "video".
        packets, bytes: How many, and how many octets on the wire.
    """

    name: str
    category: str
    packets: int
    bytes: int


@dataclass(frozen=True, slots=True)
class PresentDevice:
    """A device that was heard lately.

    Attributes:
        name, kind, vendor: As in `Face`; fit to be shown.
        last_ns: Packet time of what it sent last.
    """

    name: str
    kind: str
    vendor: str
    last_ns: int


@dataclass(frozen=True, slots=True)
class Present:
    """Who is here.

    Attributes:
        count: How many devices were heard in the last quarter of an hour.
        devices: Those of them that were heard last, in the order in which they were first seen.
    """

    count: int = 0
    devices: tuple[PresentDevice, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The last minute, for the page.

    Attributes:
        time_ns: Packet time of its end.
        span_ns: How much of it there is.
        packets_rate, bytes_rate: A second, over the last second.
        hierarchy: As in `Summary`, of the window.
        talkers: Addresses by bytes, most first, at most ten.
        services: Those that are known by bytes, most first, at most ten.
        present: Who is here.
        series: (packets, bytes) of each second, oldest first, for the plot.
        counters: As in `Summary`, since the beginning.
        total_packets, total_bytes: Since the beginning.
        hits: How often each rule matched, by its name, since the beginning.
        notes: What a person should know about what these packets do not show.
    """

    time_ns: int = 0
    span_ns: int = 0
    packets_rate: float = 0.0
    bytes_rate: float = 0.0
    hierarchy: tuple[Share, ...] = ()
    talkers: tuple[Talker, ...] = ()
    series: tuple[tuple[int, int], ...] = ()
    counters: dict[str, int] = field(default_factory=dict)
    total_packets: int = 0
    total_bytes: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    services: tuple[ServiceShare, ...] = ()
    present: Present = field(default_factory=Present)
