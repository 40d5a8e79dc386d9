"""The PPI header, which some captures put before 802.11 and other links, with where the receiver was (CACE PPI 1.0.7)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import NO_LAYOUT, Layer, declare, load_codes, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import MALFORMED, Found, Walk
from sharky.model.packets import Offsets

PPI = np.dtype([("version", "u1"), ("flags", "u1"), ("length", "<u2"), ("linktype", "<u4")])
FIELD = np.dtype([("type", "<u2"), ("length", "<u2")])
IS_ALIGNED, MAXIMUM_FIELDS = 0x01, 16
PLACES = {30002: "ppi_gps", 30003: "ppi_vector", 30004: "ppi_sensor", 30005: "ppi_antenna"}
LINKTYPES = load_codes("linktypes", 1 << 16, otherwise="")
LINKTYPE_IEEE802_11 = 105

for place in PLACES.values():
    declare(place, NO_LAYOUT, Layer.LINK)


@register("ppi", PPI, Layer.LINK)
def read_ppi(walk: Walk, found: Found) -> None:
    """Go on by link type, where all of the header was captured; Wireshark shows a layer of its own before all but 802.11."""
    is_cut = found.fields["length"] > walk.room(found)
    walk.stop(choose(found.rows, is_cut), MALFORMED)
    found = found.part(~is_cut)
    length = np.maximum(found.fields["length"], PPI.itemsize)
    _name_places(walk, found, found.offset + length)
    linktype = np.minimum(found.fields["linktype"], np.iinfo(np.uint16).max)
    named = choose(found.rows, linktype != LINKTYPE_IEEE802_11)
    walk.path[named] = walk.tree.step(walk.path[named], "pcap_pktdata")
    walk.send(found.rows, found.offset + length, LINKTYPES.take(linktype))


def _name_places(walk: Walk, found: Found, end: Offsets) -> None:
    """Add the layers that Wireshark shows for where the receiver was (PPI Geolocation Specification 1.2)."""
    at, is_aligned = found.offset + PPI.itemsize, found.fields["flags"] & IS_ALIGNED != 0
    for _ in range(MAXIMUM_FIELDS):
        is_open = at + FIELD.itemsize <= end
        if not is_open.any():
            return
        field = walk.peek(found.rows, at, FIELD)
        for kind, name in PLACES.items():
            rows = choose(found.rows, is_open & (field["type"] == kind))
            walk.path[rows] = walk.tree.step(walk.path[rows], name)
        behind = at + FIELD.itemsize + field["length"]
        at = np.where(is_open, np.where(is_aligned, behind + (found.offset - behind) % 4, behind), end)
