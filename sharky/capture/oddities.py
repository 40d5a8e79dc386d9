"""Packets that contradict themselves, or the one ahead of them, and are read all the same: each kind is counted, and its first named."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chunk import Chunk
from sharky.capture.damage import Findings
from sharky.capture.packets import Records
from sharky.model.packets import FOREVER_NS

SECOND_NS = 1_000_000_000


class Oddities:
    """Looks through the packets of one file."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._before_ns = -FOREVER_NS

    def look(self, records: Records, chunk: Chunk) -> None:
        """Look at the packets behind those of the last call, at least one."""
        self._look_at_lengths(records, chunk)
        self._look_at_order(records, chunk)
        if records.time_ns.max() >= FOREVER_NS - 1:
            _, count, place = _first(records.time_ns >= FOREVER_NS - 1, records, chunk)
            self._findings.note("times_beyond_range", place, "the time of a packet is more than 146 years behind 1970", count)

    def _look_at_lengths(self, records: Records, chunk: Chunk) -> None:
        captured, wire_length = records.captured, records.wire_length
        if (is_longer := captured > wire_length).any():
            row, count, place = _first(is_longer, records, chunk)
            reason = f"{captured[row]:,} octets are captured of a packet that had {wire_length[row]:,} on the wire"
            self._findings.note("captured_beyond_wire", place, reason, count)
        if (is_longer := captured > records.snaplen).any():
            row, count, place = _first(is_longer, records, chunk)
            reason = f"{captured[row]:,} octets are captured of a packet, more than the snaplen allows"
            self._findings.note("captured_beyond_snaplen", place, reason, count)

    def _look_at_order(self, records: Records, chunk: Chunk) -> None:
        time_ns = records.time_ns
        before_ns, self._before_ns = self._before_ns, int(time_ns[-1])
        if int(time_ns[0]) >= before_ns and (time_ns[1:] >= time_ns[:-1]).all():
            return
        ahead_ns = np.concatenate(([before_ns], time_ns[:-1]))
        row, count, place = _first(time_ns < ahead_ns, records, chunk)
        seconds = (int(ahead_ns[row]) - int(time_ns[row])) / SECOND_NS
        self._findings.note("out_of_order", place, f"the time of a packet is {seconds:,.9f} s before that of the one ahead of it", count)


def _first(is_odd: NDArray[np.bool_], records: Records, chunk: Chunk) -> tuple[int, int, int]:
    """Return the first row that is odd, how many are, and where in the file the record of the first one begins."""
    row = int(is_odd.argmax())
    return row, int(np.count_nonzero(is_odd)), chunk.place(int(records.position[row]))
