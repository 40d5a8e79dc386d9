"""Link protocols of telephone lines and radio, and BACnet: AX.25 and LAPD (Q.921)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import NOTHING, Layer, code, load_codes, register
from sharky.dissect.walk import DATA, Found, Walk

ANY = np.dtype([])
OCTET = np.dtype([("value", "u1")])
AX25 = np.dtype([("addresses", "u1", 13), ("last", "u1"), ("control", "u1"), ("protocol", "u1")])
DIGIPEATER_SIZE, MAXIMUM_DIGIPEATERS = 7, 8
AX25_PROTOCOLS = load_codes("ax25_protocols", 1 << 8)
INFORMATION, UNNUMBERED_INFORMATION, UNNUMBERED, POLL = 0x01, 0x03, 0x03, 0x10

LAPD = np.dtype([("access", "u1"), ("terminal", "u1"), ("control", "u1")])
LAPD_ACCESS = {0: "q931", 16: "x25"}

BACNET = np.dtype([("version", "u1"), ("control", "u1")])
IS_NETWORK_MESSAGE, HAS_DESTINATION, HAS_SOURCE = 0x80, 0x20, 0x08
ADDRESS = np.dtype([("network", ">u2"), ("size", "u1")])
MSTP = np.dtype([("preamble", ">u2"), ("kind", "u1"), ("destination", "u1"), ("source", "u1"), ("length", ">u2"), ("check", "u1")])
ASKING, TELLING = 5, 6
"""Frames of data that expect a reply, and that do not."""
MSTP_CHECK = 2


@register("ax25", AX25, Layer.LINK)
def read_ax25(walk: Walk, found: Found) -> None:
    """Go on by protocol, in frames that carry information, behind the stations that pass it on."""
    at, last = found.offset + AX25.fields["last"][1], found.fields["last"]  # type: ignore[index]
    for _ in range(MAXIMUM_DIGIPEATERS):
        at = np.where(last & 1, at, at + DIGIPEATER_SIZE)
        last = np.where(last & 1, last, walk.peek(found.rows, at, OCTET)["value"])
    control = walk.peek(found.rows, at + 1, OCTET)["value"]
    protocol = walk.peek(found.rows, at + 2, OCTET)["value"]
    codes = np.where(_carries(control), AX25_PROTOCOLS.take(protocol), NOTHING).astype(np.uint16)
    walk.send(found.rows, at + 3, codes)


@register("ax25_kiss", OCTET, Layer.LINK)
def read_kiss(walk: Walk, found: Found) -> None:
    """Go on with AX.25 in frames of data."""
    walk.send(found.rows, found.offset + 1, np.where(found.fields["value"] & 0x0F, NOTHING, code("ax25")).astype(np.uint16))


@register("lapd", LAPD, Layer.LINK)
def read_lapd(walk: Walk, found: Found) -> None:
    """Go on by service access point; the control field is shorter in frames without a number."""
    control = found.fields["control"]
    is_short = control & UNNUMBERED == UNNUMBERED
    codes = np.full(len(control), DATA, np.uint16)
    for access, name in LAPD_ACCESS.items():
        codes[_carries(control) & (found.fields["access"] >> 2 == access)] = code(name)
    walk.send(found.rows, found.offset + np.where(is_short, 3, 4), codes)


def _carries(control: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which frames carry information."""
    carries: NDArray[np.bool_] = (control & INFORMATION == 0) | (control & ~np.uint8(POLL) == UNNUMBERED_INFORMATION)
    return carries


@register("mstp", MSTP, Layer.LINK)
def read_mstp(walk: Walk, found: Found) -> None:
    """Go on with BACnet in frames of data, ahead of their check; as Wireshark does, whatever their length says (ISO 16484-5 clause 9)."""
    kind = found.fields["kind"]
    codes = np.where((kind == ASKING) | (kind == TELLING), code("bacnet"), DATA).astype(np.uint16)
    codes[walk.room(found) <= MSTP.itemsize + MSTP_CHECK] = NOTHING
    walk.narrow(found.rows, walk.reach[found.rows] - MSTP_CHECK)
    walk.send(found.rows, found.offset + MSTP.itemsize, codes)


@register("bacnet", BACNET, Layer.NETWORK)
def read_bacnet(walk: Walk, found: Found) -> None:
    """Go on with the application's part behind the addresses, unless the message is the network's own (ISO 16484-5 clause 6)."""
    control = found.fields["control"]
    at = found.offset + BACNET.itemsize
    for flag in (HAS_DESTINATION, HAS_SOURCE):
        size = walk.peek(found.rows, at, ADDRESS)["size"].astype(np.int64)
        at = np.where(control & flag, at + ADDRESS.itemsize + size, at)
    at = at + (control & HAS_DESTINATION != 0)
    walk.send(found.rows, at, np.where(control & IS_NETWORK_MESSAGE, NOTHING, code("bacapp")).astype(np.uint16))
