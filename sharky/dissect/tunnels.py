"""Packets in IP without a transport: GRE (RFC 2784, 2890, 2637) with ERSPAN, EtherIP, L2TPv3, PIM's register, NSH."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import NOTHING, Layer, code, load_codes, register
from sharky.dissect.walk import DATA, Found, Walk

GRE = np.dtype([("flags", ">u2"), ("protocol", ">u2")])
HAS_CHECKSUM, HAS_ROUTING, HAS_KEY, HAS_SEQUENCE, HAS_ACKNOWLEDGEMENT = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
GRE_VERSION = 0x0007
WCCP, WCCP_SIZE = 0x883E, 4
ERSPAN_PROTOCOL, ERSPAN_3_PROTOCOL = 0x88BE, 0x22EB
ERSPAN = np.dtype([("version", "u1"), ("rest", "u1", 10), ("flags", "u1")])
ERSPAN_SIZES = {1: 8, 2: 12}
ERSPAN_HAS_PLATFORM, ERSPAN_PLATFORM_SIZE = 0x01, 8
ETHERIP = np.dtype([("version", ">u2")])
L2TP = np.dtype([("session", ">u4")])
PIM = np.dtype([("version_type", "u1"), ("rest", "u1", 7)])
PIM_REGISTER = 0x21
NSH = np.dtype([("flags_length", ">u2"), ("kind", "u1"), ("next", "u1")])
NSH_LENGTH = 0x3F
VERSION = np.dtype([("version", "u1")])

GRE_PROTOCOLS = load_codes("gre_protocols", 1 << 16)
NSH_PROTOCOLS = load_codes("nsh_protocols", 1 << 8)
ETHERNET, PACKET, ERSPAN_1 = code("eth"), code("ip packet"), code("erspan without header")


@register("gre", GRE, Layer.TUNNEL)
def read_gre(walk: Walk, found: Found) -> None:
    """Go on by protocol behind what the flags say is there."""
    flags, protocol = found.fields["flags"], found.fields["protocol"]
    size = 4 + 4 * ((flags & (HAS_CHECKSUM | HAS_ROUTING)) != 0)
    for flag in (HAS_ROUTING, HAS_KEY, HAS_SEQUENCE):
        size = size + 4 * ((flags & flag) != 0)
    size = size + 4 * (((flags & HAS_ACKNOWLEDGEMENT) != 0) & (flags & GRE_VERSION == 1))
    behind = found.offset + size
    redirects = (protocol == WCCP) & (walk.peek(found.rows, behind, VERSION)["version"] >> 4 != 4)
    codes = GRE_PROTOCOLS.take(protocol)
    codes[(protocol == ERSPAN_PROTOCOL) & (flags & HAS_SEQUENCE == 0)] = ERSPAN_1
    codes[behind >= walk.reach[found.rows]] = NOTHING
    walk.send(found.rows, behind + redirects * WCCP_SIZE, codes)


@register("erspan without header", np.dtype([]), Layer.TUNNEL, protocol="erspan")
def read_erspan_1(walk: Walk, found: Found) -> None:
    """Go on with Ethernet at once."""
    walk.send(found.rows, found.offset, ETHERNET)


@register("erspan", ERSPAN, Layer.TUNNEL)
def read_erspan(walk: Walk, found: Found) -> None:
    """Go on with Ethernet behind the header of version 1 or 2."""
    version = found.fields["version"] >> 4
    has_platform = (version == 2) & (found.fields["flags"] & ERSPAN_HAS_PLATFORM != 0)
    size = np.where(version == 1, ERSPAN_SIZES[1], ERSPAN_SIZES[2]) + has_platform * ERSPAN_PLATFORM_SIZE
    codes = np.where((version == 1) | (version == 2), ETHERNET, NOTHING).astype(np.uint16)
    walk.send(found.rows, found.offset + size, codes)


@register("etherip", ETHERIP, Layer.TUNNEL)
def read_etherip(walk: Walk, found: Found) -> None:
    """Go on with Ethernet."""
    walk.send(found.rows, found.offset + ETHERIP.itemsize, ETHERNET)


@register("l2tp over ip", L2TP, Layer.TUNNEL, protocol="l2tp")
def read_l2tp(walk: Walk, found: Found) -> None:
    """Session 0 has control messages; what the others carry was agreed on elsewhere."""
    codes = np.where(found.fields["session"] != 0, DATA, NOTHING).astype(np.uint16)
    walk.send(found.rows, found.offset + L2TP.itemsize, codes)


@register("pim", PIM, Layer.TUNNEL)
def read_pim(walk: Walk, found: Found) -> None:
    """Go on with the packet that a register message carries."""
    is_register = found.fields["version_type"] == PIM_REGISTER
    walk.send(found.rows, found.offset + PIM.itemsize, np.where(is_register, PACKET, NOTHING).astype(np.uint16))


@register("nsh", NSH, Layer.SHIM)
def read_nsh(walk: Walk, found: Found) -> None:
    """Go on by protocol behind the header, whose length is counted in 4 octets."""
    size = (found.fields["flags_length"] & NSH_LENGTH).astype(np.int64) * 4
    walk.send(found.rows, found.offset + np.maximum(size, NSH.itemsize), NSH_PROTOCOLS.take(found.fields["next"]))
