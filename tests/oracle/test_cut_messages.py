"""Filters on messages that segments cut, against Wireshark's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from tests.oracle.filtered import passing
from tests.unit.rules.cut_messages import CASES, TALKS

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("cut")
    for name, talk in TALKS.items():
        wrpcap(str(folder / f"{name}.pcap"), [Ether(segment.octets()) for segment in talk.segments()])
    return {name: folder / f"{name}.pcap" for name in TALKS}


@pytest.mark.parametrize(("name", "text"), CASES)
def test_messages_pass_as_there(name: str, text: str, paths: dict[str, Path]) -> None:
    ours, theirs = passing(text, TALKS[name].filters, paths[name])
    assert ours == theirs != set()
