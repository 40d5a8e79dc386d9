"""The stories as one large capture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sharky.app.analyse import summarise
from sharky.app.shipped import stories
from sharky.capture import open_captures
from tests.bench.recorded import fitting, write_capture


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


def test_of_a_folder_what_can_be_repeated_is_taken(tmp_path: Path) -> None:
    story = stories()[0].capture
    (tmp_path / "a.pcap").write_bytes(story.read_bytes())
    (tmp_path / "b.pcap").write_bytes(b"no capture")
    write_capture(tmp_path / "c.pcap", 1, fitting(tmp_path))
    assert fitting(tmp_path) == [tmp_path / "a.pcap", tmp_path / "c.pcap"]
    assert summarise([tmp_path / "c.pcap"], lambda part: None).summary.bytes == summarise([story], lambda part: None).summary.bytes
