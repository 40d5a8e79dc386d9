"""Repeats recorded captures as one large one: real programs' packets, each time from other addresses at a later time.

Checksums are left as they were, which none of the programs under test looks at. Of a folder of captures those are taken
that are of Ethernet and take less than three hours.

    python -m tests.bench.recorded stories.pcap 1000000          the stories that Sharky comes with
    python -m tests.bench.recorded mine.pcap 1000000 captures    those in a folder
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharky.app.shipped import stories
from sharky.capture import open_captures
from sharky.model.errors import CaptureError
from tests.bench.synthetic import FILE_HEADER, RECORD

Column = NDArray[np.int64]

ETHER_TYPE_AT = 12
LOWEST_OCTETS = {0x0800: ((29, 33), (28, 32)), 0x86DD: ((37, 53), (36, 52))}
"""Where packets without a tag have the lowest octet of both addresses, and the one above (RFC 791, RFC 8200)."""

IN_THE_HOUSE = 0xE0
"""First octets of an IPv4 address from which on it is no single host's; groups stay what they are."""


LONGEST_NS = 3 * 3600 * 10**9
ETHERNET = 1


def write_capture(path: Path, packets: int, captures: Sequence[Path] = ()) -> None:
    """Write a capture of at least so many packets: all captures one after the other, the stories where none are given."""
    block, offset, time_ns = _in_a_row(captures or [story.capture for story in stories()])
    span_ns = int(time_ns[-1] - time_ns[0]) + 1_000_000_000
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(FILE_HEADER)
        for turn in count():
            if turn * len(offset) >= packets:
                break
            file.write(_turn(block, offset, time_ns + turn * span_ns, turn).data)
    partial.replace(path)


def _in_a_row(captures: Iterable[Path]) -> tuple[NDArray[np.uint8], Column, Column]:
    """Return the records of all captures in a row, where each packet begins in them, and when it came."""
    parts: list[bytes] = []
    times: list[int] = []
    begin = 0
    for capture in captures:
        first: int | None = None
        for batch in open_captures([capture]).batches():
            first = int(batch.time_ns[0]) if first is None else first
            times += (batch.time_ns - first + begin).tolist()
            rows = zip(batch.offset.tolist(), batch.captured.tolist(), batch.wire_length.tolist(), strict=True)
            for at, captured, wire in rows:
                lengths = captured.to_bytes(4, "little") + wire.to_bytes(4, "little")
                parts.append(bytes(8) + lengths + batch.buffer[at : at + captured].tobytes())
        begin = times[-1] + 1_000_000_000
    ends = np.cumsum([len(part) for part in parts])
    offset = np.concatenate([[0], ends[:-1]]) + RECORD
    return np.frombuffer(b"".join(parts), np.uint8), offset, np.array(times) + 1_700_000_000 * 10**9


def fitting(folder: Path) -> list[Path]:
    """Return the captures of a folder that can be repeated."""
    return [path for path in sorted(folder.iterdir()) if path.is_file() and _fits(path)]


def _fits(path: Path) -> bool:
    try:
        batches = [batch for batch in open_captures([path]).batches() if len(batch)]
    except CaptureError:
        return False
    times = [int(moment) for batch in batches for moment in (batch.time_ns.min(), batch.time_ns.max())]
    return bool(times) and max(times) - min(times) < LONGEST_NS and all((batch.linktype == ETHERNET).all() for batch in batches)


def _turn(block: NDArray[np.uint8], offset: Column, time_ns: Column, turn: int) -> NDArray[np.uint8]:
    """Return the records once more, at another time and between other hosts."""
    records = block.copy()
    stamps = np.stack([time_ns // 10**9, time_ns % 10**9], axis=1).astype("<u4").view(np.uint8)
    records[(offset - RECORD)[:, None] + np.arange(8)] = stamps
    kind = records[offset + ETHER_TYPE_AT].astype(np.int64) << 8 | records[offset + ETHER_TYPE_AT + 1]
    for ether_type, (lowest, above) in LOWEST_OCTETS.items():
        hosts = offset[kind == ether_type]
        if ether_type == 0x0800:
            hosts = hosts[(records[hosts + 30] < IN_THE_HOUSE) & (records[hosts + 26] != 0)]
        for places, value in ((lowest, turn & 0xFF), (above, turn >> 8 & 0xFF)):
            for place in places:
                records[hosts + place] ^= value
    return records


if __name__ == "__main__":
    write_capture(Path(sys.argv[1]), int(sys.argv[2]), fitting(Path(sys.argv[3])) if len(sys.argv) > 3 else ())
