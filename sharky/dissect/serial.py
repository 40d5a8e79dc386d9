"""Point to point: PPP (RFC 1661) in its framings and over Ethernet (RFC 2516), Cisco HDLC, Frame Relay (RFC 2427)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import NOTHING, Layer, code, declare, load_codes, register
from sharky.dissect.walk import DATA, Found, Walk

ANY = np.dtype([])
TWO = np.dtype([("first", "u1"), ("second", "u1")])
FRAMED = np.dtype([("hdlc", "u1", 2), *TWO.descr])
FOUR = np.dtype([("octets", "u1", 4)])
PPPOE = np.dtype([("version_type", "u1"), ("code", "u1"), ("session", ">u2"), ("length", ">u2")])
CONTROL = np.dtype([("type", ">u2"), ("nlpid", "u1")])
"""Cisco's EtherType, or a control field of two octets and an NLPID behind it."""
CHDLC = np.dtype([("address", "u1"), ("control", "u1"), ("protocol", ">u2")])

HDLC_ALL, HDLC_UNNUMBERED, HDLC_XID = 0xFF, 0x03, 0xAF
CHDLC_UNICAST, CHDLC_MULTICAST = 0x0F, 0x8F
NLPID_PADDING = 0x00
MULTILINK_WHOLE = 0xC0
"""The bits of a piece that is both the first and the last."""
BRIDGED_ETHERNET = 1
LONGEST_ADDRESS = 4
FIRST_NUMBER, SECOND_NUMBER, THIRD_NUMBER, LAST_NUMBER, IS_CONTROL = 0xFC, 0xF0, 0xFE, 0xFC, 0x02
"""Bits of the number of a connection in Frame Relay's address."""

PPP_PROTOCOLS = load_codes("ppp_protocols", 1 << 16)
CHDLC_PROTOCOLS = load_codes("chdlc_protocols", 1 << 16)
NLPIDS = load_codes("nlpids", 1 << 8)
PPP, FRAMED_PPP, CHDLC_CODE = code("ppp"), code("framed ppp"), code("ppp:chdlc")
NLPID, MULTILINK_PAYLOAD = code("nlpid"), code("multilink payload")


@register("ppp direction", np.dtype([("direction", "u1")]), Layer.LINK, protocol="")
def read_direction(walk: Walk, found: Found) -> None:
    """Pass over what a capture notes before each frame."""
    walk.send(found.rows, found.offset + 1, code("ppp frame"))


@register("ppp frame", ANY, Layer.SHIM, protocol="")
def read_ppp_frame(walk: Walk, found: Found) -> None:
    """Tell PPP in HDLC framing from bare PPP and from Cisco HDLC; each begins differently."""
    first = walk.peek(found.rows, found.offset, TWO)
    is_framed = first["first"] == HDLC_ALL
    is_chdlc = (first["first"] == CHDLC_UNICAST) | (first["first"] == CHDLC_MULTICAST)
    walk.send(found.rows, found.offset, np.select([is_chdlc, is_framed], [CHDLC_CODE, FRAMED_PPP], PPP).astype(np.uint16))


@register("framed ppp", FRAMED, Layer.SHIM, protocol="ppp")
@register("ppp", TWO, Layer.SHIM)
@register("multilink payload", TWO, Layer.SHIM, protocol="")
def read_ppp(walk: Walk, found: Found) -> None:
    """Go on by protocol, whose first octet may be left out where it is 0: then the first one seen is odd."""
    ahead = found.fields.dtype.itemsize - TWO.itemsize
    first, second = found.fields["first"].astype(np.int64), found.fields["second"]
    is_short = first & 1 == 1
    protocol = np.where(is_short, first, first << 8 | second)
    walk.send(found.rows, found.offset + ahead + np.where(is_short, 1, 2), PPP_PROTOCOLS.take(protocol))


@register("mp", FOUR, Layer.SHIM)
def read_multilink(walk: Walk, found: Found) -> None:
    """Go on with what is in one piece (RFC 1990)."""
    is_whole = found.fields["octets"][:, 0] & MULTILINK_WHOLE == MULTILINK_WHOLE
    walk.send(found.rows, found.offset + FOUR.itemsize, np.where(is_whole, MULTILINK_PAYLOAD, NOTHING).astype(np.uint16))


