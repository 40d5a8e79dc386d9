"""Protocols for which no capture is at hand, sample by sample: called what tshark calls them, or what the table of samples says."""

from __future__ import annotations

import shutil
from itertools import groupby
from pathlib import Path

import pytest
from scapy.utils import wrpcap

from tests.oracle.samples import Sample, samples
from tests.oracle.test_layer7 import CANONICAL, above_transport, our_paths, tshark_paths

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def named(conversations: list[Sample], folder: Path) -> list[tuple[Sample, list[str], list[str]]]:
    """Return what we and tshark call the packets of each conversation."""
    packets = [sample.packets(number) for number, sample in enumerate(conversations)]
    capture = folder / "samples.pcap"
    wrpcap(str(capture), [packet for conversation in packets for packet in conversation])
    owners = [number for number, conversation in enumerate(packets) for _ in conversation]
    ours = [above_transport(path) or "data" for path in our_paths(capture)[0]]
    theirs = [above_transport(path) or "" for path in tshark_paths(capture)]
    said = groupby(zip(owners, ours, theirs, strict=True), key=lambda one: one[0])
    return [(conversations[number], *map(list, zip(*((mine, other) for _, mine, other in of_one), strict=True))) for number, of_one in said]  # type: ignore[misc]


def test_samples_are_called_what_tshark_calls_them(tmp_path: Path) -> None:
    wrong = []
    for sample, ours, theirs in named(samples(), tmp_path):
        wanted = [CANONICAL.get(name, name) for name in sample.sharky] or [other or mine for mine, other in zip(ours, theirs, strict=True)]
        if ours != wanted:
            wrong.append(f"{sample.name}: {ours} for {wanted}")
    assert not wrong, "\n".join(wrong)


def test_samples_of_which_we_say_more_are_not_called_so_by_tshark(tmp_path: Path) -> None:
    differing = [sample for sample in samples() if sample.sharky]
    assert differing
    for sample, ours, theirs in named(differing, tmp_path):
        assert ours != theirs, f"{sample.name} needs no name of its own in the table"


def test_who_comes_too_late_for_the_first_message_is_told_nothing_else(tmp_path: Path) -> None:
    late = [sample.joined_late() for sample in samples() if len(sample.messages) > 1 and not sample.sharky]
    wrong = []
    for sample, ours, theirs in named(late, tmp_path):
        if any(other not in ("", "data", mine) for mine, other in zip(ours, theirs, strict=True)):
            wrong.append(f"{sample.name}: {ours} for {theirs}")
    assert not wrong, "\n".join(wrong)
