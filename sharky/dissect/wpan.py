"""IEEE 802.15.4: what captures put around its frames, its header with information elements, beacons, and which network a frame is of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.checksums import crc_16
from sharky.dissect.registry import NOTHING, Codes, Layer, code, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import DATA, MALFORMED, Found, Walk
from sharky.model.packets import Offsets

ANY, OCTET = np.dtype([]), np.dtype([("value", "u1")])
CONTROL = np.dtype([("control", "<u2"), ("sequence", "u1")])
BEACON, DATA_FRAME, ACKNOWLEDGEMENT, COMMAND = 0, 1, 2, 3
TYPE, IS_SECURED, IS_COMPRESSED, NO_SEQUENCE, VERSION = 0x0007, 0x0008, 0x0040, 0x0100, 0x3000
VERSION_2 = 0x2000
NO_ADDRESS, RESERVED, SHORT, LONG = 0, 1, 2, 3
ADDRESS_SIZES = np.array([0, 1, 2, 8])
CHECK_SIZE = 2
FIXED_CONTENT = np.array([0, 0, 0, 1, 0, 0, 0, 0])
"""What is read of a frame of each type although its check sequence is wrong: a command's number. Beacons are read as if it were right."""

SLOTS, SLOT_SIZE, SHORT_PENDING, LONG_PENDING = 0x07, 3, 0x07, 0x70
ZIGBEE_BEACON = 0
"""What the beacons of ZigBee's networks begin with, behind 802.15.4's own fields."""

HAS_ELEMENTS, MAXIMUM_ELEMENTS = 0x0200, 32
ELEMENT = np.dtype([("head", "<u2")])
FIRST_END, LAST_END = 0x7E, 0x7F
"""Elements of the header that end it: the first goes on with elements of the payload, the other with the payload itself."""
PAYLOAD_ELEMENT, PAYLOAD_END = 0x8000, 0x0F

PHY_HEADER = 6
TAP = np.dtype([("version", "u1"), ("reserved", "u1"), ("length", "<u2"), ("kind", "<u2"), ("size", "<u2"), ("value", "u1")])
CHECK_KIND, CHECK_16 = 0, 1

ZIGBEE_VERSION, ZIGBEE_VERSIONS = 0x003C, (1 << 2, 2 << 2)
WHOLE_IPV6, OLD_COMPRESSED, BROADCAST = 0x41, 0x42, 0x50

WPAN, LOWPAN, ZIGBEE = code("wpan content"), code("6lowpan"), code("zbee_nwk")
OWN_BEACON, OTHER_BEACON, ZIGBEES_BEACON = code("wpan beacon"), code("other wpan beacon"), code("zbee_beacon")


@register("wpan", ANY, Layer.LINK)
def read_checked(walk: Walk, found: Found) -> None:
    """Go on behind the frame check sequence has been looked at."""
    _check(walk, found, np.ones(len(found.offset), np.bool_))


@register("wpan without check", ANY, Layer.LINK, protocol="wpan")
def read_unchecked(walk: Walk, found: Found) -> None:
    """Go on at once."""
    walk.send(found.rows, found.offset, WPAN)


@register("wpan-nonask-phy", np.dtype((np.void, PHY_HEADER)), Layer.LINK)
def read_phy(walk: Walk, found: Found) -> None:
    """Go on behind what the radio sends before each frame."""
    _check(walk, Found(found.rows, found.offset + PHY_HEADER, found.fields), np.ones(len(found.offset), np.bool_))


@register("wpan-tap", TAP, Layer.LINK)
def read_tap(walk: Walk, found: Found) -> None:
    """Go on behind the notes of a capture, the first of which says whether a check sequence follows."""
    fields = found.fields
    length = fields["length"].astype(np.int64)
    is_good = (length >= TAP.itemsize - 1) & (length <= walk.room(found))
    walk.stop(choose(found.rows, ~is_good), MALFORMED)
    is_checked = (fields["kind"] == CHECK_KIND) & (fields["value"] == CHECK_16)
    _check(walk, Found(found.rows, found.offset + length, fields).part(is_good), is_checked[is_good])