@register("bcp_bpdu", TWO, Layer.SHIM)
def read_bridged(walk: Walk, found: Found) -> None:
    """Go on with a bridged Ethernet frame (RFC 3518)."""
    is_ethernet = found.fields["second"] == BRIDGED_ETHERNET
    walk.send(found.rows, found.offset + TWO.itemsize, np.where(is_ethernet, code("eth"), NOTHING).astype(np.uint16))


declare("pppoed", PPPOE, Layer.SHIM)


@register("pppoes", PPPOE, Layer.SHIM)
def read_pppoe(walk: Walk, found: Found) -> None:
    """Go on with PPP, without framing, if anything was captured of it, whatever the length says."""
    behind = found.offset + PPPOE.itemsize
    walk.narrow(found.rows, behind + found.fields["length"])
    has_protocol = walk.limit[found.rows] - behind >= TWO.itemsize
    walk.send(found.rows, behind, np.where(has_protocol, PPP, NOTHING).astype(np.uint16))


@register("chdlc", CHDLC, Layer.LINK)
@register("ppp:chdlc", CHDLC, Layer.SHIM)
def read_chdlc(walk: Walk, found: Found) -> None:
    """Go on by protocol, mostly an EtherType."""
    walk.send(found.rows, found.offset + CHDLC.itemsize, CHDLC_PROTOCOLS.take(found.fields["protocol"]))


@register("fr", FOUR, Layer.LINK)
def read_frame_relay(walk: Walk, found: Found) -> None:
    """Go on behind an address of 2 to 4 octets, whose last is odd, by NLPID or as Cisco does by EtherType.

    An NLPID stands behind a control field of HDLC, of one octet where its lowest two bits are set, else of two (Q.922). Wireshark takes
    it for one where neither the usual control field nor a known EtherType is there.
    """
    octets = found.fields["octets"]
    size = np.where(octets[:, 1] & 1, 2, np.where(octets[:, 2] & 1, 3, 4))
    behind = found.offset + size
    control = walk.peek(found.rows, behind, CONTROL)
    following, is_unnumbered = control["type"], control["type"] >> 8 & HDLC_UNNUMBERED == HDLC_UNNUMBERED
    by_type = CHDLC_PROTOCOLS.take(following)
    putative = np.where(is_unnumbered, following & 0xFF, control["nlpid"])
    has_putative = (by_type == DATA) & (NLPIDS.take(putative) != DATA) & (following >> 8 != HDLC_XID)
    is_nlpid = (following >> 8 == HDLC_UNNUMBERED) | has_putative
    codes = np.where(is_nlpid, NLPID, by_type).astype(np.uint16)
    behind = behind + np.where(is_nlpid & is_unnumbered, 1, 2)
    is_signalling = _is_connection_0(octets, size) & (following >> 8 != HDLC_UNNUMBERED)
    walk.send(found.rows, behind, np.where(is_signalling, DATA, codes).astype(np.uint16))


def _is_connection_0(octets: NDArray[np.uint8], size: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which addresses are those of signalling; the last octet of a long one may be control, no number (Q.922 section 3.3)."""
    last = np.take_along_axis(octets, (size - 1)[:, np.newaxis], axis=1)[:, 0]
    has_number = (size > 2) & (last & IS_CONTROL == 0) & (last & LAST_NUMBER != 0)
    has_number |= (size == LONGEST_ADDRESS) & (octets[:, 2] & THIRD_NUMBER != 0)
    is_zero: NDArray[np.bool_] = (octets[:, 0] & FIRST_NUMBER == 0) & (octets[:, 1] & SECOND_NUMBER == 0) & ~has_number
    return is_zero


@register("nlpid", TWO, Layer.SHIM, protocol="")
def read_nlpid(walk: Walk, found: Found) -> None:
    """Go on by network layer protocol identifier (ISO/IEC TR 9577); an octet of padding may stand before it."""
    is_padded = found.fields["first"] == NLPID_PADDING
    nlpid = np.where(is_padded, found.fields["second"], found.fields["first"])
    is_osi = (nlpid >= 0x81) & (nlpid <= 0x83)
    walk.send(found.rows, found.offset + np.where(is_osi, 0, 1) + is_padded, NLPIDS.take(nlpid))
