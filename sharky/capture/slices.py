"""Part of a batch, without copying its octets."""

from __future__ import annotations

from dataclasses import replace

from sharky.model.packets import PacketBatch


def cut(batch: PacketBatch, start: int, stop: int, now_ns: int) -> PacketBatch:
    """Return rows `start` up to `stop` of a batch, after which the packet clock shows `now_ns`.

    >>> batch = PacketBatch.tick(now_ns=5, next_number=1)
    >>> cut(batch, 0, 0, now_ns=7).now_ns
    7
    """
    rows = slice(start, stop)
    return replace(
        batch,
        offset=batch.offset[rows],
        captured=batch.captured[rows],
        wire_length=batch.wire_length[rows],
        time_ns=batch.time_ns[rows],
        linktype=batch.linktype[rows],
        interface=batch.interface[rows],
        first_number=batch.first_number + start,
        now_ns=now_ns,
        first_octets=None if batch.first_octets is None else batch.first_octets[rows],
    )
