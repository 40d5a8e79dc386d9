"""What packets go through, of a live network and of a capture."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.app.pipelines import NAMES_PER_SECOND, pipeline_of
from sharky.app.shipped import read_model, read_rules
from sharky.app.wanted import Play
from tests.unit.dissect.builder import Packet, batch
from tests.unit.identify.test_names import QUERY, udp


@pytest.mark.parametrize(("placement", "left_out"), [("bridge", 100), ("", 0)])
def test_only_a_live_network_has_a_budget_for_names(placement: str, left_out: int) -> None:
    model = read_model(None)
    pipeline = pipeline_of(Play("a flood", [Path("-")], read_rules(None, model), model, placement=placement))
    pipeline.advance(batch([Packet(udp(QUERY, (40_000, 53)))] * (NAMES_PER_SECOND + 100)))
    assert pipeline.reading.counters["names_skipped"] == left_out
