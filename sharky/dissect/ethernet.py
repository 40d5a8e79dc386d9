"""Ethernet (IEEE 802.3), its tags (802.1Q, 802.1ad) and LLC with SNAP (802.2)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import NOTHING, Codes, Layer, code, load_codes, register, rows
from sharky.dissect.walk import DATA, LONGEST, Found, Walk

ETHERNET = np.dtype([("destination", "u1", 6), ("source", "u1", 6), ("type", ">u2")])
TAG = np.dtype([("tag", ">u2"), ("type", ">u2")])
INNER_TAG = np.dtype([("tag", ">u2"), ("type", ">u2"), ("addresses", "u1", 12), ("carried", ">u2")])
SERVICE_TAG, BACKBONE, BACKBONE_SIZE = 0x88A8, 0x88E7, 18
NO_FIELDS = np.dtype([])
FIRST = np.dtype([("octet", "u1")])
FIRST_TWO = np.dtype([("marker", ">u2")])
ISL = np.dtype([("llc", "u1", 3), ("source", "u1", 3), ("vlan", ">u2"), ("index", ">u2"), ("reserved", ">u2")])
ISL_DESTINATIONS = ((0x01, 0, 0x0C, 0, 0), (0x0C, 0, 0x0C, 0, 0))
FABRIC_PATH = np.dtype([("tag", ">u2")])
FRAME_CHECK_SIZE = 4
"""The check sequence of the backbone, behind the frame that it carries, which has left its own behind."""
TRILL_OPTIONS = 0x1F
TRILL = np.dtype([("flags", ">u2"), ("names", "u1", 4)])
LLC = np.dtype([("destination", "u1"), ("source", "u1"), ("control", "u1")])
SNAP = np.dtype([("organisation", "u1", 3), ("type", ">u2")])

MAXIMUM_LENGTH = 1500
"""Up to this a type field is the length of an 802.3 frame (IEEE 802.3 section 3.2.6)."""

RAW_IPX = 0xFFFF
"""What Novell's raw 802.3 frames have in the place of LLC."""

SNAP_SAP = 0xAA
UNNUMBERED, UNNUMBERED_INFORMATION = 0x03, 0x03
IDENTIFICATION, POLL = 0xAF, 0x10
BASIC_IDENTIFICATION = 0x81
"""What an exchange of identification (XID) begins with where it is LLC's own (IEEE 802.2 section 5.4.1.1.2)."""
SNA_SAPS = (0x04, 0x08, 0x0C, 0x40)
"""Whose exchange is SNA's."""
ETHERTYPE_ORGANISATIONS = (0x000000, 0x0000F8)

BRIDGED_ORGANISATION, BRIDGED_FRAMES, BRIDGE_PADDING = 0x0080C2, (1, 3, 4, 7, 9, 10), 2
"""Frames of a LAN inside LLC, behind octets that make them begin on a multiple of four (RFC 2684 section 5.2)."""

ETHERTYPES = load_codes("ethertypes", 1 << 16)
ETHERTYPES[: MAXIMUM_LENGTH + 1] = DATA
SAPS = load_codes("llc_saps", 1 << 8)
SNAP_CODES = {(int(organisation, 0), int(kind, 0)): code(name) for organisation, kind, name in rows("snap")}
LLC_CODE, IPX, LENGTH, SNAP_HEADER, ISL_CODE = (code(name) for name in ("llc", "ipx", "802.3", "snap", "isl"))
BASIC_EXCHANGE, SNA_EXCHANGE = code("basicxid"), code("sna_xid")
TYPES_OR_LENGTHS = ETHERTYPES.copy()
TYPES_OR_LENGTHS[1 : MAXIMUM_LENGTH + 1] = LENGTH


def _send_by_type(walk: Walk, found: Found, codes: Codes) -> None:
    """Go on with what `codes` says of the record's `type`, where that is no type with as many octets as it says."""
    kind = found.fields["type"]
    behind = found.offset + found.fields.dtype.itemsize
    is_length = codes == LENGTH
    if is_length.any():
        walk.narrow(found.rows, np.where(is_length, behind + kind, LONGEST + behind))
    walk.send(found.rows, behind, codes)


@register("eth", ETHERNET, Layer.LINK)
def read_ethernet(walk: Walk, found: Found) -> None:
    """Go on by EtherType or length, or with the frame inside where the destination is a switch's own."""
    codes = TYPES_OR_LENGTHS.take(found.fields["type"])
    lengths = (codes == LENGTH).nonzero()[0]
    if len(lengths):
        begins = found.fields["destination"][lengths, :5]
        is_switch = (begins == ISL_DESTINATIONS[0]).all(axis=1) | (begins == ISL_DESTINATIONS[1]).all(axis=1)
        codes[lengths[is_switch]] = ISL_CODE
    _send_by_type(walk, found, codes)


@register("vlan", TAG, Layer.SHIM)
def read_vlan(walk: Walk, found: Found) -> None:
    """Go on behind an 802.1Q tag, by EtherType or length; here, unlike in Ethernet, 0 is a length too."""
    kind = found.fields["type"]
    _send_by_type(walk, found, np.where(kind == 0, LENGTH, TYPES_OR_LENGTHS.take(kind)).astype(np.uint16))


