"""Fibre Channel (FC-FS), with the delimiters of its frames, in Ethernet (FC-BB-5), and between Cisco's switches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import NOTHING, Codes, Layer, code, register
from sharky.dissect.walk import DATA, Found, Walk
from sharky.model.packets import Offsets

FRAME = np.dtype(
    [
        ("control", "u1"),
        ("destination", "u1", 3),
        ("priority", "u1"),
        ("source", "u1", 3),
        ("type", "u1"),
        ("rest", "u1", 4),
        ("optional", "u1"),
        ("counts", "u1", 10),
    ]
)
OVER_ETHERNET, DELIMITER = np.dtype((np.void, 14)), np.dtype((np.void, 4))
TRAILER = 8
"""A check sequence and the delimiter that ends a frame."""

FRAME_KIND, DEVICE_DATA, BASIC_LINK, LINK_CONTROL = 0xF0, 0x00, 0x80, 0xC0
EXTENDED_LINK = (0x22, 0x23)
IP, SCSI, COMMON_TRANSPORT, SWITCHES = 0x05, 0x08, 0x20, 0x22
SCSI_MESSAGES, SWITCH_MESSAGES = (3, 5, 6, 7), (2, 3)
"""What kinds of device data say something of their own; others are data of the devices."""
HAS_NETWORK_HEADER, NETWORK_HEADER, LLC_SIZE = 0x20, 16, 3

FC, SNAP = code("fc"), code("snap")
FOLLOWING = [code("fcels"), NOTHING, code("fcp"), code("swils"), SNAP, code("fcct")]


@register("fcoe", OVER_ETHERNET, Layer.LINK)
def read_over_ethernet(walk: Walk, found: Found) -> None:
    """Go on with the frame between its delimiters."""
    walk.send(found.rows, _inside(walk, found), FC)


@register("fcsof", DELIMITER, Layer.LINK)
def read_delimited(walk: Walk, found: Found) -> None:
    """Go on with the frame between its delimiters, which Wireshark wants to see both."""
    is_cut = walk.limit[found.rows] < walk.reach[found.rows]
    walk.send(found.rows, _inside(walk, found), np.where(is_cut, NOTHING, FC).astype(np.uint16))


def _inside(walk: Walk, found: Found) -> Offsets:
    behind = found.offset + found.fields.dtype.itemsize
    walk.narrow(found.rows, np.maximum(walk.reach[found.rows] - TRAILER, behind))
    return behind


@register("fc", FRAME, Layer.NETWORK)
def read_frame(walk: Walk, found: Found) -> None:
    """Go on with IP or a service of the fabric; what SCSI, links and switches say are Fibre Channel's own, and all else is data."""
    has_header = found.fields["optional"] & HAS_NETWORK_HEADER != 0
    codes = _following(found.fields["control"], found.fields["type"])
    behind = found.offset + FRAME.itemsize + has_header * NETWORK_HEADER + (codes == SNAP) * LLC_SIZE
    walk.send(found.rows, behind, codes)


def _following(control: NDArray[np.uint8], kind: NDArray[np.uint8]) -> Codes:
    group, message = control & FRAME_KIND, control & ~np.uint8(FRAME_KIND)
    of_devices = group == DEVICE_DATA
    conditions = [
        np.isin(control, EXTENDED_LINK),
        (group == LINK_CONTROL) | ((group == BASIC_LINK) & (kind == 0)),
        of_devices & (kind == SCSI) & np.isin(message, SCSI_MESSAGES),
        of_devices & (kind == SWITCHES) & np.isin(message, SWITCH_MESSAGES),
        of_devices & (kind == IP),
        of_devices & (kind == COMMON_TRANSPORT),
    ]
    codes: Codes = np.select(conditions, FOLLOWING, DATA).astype(np.uint16)
    return codes
