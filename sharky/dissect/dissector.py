"""A batch of packets in, columns out: which protocols each packet carries up to layer 4, and where its headers stand."""

from __future__ import annotations

import numpy as np

import sharky.dissect.readers  # noqa: F401  (they register their headers)
from sharky.dissect.flows import flow_keys
from sharky.dissect.fragments import Fragments
from sharky.dissect.heads import first_octets
from sharky.dissect.links import send_by_linktype
from sharky.dissect.order import order_rows
from sharky.dissect.walk import Walk
from sharky.model.columns import Columns
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree


def dissect(batch: PacketBatch, tree: ProtocolTree, fragments: Fragments | None = None) -> Columns:
    """Read the headers of all packets of a batch.

    Args:
        batch: Packets of any link types; they may be cut, and lie.
        tree: Numbers the paths of protocols; paths that are new are added.
        fragments: The same one for all batches of a source. Without it, the last fragment of a datagram is taken for
            the one that makes it whole.

    Returns:
        A row a packet, packets of one kind together.

    >>> batch = PacketBatch.tick(now_ns=5, next_number=1)
    >>> len(dissect(batch, ProtocolTree()))
    0
    """
    octets = first_octets(batch)
    position = order_rows(batch, octets)
    walk = Walk(batch, position, octets, tree, fragments)
    send_by_linktype(walk, batch.linktype[position])
    walk.run()
    flow_key, is_forward = flow_keys(walk)
    payload_captured = np.minimum(walk.payload_length, np.maximum(walk.limit - walk.payload_offset, 0))
    return Columns(
        buffer=walk.buffer,
        tree=tree,
        position=position,
        first_number=batch.first_number,
        now_ns=batch.now_ns,
        time_ns=batch.time_ns[position],
        offset=walk.offset,
        captured=walk.captured,
        wire_length=walk.wire_length,
        path=walk.path,
        problem=walk.problem,
        stopped_at=walk.stopped_at,
        transport=walk.transport,
        source_port=walk.source_port,
        destination_port=walk.destination_port,
        flow_key=flow_key,
        is_forward=is_forward,
        payload_offset=walk.payload_offset,
        payload_length=walk.payload_length,
        payload_captured=payload_captured,
        headers=walk.headers,
        cut_headers=walk.cut_headers,
        batch=batch,
    )