def _check(walk: Walk, found: Found, is_checked: NDArray[np.bool_]) -> None:
    """Go on with the content of frames whose check sequence is right, as far as it was captured."""
    reach = walk.reach[found.rows]
    length = np.where(is_checked, reach - found.offset - CHECK_SIZE, 0)
    is_whole = is_checked & (length >= 0) & (walk.limit[found.rows] >= reach)
    is_wrong = is_whole & (crc_16(walk.buffer, found.offset, np.where(is_whole, length + CHECK_SIZE, 0)) != 0)
    walk.narrow(found.rows, np.where(is_checked, np.maximum(reach - CHECK_SIZE, found.offset), reach))
    control = walk.peek(found.rows, found.offset, CONTROL)["control"]
    is_wrong &= ~_is_impossible(control) & (control & TYPE != BEACON)
    behind = _behind_elements(walk, found, found.offset + _head_size(control), is_wrong & _has_elements(control))
    at = np.where(is_wrong, behind + FIXED_CONTENT.take(control & TYPE), found.offset)
    walk.send(found.rows, at, np.where(is_wrong, DATA, WPAN).astype(np.uint16))


def _is_impossible(control: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Tell which headers have a reserved kind of address, or leave out a network that only one address would have named."""
    to, of = control >> 10 & 3, control >> 14 & 3
    is_alone = (to == NO_ADDRESS) | (of == NO_ADDRESS)
    impossible: NDArray[np.bool_] = (
        (to == RESERVED) | (of == RESERVED) | (is_alone & (control & IS_COMPRESSED != 0) & (control & VERSION < VERSION_2))
    )
    return impossible


def _head_size(control: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Return how long the header is (IEEE 802.15.4 section 7.2)."""
    to, of = control >> 10 & 3, control >> 14 & 3
    is_new, is_compressed = control & VERSION == VERSION_2, control & IS_COMPRESSED != 0
    has_to, has_from = to != NO_ADDRESS, of != NO_ADDRESS
    both_long = (to == LONG) & (of == LONG)
    to_network = np.where(
        is_new, np.select([has_to & has_from, has_to | ~has_from], [~(both_long & is_compressed), has_to != is_compressed]), has_to
    )
    from_network = has_from & ~is_compressed & ~(is_new & both_long)
    has_sequence = ~(is_new & (control & NO_SEQUENCE != 0))
    size: NDArray[np.int64] = 2 + has_sequence + 2 * to_network + 2 * from_network + ADDRESS_SIZES[to] + ADDRESS_SIZES[of]
    return size


@register("wpan content", CONTROL, Layer.SHIM, protocol="")
def read_content(walk: Walk, found: Found) -> None:
    """Go on with what a data frame carries, told by how it begins; what is encrypted is data."""
    is_impossible = _is_impossible(found.fields["control"])
    walk.stop(choose(found.rows, is_impossible), MALFORMED)
    found = found.part(~is_impossible)
    control = found.fields["control"]
    is_new = control & VERSION == VERSION_2
    behind = _behind_elements(walk, found, found.offset + _head_size(control), _has_elements(control))
    kind, is_secured = control & TYPE, control & IS_SECURED != 0
    is_short = (control >> 10 & 3 == SHORT) & (control >> 14 & 3 == SHORT)
    carried = _carried(walk, found, behind, is_short)
    carried[is_secured] = DATA
    is_zigbee = (control >> 14 & 3 == SHORT) & ~is_secured
    beacon = np.select([is_new, is_zigbee], [np.uint16(DATA), np.uint16(OWN_BEACON)], np.uint16(OTHER_BEACON))
    codes = np.select([kind == COMMAND, kind == DATA_FRAME, kind == BEACON], [np.uint16(NOTHING), carried, beacon], np.uint16(DATA))
    walk.send(found.rows, behind, codes.astype(np.uint16))


def _has_elements(control: NDArray[np.uint16]) -> NDArray[np.bool_]:
    has_elements: NDArray[np.bool_] = (control & VERSION == VERSION_2) & (control & HAS_ELEMENTS != 0)
    return has_elements


def _behind_elements(walk: Walk, found: Found, at: Offsets, has_elements: NDArray[np.bool_]) -> Offsets:
    """Return where the information elements of frames end that have some (IEEE 802.15.4 section 7.4)."""
    end = found.offset + walk.room(found)
    in_header, in_payload = has_elements.copy(), np.zeros_like(has_elements)
    for _ in range(MAXIMUM_ELEMENTS):
        is_open = (in_header | in_payload) & (at < end)
        if not is_open.any():
            break
        head = walk.peek(found.rows, at, ELEMENT)["head"].astype(np.int64)
        kind = np.where(in_payload, head >> 11 & 0x0F, head >> 7 & 0xFF)
        is_last = np.where(in_payload, kind == PAYLOAD_END, kind == LAST_END)
        is_misplaced = in_payload & (head & PAYLOAD_ELEMENT == 0)
        size = ELEMENT.itemsize + np.where(in_payload, head & 0x07FF, head & 0x7F)
        at = np.where(is_open & ~is_misplaced, at + size, at)
        begins_payload = is_open & in_header & (kind == FIRST_END)
        in_header &= ~(is_open & (is_last | begins_payload))
        in_payload = (in_payload & ~(is_open & (is_last | is_misplaced))) | begins_payload
    return at


@register("wpan beacon", ANY, Layer.SHIM, protocol="")
def read_beacon(walk: Walk, found: Found) -> None:
    """Go on with what a network says in its beacon, of which ZigBee's are known."""
    behind = _behind_beacon(walk, found)
    is_zigbee = walk.peek(found.rows, behind, OCTET)["value"] == ZIGBEE_BEACON
    is_zigbee &= walk.room(found) > behind - found.offset
    walk.send(found.rows, behind, np.where(is_zigbee, ZIGBEES_BEACON, DATA).astype(np.uint16))


@register("other wpan beacon", ANY, Layer.SHIM, protocol="")
def read_other_beacon(walk: Walk, found: Found) -> None:
    """Go on with what no network's beacon is known to be."""
    walk.send(found.rows, _behind_beacon(walk, found), DATA)


def _behind_beacon(walk: Walk, found: Found) -> Offsets:
    """Return where a beacon's own fields end: two octets, and two lists (IEEE 802.15.4 section 7.3.1)."""
    slots = walk.peek(found.rows, found.offset + 2, OCTET)["value"].astype(np.int64) & SLOTS
    at = found.offset + 3 + (slots > 0) + slots * SLOT_SIZE
    pending = walk.peek(found.rows, at, OCTET)["value"].astype(np.int64)
    behind: Offsets = at + 1 + (pending & SHORT_PENDING) * 2 + (pending & LONG_PENDING) // 2
    return behind


def _carried(walk: Walk, found: Found, behind: Offsets, is_short: NDArray[np.bool_]) -> Codes:
    first = walk.peek(found.rows, behind, OCTET)["value"]
    is_zigbee = is_short & np.isin(first & ZIGBEE_VERSION, ZIGBEE_VERSIONS)
    has_dispatch = np.isin(first, (WHOLE_IPV6, OLD_COMPRESSED, BROADCAST)) | (first >> 5 == 3) | (first >> 6 == 2)
    has_dispatch |= (first >> 3 == 0x18) | (first >> 3 == 0x1C)
    codes: Codes = np.select([is_zigbee, has_dispatch], [ZIGBEE, LOWPAN], DATA).astype(np.uint16)
    codes[behind >= np.minimum(walk.reach[found.rows], walk.limit[found.rows])] = NOTHING
    return codes
