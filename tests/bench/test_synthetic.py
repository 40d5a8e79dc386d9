"""The capture that the benchmark makes is one that other programs understand."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.bench.synthetic import write_capture
from tests.bench.traffic import TCP, kinds, plan


def test_a_plan_has_the_packets_asked_for_in_the_order_of_time() -> None:
    traffic = plan(5_000)
    assert len(traffic.flow) == 5_000
    assert (np.diff(traffic.time_ns) >= 0).all()


def test_a_million_packets_have_tens_of_thousands_of_flows_of_which_few_carry_most_packets() -> None:
    lengths = np.sort(np.bincount(plan(300_000).flow))[::-1]
    assert 4_000 < len(lengths) < 8_000
    assert lengths[: len(lengths) // 30].sum() > 0.4 * lengths.sum()


def test_each_side_continues_where_it_stopped() -> None:
    traffic = plan(3_000)
    is_tcp = np.array([each.transport == TCP for each in kinds()])
    flow = next(number for number in range(100) if is_tcp[traffic.kind[number]])
    rows = np.flatnonzero((traffic.flow == flow) & ~traffic.is_reply)
    assert np.array_equal(traffic.sequence[rows][1:], np.cumsum(traffic.payload[rows])[:-1])


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_tshark_finds_the_mix_in_it_and_hardly_anything_malformed(tmp_path: Path) -> None:
    capture = tmp_path / "mix.pcap"
    write_capture(capture, 4_000)
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-e", "frame.protocols"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    found = Counter(name for line in lines for name in set(line.split(":")))
    assert len(lines) == 4_000
    assert {"tls", "quic", "dns", "http", "mqtt", "ssh", "ntp", "mdns", "icmp", "arp", "vlan", "ip", "ipv6"} <= set(found)
    assert found["_ws.malformed"] < 0.03 * len(lines)
