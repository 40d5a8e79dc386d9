"""Nothing of a batch is left behind once it has gone down the path: only then does an engine run for months."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sharky.app.shipped import read_model, read_rules
from sharky.capture import open_captures
from sharky.model.counters import Counters
from sharky.model.packets import PacketBatch
from sharky.pipeline.path import Pipeline

STORIES = Path(__file__).parents[3] / "config" / "stories"
ASKING = """
version: 1
rules:
  - {name: a, when: 'tls.handshake.type == 1 and tcp.analysis.retransmission', show: &here {zone: tail, pattern: solid, colour: red}}
  - {name: b, when: 'http.host contains "e" or dns.resp.ttl > 5 or dns.time > 0.1', show: *here}
  - {name: c, when: 'tcp.payload[0:2] == 16:03 or udp.payload matches "x" or quic.version == 1', show: *here}
  - {name: d, when: 'dns.qry.name contains "a" and mdns', show: *here}
"""


@pytest.fixture
def without_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def repeated(capture: Path, times: int) -> Iterator[PacketBatch]:
    batches = list(open_captures([capture]).batches())
    for number in range(times):
        later_ns = number * 3_600_000_000_000
        yield from (replace(batch, time_ns=batch.time_ns + later_ns, now_ns=batch.now_ns + later_ns) for batch in batches)


@pytest.mark.usefixtures("without_garbage_collection")
@pytest.mark.parametrize("story", sorted(STORIES.glob("*.pcapng")), ids=lambda path: path.stem)
@pytest.mark.parametrize("asking", [False, True], ids=["default rules", "rules that ask for much"])
def test_a_batch_leaves_no_circle_behind(story: Path, asking: bool, tmp_path: Path) -> None:  # noqa: FBT001
    rules = tmp_path / "rules.yaml"
    rules.write_text(ASKING)
    pipeline = Pipeline(read_rules(str(rules) if asking else None, read_model(None)))
    for number, batch in enumerate(repeated(story, 4)):
        pipeline.advance(batch)
        pipeline.scene()
        pipeline.window(Counters())
        left = gc.collect()
        assert number < 1 or left == 0
