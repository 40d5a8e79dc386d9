"""What is odd about a capture, counted."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from sharky.cli import main
from tests.unit.rules.test_experts import TALK


def test_the_most_serious_comes_first_with_the_first_of_its_packets(tmp_path: Path) -> None:
    path = tmp_path / "talk.pcap"
    wrpcap(str(path), [Ether(one.octets()) for one in TALK])
    found = [json.loads(line) for line in CliRunner().invoke(main, ["expert", str(path), "--json"]).stdout.splitlines()]
    assert [(one["severity"], one["filter"], one["packets"], one["first"]) for one in found] == [
        ("Warning", "tcp.connection.rst", 1, 5),
        ("Note", "tcp.analysis.retransmission", 1, 4),
        ("Chat", "tcp.connection.syn", 1, 1),
        ("Chat", "tcp.connection.synack", 1, 2),
    ]
    first = CliRunner().invoke(main, ["expert", str(path)]).stdout.splitlines()[1]
    assert " ".join(first.split()) == "Warning Sequence 1 5 tcp.connection.rst a connection is refused or broken off"


def test_of_a_capture_without_anything_odd_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "calm.pcap"
    wrpcap(str(path), [Ether() / b"quiet"])
    assert CliRunner().invoke(main, ["expert", str(path)]).stdout == "nothing is noted\n"
