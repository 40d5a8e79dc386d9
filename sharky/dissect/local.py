"""What stays on one cable: PROFINET (IEC 61158), CAN (ISO 11898), and the protocols of Realtek's switches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import NOTHING, Layer, code, load_codes, register, rows
from sharky.dissect.walk import DATA, Found, Walk

PROFINET = np.dtype([("frame", ">u2")])
CAN = np.dtype([("identifier", ">u4"), ("length", "u1"), ("flags", "u1"), ("reserved", ">u2")])
COOKED_CAN = np.dtype([("identifier", "<u4"), ("length", "u1"), ("flags", "u1"), ("reserved", ">u2")])
"""In the order of the host, which Wireshark takes for a little-endian one."""
IS_ERROR = 0x20000000
"""The flag of frames that tell of an error on the bus; Linux notes it in the identifier."""
IS_FLEXIBLE, FLEXIBLE_FLAGS = 0x04, 0x03
"""The flag of CAN FD, which has no frames that tell of errors, and those that may stand beside it; all else is padding."""
REALTEK = np.dtype([("protocol", "u1")])

FRAMES = np.full(1 << 16, NOTHING, np.uint16)
for first, last, name in rows("profinet_frames"):
    FRAMES[int(first, 0) : int(last, 0) + 1] = code(name)
REALTEK_PROTOCOLS = load_codes("realtek_protocols", 1 << 8, otherwise="")


@register("pn_rt", PROFINET, Layer.NETWORK)
def read_profinet(walk: Walk, found: Found) -> None:
    """Go on by frame identifier."""
    walk.send(found.rows, found.offset + PROFINET.itemsize, FRAMES.take(found.fields["frame"]))


@register("realtek", REALTEK, Layer.NETWORK)
def read_realtek(walk: Walk, found: Found) -> None:
    """Go on by protocol."""
    walk.send(found.rows, found.offset + REALTEK.itemsize, REALTEK_PROTOCOLS.take(found.fields["protocol"]))


@register("can of cooked", COOKED_CAN, Layer.LINK, protocol="can")
def read_cooked_can(walk: Walk, found: Found) -> None:
    """Go on with the data, unless it is the kind of an error that stands there."""
    _send_data(walk, found, found.fields["identifier"] & IS_ERROR == 0)


@register("can", CAN, Layer.LINK)
def read_can(walk: Walk, found: Found) -> None:
    """Go on with the data, unless it is the kind of an error that stands there."""
    fields = found.fields
    is_flexible = (fields["flags"] & ~np.uint8(FLEXIBLE_FLAGS) == IS_FLEXIBLE) & (fields["reserved"] == 0)
    _send_data(walk, found, (fields["identifier"] & IS_ERROR == 0) | is_flexible)


@register("canfd", COOKED_CAN, Layer.LINK)
def read_flexible_can(walk: Walk, found: Found) -> None:
    """Go on with the data."""
    _send_data(walk, found, np.ones(len(found.offset), np.bool_))


def _send_data(walk: Walk, found: Found, has_data: NDArray[np.bool_]) -> None:
    """Go on with as much data as the length says, where there is any."""
    behind = found.offset + CAN.itemsize
    walk.narrow(found.rows, behind + found.fields["length"])
    walk.send(found.rows, behind, np.where(has_data, DATA, NOTHING).astype(np.uint16))


@register("pn_rt fragment", np.dtype([]), Layer.NETWORK, protocol="pn_rt:data")
def read_fragment(_: Walk, __: Found) -> None:
    """A piece of a frame that was too long for its slot in time."""
