"""One packet in full, layer by layer, as scapy dissects it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from sharky.capture import open_captures
from sharky.dissect import dissect
from sharky.identify.text import printable
from sharky.model.columns import PROBLEMS, explain_problem
from sharky.model.errors import CaptureError, Problem
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree

LONGEST_LINE = 400
MOST_LINES = 2000
CONTRIBUTED = (
    "bfd bgp cdp chdlc coap dtp eigrp erspan etherip ethercat geneve gtp gtp_v2 isis lacp ldp lldp macsec modbus mpls mqtt nsh"
    " ospf pim pnio ppi_geotag ripng rsvp skinny slowprot tacacs tzsp vqp vtp wireguard"
)
"""Layers that scapy brings along but does not know until they are asked for."""


@dataclass(frozen=True, slots=True)
class OnePacket:
    """A packet taken out of its capture.

    Attributes:
        linktype: What its first layer is.
        length: Octets on the wire.
        octets: Those that were captured.
        trouble: What is wrong with it and where, in words; empty where nothing is.
    """

    linktype: int
    length: int
    octets: bytes
    trouble: str = ""


def packet_at(path: Path, number: int) -> OnePacket:
    """Return one packet of a capture.

    Raises:
        CaptureError: If the file cannot be read, or has no such packet.
    """
    packets = 0
    source = open_captures([path])
    for batch in source.batches():
        packets = batch.first_number + len(batch) - 1
        if batch.first_number <= number <= packets:
            source.close()
            return _take(batch, number - batch.first_number)
    damage = [Problem(f"{path.name} has no packet {number}", f"it has {packets:,}"), *source.problems]
    raise CaptureError(damage)


def _take(batch: PacketBatch, place: int) -> OnePacket:
    begin, captured = int(batch.offset[place]), int(batch.captured[place])
    linktypes = np.broadcast_to(batch.linktype, len(batch))
    octets = batch.buffer[begin : begin + captured].tobytes()
    return OnePacket(int(linktypes[place]), int(batch.wire_length[place]), octets, _trouble(batch, place))


def _trouble(batch: PacketBatch, place: int) -> str:
    columns = dissect(batch, ProtocolTree())
    (row,) = np.flatnonzero(columns.position == place)
    return explain_problem(PROBLEMS[columns.problem[row]], int(columns.stopped_at[row]))


def layers(packet: OnePacket) -> Iterator[str]:
    """Yield the lines that tell of each layer and its fields, safe to be printed."""
    _load_layers()
    from scapy.config import conf
    from scapy.packet import Raw

    first = conf.l2types.num2layer.get(packet.linktype, Raw)
    try:
        told = first(packet.octets).show(dump=True)
    except Exception as error:  # noqa: BLE001 - scapy's first layer raises whatever its parser of a broken packet comes upon
        yield f"scapy cannot dissect this packet: {printable(str(error), LONGEST_LINE)}"
        told = Raw(packet.octets).show(dump=True)
    lines = str(told).splitlines()
    yield from (printable(line, LONGEST_LINE) for line in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        yield f"and {len(lines) - MOST_LINES:,} lines more"


def _load_layers() -> None:
    """Let scapy know all layers that it has."""
    logging.getLogger("scapy").setLevel(logging.ERROR)
    for name in ("layers.all", "layers.http", "layers.tls.all", *(f"contrib.{name}" for name in CONTRIBUTED.split())):
        import_module(f"scapy.{name}")
