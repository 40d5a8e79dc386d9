"""No packet of any capture takes long: each is identified and described by itself, and its time on the processor is measured."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sharky.capture import open_captures
from sharky.identify.info import info
from sharky.model.errors import CaptureError
from sharky.model.packets import Octets, PacketBatch
from sharky.pipeline.reading import Reading
from tests.fuzz.targets.names import MOST_NS

FOLDER = Path(os.environ.get("SHARKY_CAPTURES", ""))
IS_HERE = bool(os.environ.get("SHARKY_CAPTURES")) and FOLDER.is_dir()
CAPTURES = sorted(path for path in FOLDER.iterdir() if ".pcap" in path.name) if IS_HERE else []
TRIES = 4
MANY = 1500
"""Packets of one capture that are measured; the rest of a long one repeats what these are."""

pytestmark = pytest.mark.skipif(not IS_HERE, reason="SHARKY_CAPTURES names no folder of captures")


def one_by_one(capture: Path) -> list[PacketBatch]:
    """Return the packets of a capture, as far as it is whole, a batch each."""
    found: list[PacketBatch] = []
    for batch in open_captures([capture]).batches():
        buffer = batch.buffer.copy()
        found += [_only(batch, buffer, place) for place in range(min(len(batch), MANY - len(found)))]
    return found


def _only(batch: PacketBatch, buffer: Octets, place: int) -> PacketBatch:
    own = slice(place, place + 1)
    columns = (batch.offset, batch.captured, batch.wire_length, batch.time_ns, batch.linktype, batch.interface)
    return PacketBatch(buffer, *(column[own].copy() for column in columns), batch.first_number + place, int(batch.time_ns[place]))


def spent_ns(packets: list[PacketBatch]) -> np.ndarray:
    """Return how long each packet kept the processor, and read all of its names."""
    reading, moments = Reading(), [time.process_time_ns()]
    for packet in packets:
        seen = reading.advance(packet)
        for row in range(len(seen.columns)):
            info(seen.columns, seen.labels, row)
        moments.append(time.process_time_ns())
    return np.array([later - earlier for earlier, later in pairwise(moments)])


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.name)
def test_no_packet_takes_longer_than_ten_milliseconds(capture: Path) -> None:
    try:
        packets = one_by_one(capture)
    except CaptureError:
        pytest.skip("not a capture that can be read")
    least = spent_ns(packets)
    for _ in range(TRIES):
        if least.max(initial=0) < MOST_NS:
            break
        least = np.minimum(least, spent_ns(packets))
    slow = np.flatnonzero(least >= MOST_NS)
    assert not len(slow), f"packet {slow[0] + 1} took {least[slow[0]] / 1e6:.1f} ms"
