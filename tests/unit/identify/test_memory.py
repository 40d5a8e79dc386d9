"""What a flow costs, and that there is an end to it."""

from __future__ import annotations

import sys
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from sharky.identify.identifier import Identifier
from sharky.model.columns import Columns
from sharky.model.protocols import ProtocolTree
from sharky.tables import pages
from tests.unit.identify.builder import columns, udp

MOST_BYTES = 200
"""Of resident memory for each flow that is remembered."""


def one_packet_each(tree: ProtocolTree, begin: int, count: int) -> Columns:
    """Return a batch in which each packet begins a flow of its own."""
    one = columns(tree, [udp(b"\x99" * 40)])
    every = {name: np.repeat(getattr(one, name), count) for name in ("captured", "wire_length", "path", "transport", "source_port")}
    every |= {name: np.repeat(getattr(one, name), count) for name in ("problem", "stopped_at", "destination_port", "is_forward", "offset")}
    every |= {name: np.repeat(getattr(one, name), count) for name in ("payload_offset", "payload_length", "payload_captured")}
    keys = np.arange(begin + 1, begin + 1 + count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return replace(one, **every, position=np.arange(count), flow_key=keys, time_ns=np.arange(begin, begin + count))


def grown(identifier: Identifier, tree: ProtocolTree, begin: int, end: int, step: int = 4096) -> int:
    """Return by how many bytes memory grew while flows were identified; pages of its own would go unseen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "LEAST_OCTETS", sys.maxsize)
        return _grown(identifier, tree, begin, end, step)


def _grown(identifier: Identifier, tree: ProtocolTree, begin: int, end: int, step: int) -> int:
    tracemalloc.start()
    for first in range(begin, end, step):
        identifier.identify(one_packet_each(tree, first, min(step, end - first)))
    grew, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return grew


def test_a_flow_costs_few_bytes() -> None:
    tree = ProtocolTree()
    identifier = Identifier(tree)
    identifier.identify(one_packet_each(tree, 0, 1))
    count = 1 << 16
    each = grown(identifier, tree, 1, count) / count
    print(f"\n{each:.0f} bytes a flow")
    assert each <= MOST_BYTES
    assert not identifier.counters["flows_evicted"]


def test_beyond_the_ceiling_memory_stays_and_what_is_forgotten_is_counted() -> None:
    tree, most = ProtocolTree(), 1 << 12
    identifier = Identifier(tree, most_flows=most)
    grown(identifier, tree, 0, 2 * most)
    assert grown(identifier, tree, 2 * most, 10 * most) <= MOST_BYTES * most
    assert identifier.counters["flows_evicted"] >= 9 * most - most
    assert not identifier.counters["flows_refused"]
