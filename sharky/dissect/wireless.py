"""IEEE 802.11 and what captures put before it: radiotap, Prism and AVS headers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import NOTHING, Layer, code, declare, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import DATA, MALFORMED, Found, Walk
from sharky.model.packets import Offsets

ANY = np.dtype([])
RADIOTAP = np.dtype([("version", "u1"), ("padding", "u1"), ("length", "<u2"), ("present", "<u4")])
AVS = np.dtype([("version", ">u4"), ("length", ">u4")])
WLAN = np.dtype([("control", "u1"), ("flags", "u1")])
WLAN_SWAPPED = np.dtype({"names": ["control", "flags"], "formats": ["u1", "u1"], "offsets": [1, 0]})
"""As Cisco's access points send it to their controllers."""
WORD = np.dtype([("present", "<u4")])
OCTET = np.dtype([("value", "u1")])
FIRST_TWO = np.dtype([("marker", ">u2")])

PRISM_SIZE, PRISM_MESSAGES = 144, (0x41, 0x44, 0x41000000, 0x44000000)
"""Of drivers in either byte order."""
AVS_COOKIES = (0x80211001, 0x80211002)
MAXIMUM_PRESENT_WORDS = 8
HAS_TIME, HAS_FLAGS, HAS_MORE = 1, 2, 1 << 31
IS_PADDED = 0x20
"""Radiotap's flag for 802.11 headers that are filled up to a multiple of 4 octets."""

VERSION, TYPE, MANAGEMENT_TYPE, DATA_TYPE, EXTENSION_TYPE = 0x03, 0x0C, 0x00, 0x08, 0x0C
"""Frames of version 1 have another header, with nothing above it that is read; of others nothing is known."""
NO_PACKET = 1 << 26
"""Radiotap's note that nothing was received behind the preamble (0-length PSDU)."""
NO_DATA, HAS_QOS = 0x40, 0x80
BOTH_SYSTEMS, MORE_FRAGMENTS, IS_PROTECTED, HAS_ORDER = 0x03, 0x04, 0x40, 0x80
SUBFRAMES, SUBFRAME_HEAD = 0x80, 14
MESH, MESH_SIZE, MESH_ADDRESSES = 0x01, 6, 0x03
QOS = np.dtype([("first", "u1"), ("second", "u1")])
RAW_IPX = 0xFFFF

WLAN_CODE, PADDED, PAYLOAD, LLC, IPX = code("wlan"), code("padded wlan"), code("wlan payload"), code("llc"), code("ipx")
SUBFRAME, MANAGEMENT, EXTENSION = code("wlan subframes"), code("wlan.mgt"), code("wlan_ext")


def _send_behind(walk: Walk, found: Found, length: NDArray[np.uint32], codes: NDArray[np.uint16] | int) -> None:
    """Go on behind a header that tells its own length, where that length is possible."""
    is_good = (length >= found.fields.dtype.itemsize) & (length <= walk.room(found))
    if not is_good.all():
        walk.stop(choose(found.rows, ~is_good), MALFORMED)
        codes = codes if isinstance(codes, int) else codes[is_good]
    walk.send(choose(found.rows, is_good), (found.offset + length)[is_good], codes)


@register("radiotap", RADIOTAP, Layer.LINK)
def read_radiotap(walk: Walk, found: Found) -> None:
    """Go on with 802.11, whose header may be padded."""
    codes = np.where(_flags(walk, found) & IS_PADDED, PADDED, WLAN_CODE).astype(np.uint16)
    codes[(found.fields["present"] & NO_PACKET != 0) & (found.fields["length"] == walk.room(found))] = NOTHING
    _send_behind(walk, found, found.fields["length"], codes)


