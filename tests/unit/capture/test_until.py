from __future__ import annotations

from pathlib import Path

from sharky.capture import open_captures
from sharky.capture.pacing import Looped
from sharky.capture.until import Until
from tests.unit.capture.builder import START, pcap, pcap_record


def test_a_source_ends_once_something_else_is_to_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "one.pcap"
    path.write_bytes(pcap([]) + pcap_record(b"x", START, 0))
    laps = iter([False, False, True])
    source = Until(Looped(lambda: open_captures([path])), lambda: next(laps))
    assert sum(1 for _ in source.batches()) == 2
    source.close()