@register("ieee8021ad", TAG, Layer.SHIM)
def read_service_vlan(walk: Walk, found: Found) -> None:
    """Go on behind an 802.1ad tag, always by EtherType; a second tag or a backbone's header belongs to the same layer."""
    inner = walk.peek(found.rows, found.offset + TAG.itemsize, INNER_TAG)
    kind = found.fields["type"]
    is_twice, is_backbone = kind == SERVICE_TAG, kind == BACKBONE
    size = np.select([is_twice, is_backbone], [2 * TAG.itemsize, TAG.itemsize + BACKBONE_SIZE], TAG.itemsize)
    kind = np.select([is_twice, is_backbone], [inner["type"], inner["carried"]], kind)
    walk.send(found.rows, found.offset + size, ETHERTYPES.take(kind))


def _register_tag(name: str, size: int) -> None:
    """Know a header of `size` octets that ends with an EtherType."""
    layout = np.dtype({"names": ["type"], "formats": [">u2"], "offsets": [size - 2], "itemsize": size})

    @register(name, layout, Layer.SHIM)
    def read_tag(walk: Walk, found: Found) -> None:
        walk.send(found.rows, found.offset + size, ETHERTYPES.take(found.fields["type"]))


for name, size in (("vntag", 6), ("etag", 8), ("cmd", 8), ("ieee8021cb", 6), ("hsr", 6), ("ieee8021ah", 18)):
    _register_tag(name, size)


@register("cfp", FABRIC_PATH, Layer.SHIM)
def read_fabric_path(walk: Walk, found: Found) -> None:
    """Go on with the frame that the backbone carries, without the check sequence."""
    behind = found.offset + FABRIC_PATH.itemsize
    walk.narrow(found.rows, np.maximum(walk.reach[found.rows] - FRAME_CHECK_SIZE, behind))
    walk.send(found.rows, behind, code("eth"))


@register("trill", TRILL, Layer.SHIM)
def read_trill(walk: Walk, found: Found) -> None:
    """Go on with the frame that the backbone carries, behind options whose length is counted in 4 octets (RFC 6325)."""
    options = (found.fields["flags"] >> 6 & TRILL_OPTIONS).astype(np.int64) * 4
    walk.send(found.rows, found.offset + TRILL.itemsize + options, code("eth"))


@register("802.3", NO_FIELDS, Layer.SHIM, protocol="")
def read_length(walk: Walk, found: Found) -> None:
    """Tell Novell's raw frames from those with LLC; a length has been taken for what it is."""
    is_raw = walk.peek(found.rows, found.offset, FIRST_TWO)["marker"] == RAW_IPX
    walk.send(found.rows, found.offset, np.where(is_raw, IPX, LLC_CODE).astype(np.uint16))


@register("isl", ISL, Layer.SHIM, protocol="")
def read_isl(walk: Walk, found: Found) -> None:
    """Go on with the frame that Cisco's Inter-Switch Link has packed into this one, which has only looked like Ethernet."""
    walk.path[found.rows] = walk.tree.step(walk.path[found.rows], "isl")
    walk.send(found.rows, found.offset + ISL.itemsize, code("eth"))


@register("llc", LLC, Layer.SHIM)
def read_llc(walk: Walk, found: Found) -> None:
    """Go on by the destination's service access point, or to SNAP; only frames that carry information have more."""
    control = found.fields["control"]
    is_unnumbered = (control & UNNUMBERED) == UNNUMBERED
    has_information = (control & 1 == 0) | (control == UNNUMBERED_INFORMATION)
    destination = found.fields["destination"]
    is_snap = (destination == SNAP_SAP) & (found.fields["source"] == SNAP_SAP)
    codes = np.where(is_snap, SNAP_HEADER, np.where(has_information, SAPS.take(destination), DATA)).astype(np.uint16)
    behind = found.offset + np.where(is_unnumbered, 3, 4)
    is_exchange = control & ~np.uint8(POLL) == IDENTIFICATION
    if is_exchange.any():
        codes[is_exchange & np.isin(destination, SNA_SAPS)] = SNA_EXCHANGE
        codes[is_exchange & (walk.peek(found.rows, behind, FIRST)["octet"] == BASIC_IDENTIFICATION)] = BASIC_EXCHANGE
    codes[behind >= walk.reach[found.rows]] = NOTHING
    walk.send(found.rows, behind, codes)


@register("snap", SNAP, Layer.SHIM, protocol="")
def read_snap(walk: Walk, found: Found) -> None:
    """Go on by EtherType, or by the number of the organisation that the header names; bridged frames are padded."""
    _read_snap(walk, found, BRIDGE_PADDING)


@register("snap behind nlpid", SNAP, Layer.SHIM, protocol="")
def read_bare_snap(walk: Walk, found: Found) -> None:
    """Go on as behind LLC, but bridged frames are not padded (RFC 2427 section 4.2)."""
    _read_snap(walk, found, 0)


def _read_snap(walk: Walk, found: Found, padding: int) -> None:
    octets = found.fields["organisation"].astype(np.int64)
    organisation = octets[:, 0] << 16 | octets[:, 1] << 8 | octets[:, 2]
    kind = found.fields["type"]
    codes = np.where(np.isin(organisation, ETHERTYPE_ORGANISATIONS), ETHERTYPES.take(kind), DATA).astype(np.uint16)
    for (known, number), to in SNAP_CODES.items():
        codes[(organisation == known) & (kind == number)] = to
    is_padded = (organisation == BRIDGED_ORGANISATION) & np.isin(kind, BRIDGED_FRAMES)
    walk.send(found.rows, found.offset + SNAP.itemsize + is_padded * padding, codes)
