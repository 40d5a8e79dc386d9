"""The link types of captures (tcpdump.org/linktypes.html), and those headers that only captures have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.ethernet import ETHERTYPES
from sharky.dissect.registry import NOTHING, Codes, Fields, Layer, code, load_codes, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import DATA, MALFORMED, UNKNOWN_LINKTYPE, Found, Walk
from sharky.model.columns import HeaderPlace
from sharky.model.pseudo_headers import octets_before

ANY = np.dtype([])
FIRST_OCTET = np.dtype([("version", "u1")])
RAW = np.dtype([("version", "u1"), ("rest", "u1", 7)])
"""As much as Wireshark wants to see before it tells what it is."""
RAW_HEAD = np.dtype([("marker", ">u2"), ("octets", "u1", 8)])
HDLC_MARKER = 0xFF03
NULL = np.dtype([("family", "<u4")])
LOOP = np.dtype([("family", ">u4")])
ENC = np.dtype([("family", "<u4"), ("index", "u1", 4), ("flags", "u1", 4)])
PFLOG = np.dtype([("length", "u1"), ("family", "u1"), ("rest", "u1", 46)])
PKTAP = np.dtype([("length", "<u4"), ("type", "<u4"), ("linktype", "<u4")])
PKTAP_SIZE = 108
NFLOG = np.dtype([("family", "u1"), ("version", "u1"), ("resource", ">u2")])
ATTRIBUTE = np.dtype([("length", "<u2"), ("type", "<u2")])
TYPE = np.dtype([("type", ">u2")])
PLACE = np.dtype([("at", "i8"), ("size", "i8")])
HEADER_ATTRIBUTE, HEADER_SIZE, PACKET_ATTRIBUTE, ATTRIBUTE_TYPE = 1, 4, 9, 0x7FFF
MAXIMUM_ATTRIBUTES = 64
"""Linux notes some fifteen."""
FDDI = np.dtype([("control", "u1"), ("destination", "u1", 6), ("source", "u1", 6)])
FDDI_KIND, FDDI_LLC = 0xF0, 0x50
TOKEN_RING = np.dtype([("access", "u1"), ("control", "u1"), ("destination", "u1", 6), ("source", "u1", 6)])
TOKEN_RING_KIND, TOKEN_RING_MAC, TOKEN_RING_LLC, IS_ROUTED, ROUTE_SIZE = 0xC0, 0x00, 0x40, 0x80, 0x1F
IP_OVER_FC = np.dtype([("addresses", "u1", 16)])

LINKTYPES = load_codes("linktypes", 1 << 16, otherwise="")
WITHOUT_NAME = (99, 235, 237, 259, 292)
"""Link types that we do not know, and of which Wireshark shows no layer where they are not what it expects."""
FAMILIES = load_codes("null_families", 1 << 8)
IP, IPV6, LLC, PPP = (code(name) for name in ("ip", "ipv6", "llc", "ppp frame"))
AF_INET, AF_INET6, FIRST_ETHERTYPE = 2, 10, 0x0600
FIRST_FAMILY_UNUSED = 6
HDLC_IN_NULL = 0x03FF
"""What the family reads as where some systems write PPP frames under the link type of the loopback."""


def send_by_linktype(walk: Walk, linktype: NDArray[np.uint16]) -> None:
    """Let every packet begin with the header of its link type; packets of unknown ones are marked, and data."""
    everything = slice(0, len(linktype))
    kinds = linktype[:1] if (linktype == linktype[:1]).all() else linktype
    codes = np.broadcast_to(LINKTYPES.take(kinds), linktype.shape)
    is_unknown = codes == NOTHING
    if is_unknown.any():
        walk.stop(choose(everything, is_unknown), UNKNOWN_LINKTYPE)
        codes = np.where(is_unknown & ~np.isin(linktype, WITHOUT_NAME), DATA, codes).astype(np.uint16)
    before = octets_before(kinds)
    if before.any():
        walk.wire_length = np.maximum(walk.wire_length - before, 0)
    walk.send(everything, walk.offset, codes)


@register("raw", RAW, Layer.LINK)
def read_raw(walk: Walk, found: Found) -> None:
    """Tell IPv4 from IPv6 by the version that both begin with; some systems write PPP, or ten octets of zero before IPv4."""
    version = found.fields["version"] >> 4
    codes = np.select([version == 4, version == 6], [IP, IPV6], DATA).astype(np.uint16)
    at = found.offset
    if (codes == DATA).any():
        head = walk.peek(found.rows, found.offset, RAW_HEAD)
        codes[head["marker"] == HDLC_MARKER] = PPP
        is_blank = (walk.room(found) >= RAW_HEAD.itemsize) & ~head["octets"].any(axis=1) & (head["marker"] == 0)
        codes[is_blank] = IP
        at = at + is_blank * RAW_HEAD.itemsize
    walk.send(found.rows, at, codes)


UNKNOWN = "unknown"
"""The header under which octets stand that nobody knows, and that are no payload of TCP or UDP."""


@register("data", np.dtype([]), Layer.TUNNEL, protocol="")
def read_data(walk: Walk, found: Found) -> None:
    """Name what nobody knows, if there is any of it."""
    room = walk.room(found)
    is_any = room > 0
    rows, offset = choose(found.rows, is_any), found.offset[is_any]
    walk.path[rows] = walk.tree.step(walk.path[rows], "data")
    walk.headers.setdefault(UNKNOWN, []).append(HeaderPlace(rows, offset, offset + room[is_any], found.fields[is_any]))


def _by_family(family: NDArray[np.uint32]) -> Codes:
    """Return what an address family of BSD stands for, or an EtherType where it is larger than any."""
    by_family = FAMILIES.take(np.minimum(family, len(FAMILIES) - 1))
    codes: Codes = np.where(family < FIRST_ETHERTYPE, by_family, ETHERTYPES.take(family & 0xFFFF))
    return codes


@register("null", NULL, Layer.LINK)
def read_null(walk: Walk, found: Found) -> None:
    """Go on by address family, in either byte order and in 4 octets or 2: where it is small, that order is meant."""
    family = found.fields["family"].astype(np.uint32)
    is_ppp = family & 0xFFFF == HDLC_IN_NULL
    halves = [family < 1 << 8, family < FIRST_ETHERTYPE, family < 1 << 16, family >> 16 < FIRST_FAMILY_UNUSED]
    codes = _by_family(np.select(halves, [family, family >> 8, family, family >> 16], family.byteswap()))
    walk.send(found.rows, found.offset + np.where(is_ppp, 0, NULL.itemsize), np.where(is_ppp, PPP, codes).astype(np.uint16))


@register("loop", LOOP, Layer.LINK, protocol="null")
def read_loop(walk: Walk, found: Found) -> None:
    """Go on by address family, which stands in network order."""
    family = np.minimum(found.fields["family"], len(FAMILIES) - 1)
    walk.send(found.rows, found.offset + LOOP.itemsize, FAMILIES.take(family))


@register("enc", ENC, Layer.LINK)
def read_enc(walk: Walk, found: Found) -> None:
    """Go on by address family."""
    family = found.fields["family"].astype(np.uint32)
    walk.send(found.rows, found.offset + ENC.itemsize, _by_family(np.where(family >= 1 << 16, family.byteswap(), family)))


@register("pflog", PFLOG, Layer.LINK)
def read_pflog(walk: Walk, found: Found) -> None:
    """Go on by address family behind a header that is filled up to a multiple of 4 octets."""
    length = (np.maximum(found.fields["length"], PFLOG.itemsize).astype(np.int64) + 3) // 4 * 4
    walk.send(found.rows, found.offset + length, FAMILIES.take(found.fields["family"]))


@register("pktap", PKTAP, Layer.LINK, protocol="pktap")
@register("user pktap", PKTAP, Layer.LINK, protocol="user_dlt:pktap")
def read_pktap(walk: Walk, found: Found) -> None:
    """Go on by link type, behind a header that tells its own length."""
    length = found.fields["length"].astype(np.int64)
    is_good = (length >= PKTAP_SIZE) & (length <= walk.room(found))
    rows = choose(found.rows, is_good)
    walk.stop(choose(found.rows, ~is_good), MALFORMED)
    walk.path[rows] = walk.tree.step(walk.path[rows], "pcap_pktdata")
    linktype = np.minimum(found.fields["linktype"], len(LINKTYPES) - 1)
    walk.send(rows, (found.offset + length)[is_good], LINKTYPES.take(linktype)[is_good])


@register("nflog", NFLOG, Layer.LINK)
def read_nflog(walk: Walk, found: Found) -> None:
    """Go on with the packet, by the EtherType that another attribute notes, else by the address family."""
    family = found.fields["family"]
    by_family = np.select([family == AF_INET, family == AF_INET6], [IP, IPV6], DATA)
    packet, kind = _read_attributes(walk, found)
    is_there = packet["at"] > 0
    walk.narrow(found.rows, np.where(is_there, packet["at"] + packet["size"], walk.reach[found.rows]))
    codes = np.where(kind != 0, ETHERTYPES.take(kind), by_family)
    walk.send(found.rows, packet["at"], np.where(is_there, codes, NOTHING).astype(np.uint16))


def _read_attributes(walk: Walk, found: Found) -> tuple[Fields, NDArray[np.uint16]]:
    """Return where the packet of each record is, at 0 where one is missing or cut, and its EtherType, 0 where none is noted."""
    packet, kind = np.zeros(len(found.offset), PLACE), np.zeros(len(found.offset), np.uint16)
    at, reach, room = found.offset + NFLOG.itemsize, walk.reach[found.rows], walk.room(found)
    for _ in range(MAXIMUM_ATTRIBUTES):
        is_open = at + ATTRIBUTE.itemsize <= reach
        if not is_open.any():
            return packet, kind
        head = walk.peek(found.rows, at, ATTRIBUTE)
        size, what = head["length"].astype(np.int64) - ATTRIBUTE.itemsize, head["type"] & ATTRIBUTE_TYPE
        value = at + ATTRIBUTE.itemsize
        notes_kind = is_open & (what == HEADER_ATTRIBUTE) & (size == HEADER_SIZE)
        kind[notes_kind] = walk.peek(found.rows, value, TYPE)["type"][notes_kind]
        is_packet = is_open & (what == PACKET_ATTRIBUTE)
        packet["at"][is_packet], packet["size"][is_packet] = value[is_packet], size[is_packet]
        is_bad = is_open & ((size < 0) | (value + size > found.offset + room))
        packet["at"][is_bad] = 0
        at = np.where(is_bad, reach, value + (size + 3) // 4 * 4)
    packet["at"] = 0
    return packet, kind


@register("fddi", FDDI, Layer.LINK)
def read_fddi(walk: Walk, found: Found) -> None:
    """Go on with LLC where the frame control says so."""
    codes = np.where(found.fields["control"] & FDDI_KIND == FDDI_LLC, LLC, DATA).astype(np.uint16)
    walk.send(found.rows, found.offset + FDDI.itemsize, codes)


@register("tr", TOKEN_RING, Layer.LINK)
def read_token_ring(walk: Walk, found: Found) -> None:
    """Go on with LLC behind the route that may stand before it."""
    behind = found.offset + TOKEN_RING.itemsize
    route = walk.peek(found.rows, behind, FIRST_OCTET)["version"] & ROUTE_SIZE
    is_routed = found.fields["source"][:, 0] & IS_ROUTED != 0
    kind = found.fields["control"] & TOKEN_RING_KIND
    codes = np.select([kind == TOKEN_RING_LLC, kind == TOKEN_RING_MAC], [LLC, code("trmac")], DATA).astype(np.uint16)
    walk.send(found.rows, behind + is_routed * route, codes)


@register("ipfc", IP_OVER_FC, Layer.LINK)
def read_ip_over_fibre_channel(walk: Walk, found: Found) -> None:
    """Go on with LLC."""
    walk.send(found.rows, found.offset + IP_OVER_FC.itemsize, LLC)
