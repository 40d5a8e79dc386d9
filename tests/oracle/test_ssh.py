"""Filters on SSH against Wireshark's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from tests.oracle.filtered import passing
from tests.unit.rules.ssh_talk import FILTERS, talk

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ssh") / "talk.pcap"
    wrpcap(str(path), [Ether(segment.octets()) for segment in talk()])
    return path


@pytest.mark.parametrize("text", FILTERS)
def test_packets_pass_as_there(text: str, path: Path) -> None:
    ours, theirs = passing(text, FILTERS, path)
    assert ours == theirs != set()
