"""MACsec (IEEE 802.1AE), Arista's time stamps, and networks before IP was everywhere: IPX, ARCNET (RFC 1201), classical IP over ATM."""

from __future__ import annotations

import numpy as np

from sharky.dissect.ethernet import ETHERTYPES
from sharky.dissect.registry import NOTHING, Layer, code, load_codes, register
from sharky.dissect.walk import DATA, Found, Walk

MACSEC = np.dtype([("control", "u1"), ("length", "u1"), ("number", ">u4")])
MACSEC_CONTROL = np.dtype([("control", "u1")])
HAS_CHANNEL, CHANNEL_SIZE, IS_ENCRYPTED, IS_CHANGED = 0x20, 8, 0x08, 0x04
CHECK_SIZE = 16
"""The check value behind the user's data in the default cipher suites (IEEE 802.1AE section 14)."""
TYPE = np.dtype([("type", ">u2")])

IPX = np.dtype(
    [
        ("checksum", ">u2"),
        ("length", ">u2"),
        ("hops", "u1"),
        ("kind", "u1"),
        ("destination", "u1", 10),
        ("destination_socket", ">u2"),
        ("source", "u1", 10),
        ("source_socket", ">u2"),
    ]
)
IPX_SOCKETS, IPX_KINDS = load_codes("ipx_sockets", 1 << 16, otherwise=""), load_codes("ipx_kinds", 1 << 8)
NAME_QUERY = 0x0551
"""The socket that means more than any lower one: Windows asks for names from the one where it answers with SMB."""

AVSP = np.dtype([("subtype", ">u2"), ("version", ">u2")])
AVSP_TIME = 1
AVSP_SIZES = np.zeros(0x122, np.int64)
AVSP_SIZES[[0x10, 0x110]], AVSP_SIZES[[0x20, 0x120]] = 12, 10
"""Octets up to and with the time: 64 bits of it, or 48, in TAI or UTC; 0 for versions that nobody knows."""

ARCNET = np.dtype([("source", "u1"), ("destination", "u1"), ("protocol", "u1")])
ARCNET_LINUX = np.dtype([("source", "u1"), ("destination", "u1"), ("offset", ">u2"), ("protocol", "u1")])
ARCNET_PROTOCOLS = load_codes("arcnet_protocols", 1 << 8)
WITHOUT_FRAGMENTS = (128, 205, 240, 241)
"""Diagnoses, BACnet, and protocols of RFC 1051, which know no fragments; those of RFC 1201 have a flag and a sequence number."""
FRAGMENT_SIZE, EXCEPTION, EXCEPTION_SIZE = 3, 0xFF, 4
FLAG = np.dtype([("flag", "u1")])


@register("macsec of any", MACSEC_CONTROL, Layer.SHIM, protocol="")
def read_any_macsec(walk: Walk, found: Found) -> None:
    """Go on where more is captured than a header and a check value; what is shorter is none to Wireshark."""
    size = MACSEC.itemsize + ((found.fields["control"] & HAS_CHANNEL) != 0) * CHANNEL_SIZE + CHECK_SIZE
    walk.send(found.rows, found.offset, np.where(walk.room(found) > size, code("macsec"), DATA).astype(np.uint16))


@register("macsec", MACSEC, Layer.SHIM)
def read_macsec(walk: Walk, found: Found) -> None:
    """Go on by EtherType where the frame is protected but neither encrypted nor changed."""
    control = found.fields["control"]
    behind = found.offset + MACSEC.itemsize + ((control & HAS_CHANNEL) != 0) * CHANNEL_SIZE
    is_open = control & (IS_ENCRYPTED | IS_CHANGED) == 0
    kind = walk.peek(found.rows, behind, TYPE)["type"]
    reach = walk.reach[found.rows]
    walk.narrow(found.rows, np.where(is_open, np.maximum(reach - CHECK_SIZE, behind), reach))
    walk.send(found.rows, behind + is_open * TYPE.itemsize, np.where(is_open, ETHERTYPES.take(kind), DATA).astype(np.uint16))


@register("ipx", IPX, Layer.NETWORK)
def read_ipx(walk: Walk, found: Found) -> None:
    """Go on by the lower socket that is known, else by the type of packet."""
    fields = found.fields
    behind = found.offset + IPX.itemsize
    walk.narrow(found.rows, found.offset + np.maximum(fields["length"], IPX.itemsize))
    lower, higher = (function(fields["source_socket"], fields["destination_socket"]) for function in (np.minimum, np.maximum))
    codes = np.where(higher == NAME_QUERY, NOTHING, IPX_SOCKETS.take(lower))
    for others in (IPX_SOCKETS.take(higher), IPX_KINDS.take(fields["kind"])):
        codes = np.where(codes == NOTHING, others, codes)
    walk.send(found.rows, behind, codes.astype(np.uint16))


@register("avsp", AVSP, Layer.SHIM)
def read_arista(walk: Walk, found: Found) -> None:
    """Go on by EtherType behind a time stamp of Arista's switches; what else they add is followed by it at once."""
    fields = found.fields
    size = AVSP_SIZES.take(np.minimum(fields["version"], len(AVSP_SIZES) - 1))
    behind = found.offset + np.where(fields["subtype"] == AVSP_TIME, size, AVSP["version"].itemsize)
    kind = walk.peek(found.rows, behind, TYPE)["type"]
    is_unknown = (fields["subtype"] == AVSP_TIME) & (size == 0)
    walk.send(found.rows, behind + TYPE.itemsize, np.where(is_unknown, NOTHING, ETHERTYPES.take(kind)).astype(np.uint16))


def _read_arcnet(walk: Walk, found: Found) -> None:
    """Go on by protocol, behind what tells fragments apart."""
    protocol = found.fields["protocol"]
    behind = found.offset + found.fields.dtype.itemsize
    is_exception = walk.peek(found.rows, behind, FLAG)["flag"] == EXCEPTION
    size = np.where(np.isin(protocol, WITHOUT_FRAGMENTS), 0, FRAGMENT_SIZE + is_exception * EXCEPTION_SIZE)
    walk.send(found.rows, behind + size, ARCNET_PROTOCOLS.take(protocol))


for name, layout in (("arcnet", ARCNET), ("arcnet linux", ARCNET_LINUX)):
    register(name, layout, Layer.LINK, protocol="arcnet")(_read_arcnet)

CLIP = code("ip")


@register("clip", np.dtype([]), Layer.LINK)
def read_classical_ip(walk: Walk, found: Found) -> None:
    """Go on with IP, which nothing stands before (RFC 2225)."""
    walk.send(found.rows, found.offset, CLIP)
