"""Packets in UDP: VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (TS 29.281), L2TP (RFC 2661), Teredo (RFC 4380), ESP (RFC 3948), AYIYA.

What a tunnel carries is no payload of the outer datagram: where one is found, the payload columns are left to what is inside.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.ethernet import ETHERTYPES
from sharky.dissect.labels import BY_NIBBLE
from sharky.dissect.registry import NOTHING, Codes, Layer, code, load_codes, register, rows
from sharky.dissect.rows import choose
from sharky.dissect.walk import DATA, MALFORMED, Found, Walk
from sharky.model.gtp import IS_GTP_TYPE

ANY = np.dtype([])
FIRST_OCTET = np.dtype([("first", "u1")])
FIRST_WORD = np.dtype([("first", ">u4")])
VXLAN = np.dtype([("flags", "u1"), ("rest", "u1", 7)])
GENEVE = np.dtype([("version_length", "u1"), ("flags", "u1"), ("type", ">u2"), ("network", "u1", 4)])
GENEVE_LENGTH = 0x3F
GTP = np.dtype([("flags", "u1"), ("type", "u1"), ("length", ">u2"), ("tunnel", ">u4")])
GTPPRIME_VERSION = 2
GTP_VERSION, GTP_VERSION_1, GTP_OPTIONS, GTP_EXTENSION, GTP_PACKET = 0xF0, 0x30, 0x07, 0x04, 0xFF
L2TP = np.dtype([("flags", ">u2"), ("rest", "u1", 4)])
L2TP_CONTROL, L2TP_LENGTH, L2TP_SEQUENCE, L2TP_OFFSET, L2TP_VERSION = 0x8000, 0x4000, 0x0800, 0x0200, 0x000F
OFFSET = np.dtype([("size", ">u2")])
TEREDO = np.dtype([("kind", ">u2"), ("identifier_size", "u1"), ("value_size", "u1")])
AUTHENTICATION, ORIGIN, ORIGIN_SIZE, NONCE_SIZE = 1, 0, 8, 9
LISP = np.dtype([("flags", "u1"), ("rest", "u1", 7)])
CAPWAP = np.dtype([("first", ">u4"), ("fragment", ">u4")])
CAPWAP_LENGTH, CAPWAP_ENCRYPTED, CAPWAP_NATIVE, CAPWAP_FRAGMENT, CAPWAP_KEEPALIVE = 0x1F, 0x0F, 0x100, 0x80, 0x08
CAPWAP_BINDING, CAPWAP_802_11 = 0x1F, 1
AYIYA = np.dtype([("identity", "u1"), ("signature", "u1"), ("operation", "u1"), ("next", "u1"), ("time", ">u4")])
AYIYA_OPERATION, AYIYA_FORWARD = 0x0F, 1
TZSP = np.dtype([("version", "u1"), ("type", "u1"), ("carries", ">u2")])
TZSP_KEEPALIVE, TZSP_ETHERNET, TZSP_802_11 = 4, 1, 0x12
TAG = np.dtype([("type", "u1"), ("length", "u1")])
TAG_PADDING, TAG_END = 0, 1

PROTOCOLS = load_codes("ip_protocols", 1 << 8)
PORTS = load_codes("udp_tunnels", 1 << 16, otherwise="")
SAYS_MORE = np.zeros(1 << 16, np.bool_)
"""Ports at which Wireshark takes all that it hears for what belongs there, before it asks for a tunnel at a higher one."""
SAYS_MORE[[int(port) for port, _ in rows("udp_ports_before_tunnels")]] = True

ETHERNET, PPP, IPV6, ESP, ISAKMP = (code(name) for name in ("eth", "ppp frame", "ipv6", "esp", "isakmp"))
GTPPRIME_CODE = code("gtpprime")
L2TP_CODE, GTP_CODE, EXTENSION, PACKET = (code(name) for name in ("l2tp", "gtp", "gtp extension", "ip packet"))
SWAPPED_802_11 = code("swapped wlan")
TAGS, TAGS_802_11 = code("tzsp tags"), code("tzsp tags of 802.11")


def send_into_tunnels(walk: Walk, found: Found) -> None:
    """Go on behind UDP where one of the ports stands for a tunnel, the lower one first as Wireshark has it."""
    source, destination = found.fields["source"], found.fields["destination"]
    lower = np.minimum(source, destination)
    by_lower, by_higher = PORTS.take(lower), PORTS.take(np.maximum(source, destination))
    if not (by_lower.any() or by_higher.any()):
        return
    codes = np.where((by_lower == NOTHING) & ~SAYS_MORE.take(lower), by_higher, by_lower)
    codes[walk.payload_length[found.rows] == 0] = NOTHING
    _withdraw(walk, found, codes)
    is_tunnel = codes != NOTHING
    chosen = choose(found.rows, is_tunnel)
    walk.payload_length[chosen] = 0
    walk.send(chosen, found.offset[is_tunnel] + found.fields.dtype.itemsize, codes[is_tunnel])


def _withdraw(walk: Walk, found: Found, codes: Codes) -> None:
    """Take back what the first octets show not to be the tunnel that its port promises."""
    first = walk.peek(found.rows, found.offset + found.fields.dtype.itemsize, FIRST_WORD)["first"]
    version = first >> 16 & L2TP_VERSION
    codes[(codes == L2TP_CODE) & (version != 2) & (version != 3)] = NOTHING
    is_message = IS_GTP_TYPE.take(first >> 16 & 0xFF)
    codes[(codes == GTP_CODE) & ~(is_message & (first >> 24 & GTP_VERSION == GTP_VERSION_1))] = NOTHING
    codes[(codes == GTPPRIME_CODE) & ~(is_message & (first >> 29 <= GTPPRIME_VERSION))] = NOTHING


@register("vxlan", VXLAN, Layer.TUNNEL)
def read_vxlan(walk: Walk, found: Found) -> None:
    """Go on with Ethernet."""
    walk.send(found.rows, found.offset + VXLAN.itemsize, ETHERNET)


@register("geneve", GENEVE, Layer.TUNNEL)
def read_geneve(walk: Walk, found: Found) -> None:
    """Go on by EtherType behind options, whose length is counted in 4 octets."""
    options = (found.fields["version_length"] & GENEVE_LENGTH).astype(np.int64) * 4
    walk.send(found.rows, found.offset + GENEVE.itemsize + options, ETHERTYPES.take(found.fields["type"]))


@register("gtp", GTP, Layer.TUNNEL)
def read_gtp(walk: Walk, found: Found) -> None:
    """Go on with the packet that a user message carries."""
    flags = found.fields["flags"]
    behind = found.offset + GTP.itemsize
    walk.narrow(found.rows, behind + found.fields["length"])
    has_options = flags & GTP_OPTIONS != 0
    following = walk.peek(found.rows, behind + 3, FIRST_OCTET)["first"]
    has_extension = (flags & GTP_EXTENSION != 0) & (following != 0)
    is_packet = found.fields["type"] == GTP_PACKET
    codes = np.where(is_packet, np.where(has_extension, EXTENSION, PACKET), NOTHING).astype(np.uint16)
    walk.send(found.rows, behind + has_options * 4, codes)


@register("gtp extension", FIRST_OCTET, Layer.TUNNEL, protocol="")
def read_gtp_extension(walk: Walk, found: Found) -> None:
    """Go on behind an extension, whose length is counted in 4 octets and whose last octet says what follows."""
    behind = found.offset + found.fields["first"].astype(np.int64) * 4
    is_good = (behind > found.offset) & (behind <= found.offset + walk.room(found))
    walk.stop(choose(found.rows, ~is_good), MALFORMED)
    following = walk.peek(found.rows, np.maximum(behind - 1, found.offset), FIRST_OCTET)["first"]
    codes = np.where(following != 0, EXTENSION, PACKET).astype(np.uint16)
    walk.send(choose(found.rows, is_good), behind[is_good], codes[is_good])


@register("ip packet", FIRST_OCTET, Layer.TUNNEL, protocol="")
def read_packet(walk: Walk, found: Found) -> None:
    """Tell IPv4 from IPv6 by the version that both begin with; what is neither stays without a name."""
    version = found.fields["first"] >> 4
    walk.send(found.rows, found.offset, np.where((version == 4) | (version == 6), BY_NIBBLE.take(version), NOTHING).astype(np.uint16))


@register("l2tp", L2TP, Layer.TUNNEL)
def read_l2tp(walk: Walk, found: Found) -> None:
    """Go on with PPP, unless it is a control message."""
    flags = found.fields["flags"]
    behind = found.offset + L2TP.itemsize + ((flags & L2TP_LENGTH) != 0) * 2 + ((flags & L2TP_SEQUENCE) != 0) * 4
    padding = walk.peek(found.rows, behind, OFFSET)["size"]
    behind = np.where(flags & L2TP_OFFSET, behind + OFFSET.itemsize + padding, behind)
    carried = np.where(flags & L2TP_VERSION == 2, PPP, DATA)
    walk.send(found.rows, behind, np.where(flags & L2TP_CONTROL, NOTHING, carried).astype(np.uint16))


@register("teredo", ANY, Layer.TUNNEL)
def read_teredo(walk: Walk, found: Found) -> None:
    """Go on with IPv6 behind the two indications that may stand before it."""
    head = walk.peek(found.rows, found.offset, TEREDO)
    sizes = TEREDO.itemsize + NONCE_SIZE + head["identifier_size"].astype(np.int64) + head["value_size"]
    behind = found.offset + np.where(head["kind"] == AUTHENTICATION, sizes, 0)
    is_origin = walk.peek(found.rows, behind, TEREDO)["kind"] == ORIGIN
    walk.send(found.rows, behind + is_origin * ORIGIN_SIZE, IPV6)


@register("udpencap", ANY, Layer.TUNNEL)
def read_udp_encapsulation(walk: Walk, found: Found) -> None:
    """Tell ESP from IKE, which stands behind four octets of zero, and from a keepalive, which is shorter than either."""
    is_ike = walk.peek(found.rows, found.offset, FIRST_WORD)["first"] == 0
    has_more = walk.room(found) > FIRST_WORD.itemsize
    codes = np.where(has_more, np.where(is_ike, ISAKMP, ESP), NOTHING).astype(np.uint16)
    walk.send(found.rows, found.offset + is_ike * FIRST_WORD.itemsize, codes)


@register("lisp-data", LISP, Layer.TUNNEL)
def read_lisp(walk: Walk, found: Found) -> None:
    """Go on with IP."""
    walk.send(found.rows, found.offset + LISP.itemsize, PACKET)


@register("ayiya", AYIYA, Layer.TUNNEL)
def read_anything(walk: Walk, found: Found) -> None:
    """Go on by IP's protocol numbers behind identity and signature, where the packet is to be passed on (draft-massar-v6ops-ayiya)."""
    fields = found.fields
    identity, signature = np.int64(1) << (fields["identity"] >> 4).astype(np.int64), (fields["signature"] >> 4).astype(np.int64) * 4
    codes = np.where(fields["operation"] & AYIYA_OPERATION == AYIYA_FORWARD, PROTOCOLS.take(fields["next"]), NOTHING).astype(np.uint16)
    walk.send(found.rows, found.offset + AYIYA.itemsize + identity + signature, codes)


