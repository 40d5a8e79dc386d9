"""What stands beside IP in old and large networks: OSI with IS-IS (ISO/IEC 10589), and AppleTalk's DDP."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import Layer, code, load_codes, register
from sharky.dissect.serial import NLPIDS
from sharky.dissect.walk import Found, Walk

OSI = np.dtype([("nlpid", "u1")])
ISIS = np.dtype([("nlpid", "u1"), ("length", "u1"), ("version", "u1"), ("identifier", "u1"), ("type", "u1"), ("rest", "u1", 3)])
ISIS_TYPE = 0x1F
DDP = np.dtype([("length", ">u2"), ("checksum", ">u2"), ("addresses", "u1", 8), ("type", "u1")])
SHORT_DDP = np.dtype([("length", ">u2"), ("sockets", "u1", 2), ("type", "u1")])
DDP_LENGTH = 0x03FF

FIRST_OWN, LAST_OWN, INACTIVE, CALL_CONTROL = 0x81, 0x83, 0x00, 0x08
"""Identifiers of OSI's own protocols, whose headers begin with them, and of two that mean another thing here (ISO/IEC TR 9577)."""
OSI_CODE, CLNP = code("osi"), code("clnp:data")
OSI_NLPIDS = NLPIDS.copy()
OSI_NLPIDS[[INACTIVE, CALL_CONTROL]] = CLNP, code("q931")
ISIS_TYPES = load_codes("isis_types", 1 << 5, otherwise="")
DDP_TYPES = load_codes("ddp_types", 1 << 8)


@register("osi", OSI, Layer.SHIM)
def read_osi(walk: Walk, found: Found) -> None:
    """Go on by the identifier, which belongs to OSI's own headers and stands before all others."""
    nlpid = found.fields["nlpid"]
    is_own = (nlpid >= FIRST_OWN) & (nlpid <= LAST_OWN)
    walk.send(found.rows, found.offset + np.where(is_own, 0, OSI.itemsize), OSI_NLPIDS.take(nlpid))


@register("chdlc osi", OSI, Layer.SHIM, protocol="")
def read_padded(walk: Walk, found: Found) -> None:
    """Pass over the octet that Cisco HDLC has before OSI."""
    walk.send(found.rows, found.offset + OSI.itemsize, OSI_CODE)


@register("isis", ISIS, Layer.NETWORK)
def read_isis(walk: Walk, found: Found) -> None:
    """Name the kind of message."""
    walk.send(found.rows, found.offset + ISIS.itemsize, ISIS_TYPES.take(found.fields["type"] & ISIS_TYPE))


@register("ddp", DDP, Layer.NETWORK)
def read_ddp(walk: Walk, found: Found) -> None:
    """Go on by type, as far as the length says."""
    _read_ddp(walk, found)


@register("ddp short", SHORT_DDP, Layer.NETWORK, protocol="ddp")
def read_short_ddp(walk: Walk, found: Found) -> None:
    """Go on by type, behind the header that LocalTalk has within one network."""
    _read_ddp(walk, found)


def _read_ddp(walk: Walk, found: Found) -> None:
    size = found.fields.dtype.itemsize
    walk.narrow(found.rows, found.offset + np.maximum(found.fields["length"] & DDP_LENGTH, size))
    walk.send(found.rows, found.offset + size, DDP_TYPES.take(found.fields["type"]))
