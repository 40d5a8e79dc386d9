"""Headers: whatever the octets, each packet's columns come from its own octets, and lie in them."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np

from sharky.dissect import Fragments, dissect, heads
from sharky.model.columns import PROBLEMS, Columns
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree
from tests.fuzz.targets.packets import batch, pieces

SCALARS = (
    "problem",
    "stopped_at",
    "transport",
    "source_port",
    "destination_port",
    "flow_key",
    "is_forward",
    "payload_length",
    "payload_captured",
    "captured",
    "wire_length",
)
Said = list[dict[str, object]]


def check_dissector(octets: bytes) -> None:
    """Dissect packets together, in another order among other octets as those of large batches are, and one of them alone."""
    packets = pieces(octets)
    together = _dissected(batch(packets))
    neighbours = bytes(octets[::-1][:64]).ljust(20, b"\x45")
    with patch.object(heads, "LARGE_BATCH", 1):
        among_others = _dissected(batch(packets[::-1], neighbours, behind=0xFF))
    assert together == among_others[::-1]
    if packets:
        chosen = len(octets) % len(packets)
        assert _dissected(batch([packets[chosen]], behind=0x45)) == [together[chosen]]
    _check_inside(dissect(batch(packets), ProtocolTree(), Fragments()))


def _dissected(packets: PacketBatch) -> Said:
    """Return all that is said of each packet, in the order of capture, with places counted from its first octet."""
    columns = dissect(packets, ProtocolTree())
    _check_inside(columns)
    said: Said = []
    for row in np.argsort(columns.position).tolist():
        start = int(columns.offset[row])
        of_packet: dict[str, object] = {name: getattr(columns, name)[row].item() for name in SCALARS}
        of_packet["path"] = columns.tree.path(int(columns.path[row]))
        of_packet["payload"] = int(columns.payload_offset[row]) - start if columns.payload_length[row] else 0
        of_packet["headers"] = {name: found for name in columns.headers if (found := _places(columns, name, row, start))}
        said.append(of_packet)
    return said


def _places(columns: Columns, name: str, row: int, start: int) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    for place in columns.headers[name]:
        rows = np.arange(len(columns))[place.rows]
        places += [(int(place.offset[index]) - start, int(place.end[index]) - start) for index in np.flatnonzero(rows == row)]
    assert places == sorted(places), f"{name} is not listed outermost first"
    return places


def _check_inside(columns: Columns) -> None:
    """See that nothing that is said lies outside the packet."""
    limit = columns.offset + columns.captured
    for places in columns.headers.values():
        for place in places:
            assert (columns.offset[place.rows] <= place.offset).all()
            assert (place.offset <= place.end).all()
            assert (place.end <= limit[place.rows]).all()
    assert ((columns.payload_captured == 0) | (columns.payload_offset + columns.payload_captured <= limit)).all()
    assert (columns.payload_captured >= 0).all()
    assert (columns.payload_captured <= columns.payload_length).all()
    assert ((columns.stopped_at >= 0) & (columns.stopped_at <= np.maximum(columns.captured, columns.wire_length))).all()
    assert (columns.problem < len(PROBLEMS)).all()
    assert sorted(columns.position.tolist()) == list(range(len(columns)))
