"""What the headers of a batch say, a column a field.

Rows are ordered by family, so that each family is one slice; `position` leads back to the order of capture.
Fields of headers are not copied out one by one: `headers` remembers where each header stands, and whoever wants
a field gathers it there. A packet with two IPv4 headers (a tunnel, an ICMP error that quotes a packet) has two
places under "ip", the outermost first, which is how Wireshark sees it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.names import Heard, NameTables
from sharky.model.packets import Octets, Offsets, PacketBatch
from sharky.model.protocols import Nodes, ProtocolTree

Rows = slice | NDArray[np.intp]
"""Which rows of a batch: a slice where they stand together, else their numbers in ascending order."""

RESET_CAUSE = "tcp reset cause"
"""Under which name `headers` has what segments carry that break a connection off: words, and nothing of a protocol."""


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """Where one kind of header stands in some of the packets.

    Attributes:
        rows: The rows that have this header here.
        offset: (len(rows),) int64, the header's first octet in the batch's buffer.
        end: (len(rows),) int64, the first octet behind what the layers below say belongs to it, cut at what was captured.
        octets: (len(rows),) records, the part of the header that has always the same length, contiguous.
    """

    rows: Rows
    offset: Offsets
    end: Offsets
    octets: NDArray[np.void]


@dataclass(slots=True)
class Columns:
    """A dissected batch of n packets.

    Attributes:
        buffer: uint8, the batch's octets (see `PacketBatch.buffer` for how long they are valid). Behind them may stand
            datagrams that came in fragments: the packet that made one whole has the headers and the payload there.
        tree: The tree to which the numbers in `path` belong.
        position: (n,) intp, each row's place in the batch as it was captured; `first_number + position` is the packet's number.
        first_number: Number of the batch's first packet.
        now_ns: The packet clock at the end of the batch.
        time_ns: (n,) int64, nanoseconds since 1970 in UTC.
        batch: What was dissected, whose packets stand in the order of capture; None where that is not known.
        offset: (n,) int64, where each packet begins in `buffer`.
        captured: (n,) int64, octets captured.
        wire_length: (n,) int64, octets on the wire.
        path: (n,) int32, node of the topmost layer that the headers name (layer 4 at most; layer 7 is in `Labels.path`).
        headers: For each protocol's short name the places where its header stands, outermost first.
        cut_headers: The same for headers of which not all was captured, or of which a quoted packet has not all: without `octets`.
        problem: (n,) uint8, a `PROBLEMS` index: 0 where all is well.
        stopped_at: (n,) int64, octet of the packet at which dissection stopped for that problem; 0 where all is well.
        transport: (n,) uint8, protocol number (IANA) of the innermost TCP, UDP or other layer 4; 0 where there is none.
        source_port, destination_port: (n,) uint16 in host order, of the innermost TCP, UDP or SCTP; 0 where there are none.
        flow_key: (n,) uint64, the same for both directions of a 5-tuple; 0 where there is no IP.
        is_forward: (n,) bool, whether the packet goes from the lower to the higher (address, port); so one flow has both.
        payload_offset: (n,) int64, first octet of what TCP or UDP carries.
        payload_length: (n,) int64, its length by the headers (not cut by snaplen, without Ethernet padding); 0 where none.
        payload_captured: (n,) int64, how much of it is in `buffer`.
    """

    buffer: Octets
    tree: ProtocolTree
    position: NDArray[np.intp]
    first_number: int
    now_ns: int
    time_ns: NDArray[np.int64]
    offset: Offsets
    captured: NDArray[np.int64]
    wire_length: NDArray[np.int64]
    path: Nodes
    problem: NDArray[np.uint8]
    stopped_at: NDArray[np.int64]
    transport: NDArray[np.uint8]
    source_port: NDArray[np.uint16]
    destination_port: NDArray[np.uint16]
    flow_key: NDArray[np.uint64]
    is_forward: NDArray[np.bool_]
    payload_offset: Offsets
    payload_length: NDArray[np.int64]
    payload_captured: NDArray[np.int64]
    headers: dict[str, list[HeaderPlace]] = field(default_factory=dict)
    cut_headers: dict[str, list[HeaderPlace]] = field(default_factory=dict)
    batch: PacketBatch | None = None

    def __len__(self) -> int:
        return len(self.offset)


PROBLEMS = ("", "truncated", "malformed", "unknown_linktype")
"""What can be wrong with a packet: its capture ended inside a header, a header contradicts itself, or its link type is not known."""


def explain_problem(problem: str, stopped_at: int) -> str:
    """Return in words what is wrong with a packet and where dissection stopped for it; empty where nothing is.

    >>> explain_problem("truncated", 34)
    'truncated, stopped at octet 34'
    """
    return f"{problem.replace('_', ' ')}, stopped at octet {stopped_at}" if problem else ""


def _nothing() -> NDArray[Any]:
    return np.empty(0, np.uint8)


@dataclass(slots=True)
class Labels:
    """What a batch's packets are and whose, beyond what their headers say; rows as in `Columns`.

    Only `path` and `flow` have to be given; of columns that are not, all rows are 0.

    Attributes:
        path: (n,) int32, node of the topmost layer, layer 7 included.
        flow: (n,) int64, the flow's number, counted from 1 in the order of first packets; 0 where there is no flow.
        heard: The names that packets carry, each with the row that carries it, in the order of capture.
        server: (n,) int32, the flow's server, an index in `names.servers`; from the packet on that told its name.
        service: (n,) int16, what the flow is for, an index in `names.services`.
        alone: Rows of packets whose service is their own, and not their flow's: what is looked for or announced in a multicast flow.
        category: (n,) uint8, of the service, an index in `CATEGORIES`.
        source_device, destination_device: (n,) int32, by the MAC addresses, an index in `names.faces`.
        direction: (n,) uint8, an index in `DIRECTIONS`.
        is_new_device: (n,) bool, whether the packet is the first of a device that the owner does not know.
        names: The tables to which the indices belong.
        first_ns: When the first packet of all came.
        before_ns: When the packet ahead of the batch came; ahead of the first batch `first_ns`.
    """

    path: Nodes
    flow: NDArray[np.int64]
    heard: Sequence[tuple[int, Heard]] = ()
    server: NDArray[np.int32] = field(default_factory=_nothing)
    service: NDArray[np.int16] = field(default_factory=_nothing)
    alone: Sequence[int] = ()
    category: NDArray[np.uint8] = field(default_factory=_nothing)
    source_device: NDArray[np.int32] = field(default_factory=_nothing)
    destination_device: NDArray[np.int32] = field(default_factory=_nothing)
    direction: NDArray[np.uint8] = field(default_factory=_nothing)
    is_new_device: NDArray[np.bool_] = field(default_factory=_nothing)
    names: NameTables = field(default_factory=NameTables)
    first_ns: int = 0
    before_ns: int = 0

    def __post_init__(self) -> None:
        count = len(self.path)
        for column, kind in MEANINGS.items():
            if len(getattr(self, column)) != count:
                setattr(self, column, np.zeros(count, kind))


MEANINGS = {
    "server": np.int32,
    "service": np.int16,
    "category": np.uint8,
    "source_device": np.int32,
    "destination_device": np.int32,
    "direction": np.uint8,
    "is_new_device": np.bool_,
}
"""The columns of `Labels` that need not be given, and their types."""
