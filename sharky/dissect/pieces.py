"""What is shown of a fragment: as Wireshark does, nothing above IP until a piece makes its datagram whole.

Which piece that is only `Fragments` can tell, which remembers those of earlier batches; without it the last one is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.flows import note_ports
from sharky.dissect.fragments import Datagram, Key
from sharky.dissect.registry import NOTHING, Codes, code
from sharky.dissect.rows import Mask
from sharky.dissect.udp_tunnels import PORTS
from sharky.dissect.walk import DATA, MALFORMED, Joined, Walk
from sharky.model.columns import Rows
from sharky.model.packets import Offsets

WITH_PORTS = (6, 17, 33, 132, 136)
"""Protocols whose header begins with two ports: TCP, UDP, DCCP, SCTP, UDP-Lite."""

TCP, UDP = 6, 17
UDP_LENGTH = 8
LEAST_HEADER = {TCP: 20, UDP: UDP_LENGTH}
TUNNELS = frozenset(code(name) for name in ("ip", "ipv6", "gre", "etherip", "mpls", "ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ah"))
HEAD_OCTETS = 256
"""How much is kept of a datagram with a tunnel in it: more than any headers that are nested without ill will."""
TCP_LENGTH_PLACE = 12
"""Where TCP's header says how long it is, in its upper four bits and in units of four octets (RFC 9293 section 3.1)."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Which part of its datagram each packet has.

    Attributes:
        is_cut: (n,) whether some of it was not captured, or is not there at all.
        start: (n,) int64, its first octet.
        has_more: (n,) whether others come behind it.
        identification: (n,) what all parts of one datagram have in common.
    """

    is_cut: Mask
    start: NDArray[np.int64]
    has_more: Mask
    identification: NDArray[np.uint32]


def hold_back(walk: Walk, rows: Rows, behind: Offsets, codes: Codes, pieces: Pieces) -> Codes:
    """Return what comes next in fragments, and note of them what can be said.

    Args:
        walk: The batch.
        rows: Packets that are fragments.
        behind: Where their IP headers end.
        codes: What would come next if they were whole.
        pieces: Which part each has.
    """
    numbers = np.arange(len(walk.path))[rows]
    has_ports = (pieces.start == 0) & np.isin(walk.transport[numbers], WITH_PORTS)
    note_ports(walk, numbers[has_ports], behind[has_ports])
    pieces = replace(pieces, is_cut=pieces.is_cut | (codes == NOTHING))
    completes, is_named = _remember(walk, numbers, behind, codes, pieces)
    walk.name(numbers[is_named], codes[is_named])
    held: Codes = np.where(completes, NOTHING, DATA).astype(np.uint16)
    return held


def _remember(walk: Walk, rows: NDArray[np.intp], behind: Offsets, codes: Codes, pieces: Pieces) -> tuple[Mask, Mask]:
    """Note each fragment, in the order of capture; return which make their datagrams whole, and which of these hold no tunnel."""
    if walk.fragments is None:
        is_last = ~pieces.is_cut & ~pieces.has_more
        return is_last, is_last
    completes, is_plain = np.zeros((2, len(rows)), np.bool_)
    ends = (pieces.start + walk.reach[rows] - behind).tolist()
    starts, has_more, tos, begins = pieces.start.tolist(), pieces.has_more.tolist(), codes.tolist(), behind.tolist()
    transports, is_quoted = walk.transport[rows].tolist(), walk.is_quoted[rows].tolist()
    keys = list(_keys(walk, rows, pieces))
    for index in np.flatnonzero(~pieces.is_cut).tolist():
        row, start, transport = int(rows[index]), starts[index], transports[index]
        datagram = walk.fragments.add(keys[index], (start, ends[index]), has_more=has_more[index])
        if not is_quoted[index]:
            if transport in LEAST_HEADER and (datagram.ports is None or datagram.header < 0):
                _read_header(walk, row, begins[index], start, datagram)
            if tos[index] in TUNNELS or (transport == UDP and _is_tunnel(datagram)):
                _keep_head(walk, row, begins[index], start, datagram)
        if datagram.is_whole:
            completes[index] = True
            is_plain[index] = not datagram.tunnel
            if datagram.tunnel:
                walk.joined.append(Joined(row, tos[index], datagram.tunnel, datagram.size))
            else:
                _hand_over(walk, row, datagram)
    return completes, is_plain


def _is_tunnel(datagram: Datagram) -> bool:
    """Tell whether a datagram of UDP holds headers of another packet."""
    return datagram.ports is not None and any(PORTS[port] for port in datagram.ports)


def _keep_head(walk: Walk, row: int, behind: int, start: int, datagram: Datagram) -> None:
    """Keep what a piece adds to the beginning of its datagram."""
    known = len(datagram.tunnel)
    if start <= known < HEAD_OCTETS:
        end = min(behind - start + HEAD_OCTETS, int(walk.reach[row]))
        datagram.tunnel += walk.buffer[behind - start + known : end].tobytes()


def _read_header(walk: Walk, row: int, behind: int, start: int, datagram: Datagram) -> None:
    """Note what a piece says of the ports and of their header's length; where all of the header stands in it, take the payload's place."""
    end = min(int(walk.limit[row]), int(walk.reach[row]))
    length_at = behind + TCP_LENGTH_PLACE - start
    if walk.transport[row] == UDP:
        datagram.header = UDP_LENGTH
    elif behind <= length_at < end and datagram.header < 0:
        datagram.header = (int(walk.buffer[length_at]) >> 4) * 4
    if start == 0 and datagram.ports is None:
        datagram.ports = int(walk.source_port[row]), int(walk.destination_port[row])
        payload = behind + datagram.header
        if LEAST_HEADER[int(walk.transport[row])] <= datagram.header <= end - behind:
            walk.payload_offset[row], walk.payload_length[row] = payload, walk.reach[row] - payload
            walk.datagrams[row] = datagram.number


def _hand_over(walk: Walk, row: int, datagram: Datagram) -> None:
    """Give the piece that makes a datagram whole its ports and its payload's length but none of its octets; a header may lie."""
    if datagram.ports is None or walk.datagrams.get(row) == datagram.number:
        return
    if not LEAST_HEADER[int(walk.transport[row])] <= datagram.header <= datagram.size:
        walk.stop(np.array([row]), MALFORMED)
        return
    walk.source_port[row], walk.destination_port[row] = datagram.ports
    walk.payload_offset[row] = walk.limit[row]
    walk.payload_length[row] = datagram.size - datagram.header
    walk.datagrams[row] = datagram.number


def _keys(walk: Walk, rows: NDArray[np.intp], pieces: Pieces) -> Iterable[Key]:
    ends = (column[rows].tolist() for column in (walk.source_end, walk.destination_end, walk.transport))
    return zip(*ends, pieces.identification.tolist(), strict=True)