def _flags(walk: Walk, found: Found) -> NDArray[np.uint8]:
    """Return radiotap's flags, which stand behind all words of presence and the time, or 0 where there are none."""
    present = found.fields["present"]
    behind: Offsets = found.offset + RADIOTAP.itemsize
    more = (present & HAS_MORE) != 0
    for _ in range(MAXIMUM_PRESENT_WORDS):
        if not more.any():
            break
        word = walk.peek(found.rows, behind, WORD)["present"]
        behind = np.where(more, behind + WORD.itemsize, behind)
        more &= (word & HAS_MORE) != 0
    aligned = found.offset + ((behind - found.offset + 7) // 8 * 8) + 8
    at = np.where(present & HAS_TIME, aligned, behind)
    is_there = ((present & HAS_FLAGS) != 0) & (at < found.offset + found.fields["length"])
    flags: NDArray[np.uint8] = np.where(is_there, walk.peek(found.rows, at, OCTET)["value"], 0)
    return flags


@register("prism", AVS, Layer.LINK)
def read_prism(walk: Walk, found: Found) -> None:
    """Go on with 802.11, or with the AVS header where that stands in this one's place; without a known message there is no header."""
    first = walk.peek(found.rows, found.offset, AVS)["version"]
    codes = np.where(np.isin(first, AVS_COOKIES), code("wlancap"), WLAN_CODE).astype(np.uint16)
    walk.send(found.rows, found.offset + np.isin(first, PRISM_MESSAGES) * PRISM_SIZE, codes)


@register("wlancap", AVS, Layer.LINK)
def read_avs(walk: Walk, found: Found) -> None:
    """Go on with 802.11."""
    _send_behind(walk, found, found.fields["length"], WLAN_CODE)


@register("swapped wlan", WLAN_SWAPPED, Layer.LINK, protocol="wlan")
@register("wlan", WLAN, Layer.LINK)
def read_wlan(walk: Walk, found: Found) -> None:
    """Go on with what a data frame carries; what is encrypted, or in pieces, is data."""
    _read_wlan(walk, found, _size(found))


@register("padded wlan", WLAN, Layer.LINK, protocol="wlan")
def read_padded_wlan(walk: Walk, found: Found) -> None:
    """Go on with what a data frame carries, behind a header filled up to a multiple of 4 octets."""
    _read_wlan(walk, found, (_size(found) + 3) // 4 * 4)


def _size(found: Found) -> NDArray[np.int64]:
    """Return how long the header of each data or management frame is (IEEE 802.11 section 9.3)."""
    control, flags = found.fields["control"], found.fields["flags"]
    is_data = control & TYPE == DATA_TYPE
    has_qos = is_data & (control & HAS_QOS != 0)
    has_fourth_address = is_data & (flags & BOTH_SYSTEMS == BOTH_SYSTEMS)
    size: NDArray[np.int64] = 24 + has_fourth_address * 6 + has_qos * 2 + (has_qos & ((flags & HAS_ORDER) != 0)) * 4
    return size


def _read_wlan(walk: Walk, found: Found, size: NDArray[np.int64]) -> None:
    control, flags = found.fields["control"], found.fields["flags"]
    is_data = control & TYPE == DATA_TYPE
    has_body = (is_data & (control & NO_DATA == 0)) | (control & TYPE == MANAGEMENT_TYPE)
    is_closed = (flags & (IS_PROTECTED | MORE_FRAGMENTS)) != 0
    qos = walk.peek(found.rows, found.offset + 24 + (flags & BOTH_SYSTEMS == BOTH_SYSTEMS) * 6, QOS)
    has_qos = is_data & (control & HAS_QOS != 0)
    has_subframes = has_qos & (qos["first"] & SUBFRAMES != 0) & ~is_closed
    is_mesh = has_qos & (qos["second"] & MESH != 0) & (flags & BOTH_SYSTEMS == BOTH_SYSTEMS) & ~is_closed
    mesh = walk.peek(found.rows, found.offset + size, OCTET)["value"] & MESH_ADDRESSES
    codes = np.where(is_closed, DATA, np.where(is_data, np.where(has_subframes, SUBFRAME, PAYLOAD), MANAGEMENT))
    codes = np.where(has_body & (walk.room(found) >= size), codes, NOTHING).astype(np.uint16)
    behind = found.offset + size + is_mesh * (MESH_SIZE + mesh.astype(np.int64) * 6)
    codes[control & TYPE == EXTENSION_TYPE] = EXTENSION
    version = control & VERSION
    if version.any():
        codes[version > 0] = np.where(version[version > 0] > 1, DATA, NOTHING)
        behind = np.where(version > 0, found.offset + WLAN.itemsize, behind)
    walk.send(found.rows, behind, codes)


for name in ("wlan.mgt", "wlan_ext"):
    declare(name, ANY, Layer.SHIM)


@register("wlan subframes", ANY, Layer.SHIM, protocol="")
def read_subframes(walk: Walk, found: Found) -> None:
    """Go on with what the first of several packets in one frame (A-MSDU) carries."""
    walk.path[found.rows] = walk.tree.step(walk.path[found.rows], "wlan_aggregate")
    walk.send(found.rows, found.offset + SUBFRAME_HEAD, PAYLOAD)


@register("encapsulated wlan", ANY, Layer.SHIM, protocol="")
def read_encapsulated(walk: Walk, found: Found) -> None:
    """Name 802.11, of which Ethernet carries actions such as TDLS without any header of its own (IEEE 802.11 annex H)."""
    walk.path[found.rows] = walk.tree.step(walk.path[found.rows], "wlan")


@register("wlan payload", ANY, Layer.SHIM, protocol="")
def read_payload(walk: Walk, found: Found) -> None:
    """Tell Novell's raw frames from those with LLC."""
    is_raw = walk.peek(found.rows, found.offset, FIRST_TWO)["marker"] == RAW_IPX
    walk.send(found.rows, found.offset, np.where(is_raw, IPX, LLC).astype(np.uint16))
