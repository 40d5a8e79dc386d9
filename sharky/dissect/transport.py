"""TCP (RFC 9293), UDP (RFC 768), and the others that begin with two ports: UDP-Lite, DCCP, SCTP."""

from __future__ import annotations

import numpy as np

from sharky.dissect.flows import note_ports
from sharky.dissect.registry import Layer, register
from sharky.dissect.rows import choose
from sharky.dissect.udp_tunnels import send_into_tunnels
from sharky.dissect.walk import DATA, MALFORMED, Found, Walk
from sharky.model.columns import RESET_CAUSE
from sharky.model.packets import Offsets

PORTS = [("source", ">u2"), ("destination", ">u2")]
TCP = np.dtype([*PORTS, ("sequence", ">u4"), ("acknowledgement", ">u4"), ("length", "u1"), ("flags", "u1"), ("rest", "u1", 6)])
UDP = np.dtype([*PORTS, ("length", ">u2"), ("checksum", ">u2")])
SCTP = np.dtype([*PORTS, ("tag", ">u4"), ("checksum", ">u4")])
DCCP = np.dtype([*PORTS, ("length", "u1"), ("rest", "u1", 7)])

RESET = 0x04


def salvage_ports(walk: Walk, cut: Found) -> None:
    """Note the ports of a header that is cut behind them, as every quoted one may be."""
    note_ports(walk, cut.rows, cut.offset)


def _set_ports(walk: Walk, found: Found) -> None:
    walk.source_port[found.rows] = found.fields["source"]
    walk.destination_port[found.rows] = found.fields["destination"]


def _set_payload(walk: Walk, found: Found, offset: Offsets) -> None:
    walk.payload_offset[found.rows] = offset
    walk.payload_length[found.rows] = np.maximum(walk.reach[found.rows] - offset, 0)


@register("tcp", TCP, Layer.TRANSPORT, salvage=salvage_ports)
def read_tcp(walk: Walk, found: Found) -> None:
    """Note ports and payload."""
    _set_ports(walk, found)
    length = (found.fields["length"] >> 4) << 2
    is_short = length < TCP.itemsize
    if is_short.any():
        walk.stop(choose(found.rows, is_short), MALFORMED)
        found, length = found.part(~is_short), length[~is_short]
    _set_payload(walk, found, found.offset + length)
    is_reset = (found.fields["flags"] & RESET != 0).nonzero()[0]
    if len(is_reset):
        _note_causes(walk, found.at(is_reset))


def _note_causes(walk: Walk, resets: Found) -> None:
    """Note what segments carry that break a connection off: in words why, and nothing for whom they are for (RFC 9293 section 3.5.3)."""
    behind = walk.payload_offset[resets.rows]
    walk.note(RESET_CAUSE, Found(resets.rows, behind, resets.fields).part(walk.payload_length[resets.rows] > 0))


@register("udp", UDP, Layer.TRANSPORT, salvage=salvage_ports)
def read_udp(walk: Walk, found: Found) -> None:
    """Note ports and payload; the length may be 0 only in a packet beyond 65,535 octets (RFC 2675)."""
    _set_ports(walk, found)
    length = found.fields["length"]
    is_short = length < UDP.itemsize
    if is_short.any():
        walk.stop(choose(found.rows, is_short), MALFORMED)
        found, length = found.part(~is_short), length[~is_short]
    walk.narrow(found.rows, found.offset + length)
    _set_payload(walk, found, found.offset + UDP.itemsize)
    send_into_tunnels(walk, found)


@register("udplite", UDP, Layer.TRANSPORT, salvage=salvage_ports)
def read_udp_lite(walk: Walk, found: Found) -> None:
    """Note ports and payload; its length field says how much is checked, not how much there is (RFC 3828)."""
    _set_ports(walk, found)
    _set_payload(walk, found, found.offset + UDP.itemsize)
    walk.send(found.rows, found.offset + UDP.itemsize, DATA)


@register("sctp", SCTP, Layer.TRANSPORT, salvage=salvage_ports)
def read_sctp(walk: Walk, found: Found) -> None:
    """Note ports; what is carried stands in chunks."""
    _set_ports(walk, found)


@register("dccp", DCCP, Layer.TRANSPORT, salvage=salvage_ports)
def read_dccp(walk: Walk, found: Found) -> None:
    """Note ports and payload, which stands behind a header whose length is counted in 4 octets (RFC 4340)."""
    _set_ports(walk, found)
    length = found.fields["length"].astype(np.int64) * 4
    is_short = length < DCCP.itemsize
    walk.stop(choose(found.rows, is_short), MALFORMED)
    found, length = found.part(~is_short), length[~is_short]
    _set_payload(walk, found, found.offset + length)
    walk.send(found.rows, found.offset + length, DATA)
