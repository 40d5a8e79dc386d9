"""The stories as one large capture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sharky.app.analyse import summarise
from sharky.app.shipped import stories
from sharky.capture import open_captures
from tests.bench.recorded import write_capture


def test_each_turn_is_all_stories_once_more_between_other_hosts(tmp_path: Path) -> None:
    path = tmp_path / "repeated.pcap"
    once = summarise([story.capture for story in stories()], lambda part: None).summary
    write_capture(path, once.packets + 1)
    twice = summarise([path], lambda part: None).summary
    assert (twice.packets, twice.bytes) == (2 * once.packets, 2 * once.bytes)
    assert {share.name: share.packets for share in twice.hierarchy} == {share.name: 2 * share.packets for share in once.hierarchy}
    assert len(twice.conversations) > len(once.conversations) * 1.5
    times = np.concatenate([batch.time_ns for batch in open_captures([path]).batches()])
    assert (np.diff(times) >= 0).all()