@register("capwap.data", CAPWAP, Layer.TUNNEL)
def read_capwap(walk: Walk, found: Found) -> None:
    """Go on with Ethernet or the frame of a radio behind a header counted in 4 octets (RFC 5415); pieces and what is encrypted end here.

    The radio is 802.11, with its frame control the wrong way around, as Wireshark expects it; of another, and of none, it is data.
    """
    first = found.fields["first"]
    size = (first >> 19 & CAPWAP_LENGTH).astype(np.int64) * 4
    is_closed = (first >> 24 & CAPWAP_ENCRYPTED != 0) | (first & (CAPWAP_FRAGMENT | CAPWAP_KEEPALIVE) != 0)
    native = np.where(first >> 9 & CAPWAP_BINDING == CAPWAP_802_11, SWAPPED_802_11, DATA)
    carried = np.where(first & CAPWAP_NATIVE, native, ETHERNET)
    walk.send(found.rows, found.offset + size, np.where(is_closed, NOTHING, carried).astype(np.uint16))


@register("tzsp", TZSP, Layer.TUNNEL)
def read_tzsp(walk: Walk, found: Found) -> None:
    """Go on with the tags before a mirrored packet."""
    carries = found.fields["carries"]
    codes = np.select([carries == TZSP_ETHERNET, carries == TZSP_802_11], [TAGS, TAGS_802_11], NOTHING)
    codes[found.fields["type"] == TZSP_KEEPALIVE] = NOTHING
    walk.send(found.rows, found.offset + TZSP.itemsize, codes.astype(np.uint16))


@register("tzsp tags", FIRST_OCTET, Layer.TUNNEL, protocol="")
def read_tzsp_tag(walk: Walk, found: Found) -> None:
    """Go on behind a tag, which is Ethernet if it is the last one."""
    _read_tag(walk, found, ETHERNET, TAGS)


@register("tzsp tags of 802.11", FIRST_OCTET, Layer.TUNNEL, protocol="")
def read_tzsp_wireless_tag(walk: Walk, found: Found) -> None:
    """Go on behind a tag, which is 802.11 if it is the last one."""
    _read_tag(walk, found, code("wlan"), TAGS_802_11)


def _read_tag(walk: Walk, found: Found, carried: int, more: int) -> None:
    tag = walk.peek(found.rows, found.offset, TAG)
    is_single = (tag["type"] == TAG_PADDING) | (tag["type"] == TAG_END)
    size: NDArray[np.int64] = np.where(is_single, 1, TAG.itemsize + tag["length"].astype(np.int64))
    walk.send(found.rows, found.offset + size, np.where(tag["type"] == TAG_END, carried, more).astype(np.uint16))
