"""Floods fill every table there is, and the memory of the whole stays bounded; what found no room is counted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.capture.builder import pcap

MEMORY_LIMIT = 96 << 20
TELL_MEMORY = """
import sys
from sharky.cli import main
main(sys.argv[1:], standalone_mode=False)
sys.stderr.write(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
PACKETS = 200_000
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel does not tell how much memory was used")
LEVELS = ("eth", "ip", "ipv6", "tcp", "udp")


def records(headers: str, octets: int, addresses_at: int, width: int) -> bytes:
    """Packets that are alike but for their addresses and ports, all of which are random."""
    random = np.random.default_rng(7)
    packets: NDArray[np.uint8] = np.zeros((PACKETS, 16 + octets), np.uint8)
    packets[:, 8] = packets[:, 12] = octets
    template = bytes.fromhex(headers)
    packets[:, 28 : 28 + len(template)] = np.frombuffer(template, np.uint8)
    packets[:, 16:28] = random.integers(0, 128, (PACKETS, 12)) * 2
    at = 28 + addresses_at
    packets[:, at : at + width] = random.integers(0, 256, (PACKETS, width))
    return packets.tobytes()


IPV4 = records("0800 4500002c 00000000 4006" + "00" * 22 + "50020000", 58, 14, 12)
IPV6 = records("86dd 60000000 00081140" + "00" * 36 + "00080000", 62, 10, 36)


@pytest.fixture(scope="module")
def flood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """TCP over IPv4 and UDP over IPv6, every packet between others."""
    path = tmp_path_factory.mktemp("flood") / "flood.pcap"
    path.write_bytes(pcap([]) + IPV4 + IPV6)
    return path


def run(*words: str | Path) -> tuple[str, int]:
    done = subprocess.run([sys.executable, "-c", TELL_MEMORY, *words], capture_output=True, check=True, text=True)
    return done.stdout, int(done.stderr.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.mark.parametrize("command", ["stats --csv", "stats" + "".join(f" --conversations {level}" for level in LEVELS), "names"])
def test_a_flood_is_read_in_bounded_memory(command: str, flood: Path) -> None:
    assert run(*command.split(), flood)[1] < MEMORY_LIMIT


def test_packets_that_find_no_room_are_counted(flood: Path) -> None:
    told, memory = run("stats", "--json", "--conversations", "udp", flood)
    stats = json.loads(told)
    beyond = stats["counters"]
    assert 0 < beyond["conversations_beyond_limit"] == 2 * PACKETS - sum(each["packets"] for each in stats["conversations"])
    assert 0 < beyond["udp_pairs_beyond_limit"] == PACKETS - sum(each["packets"] for each in stats["conversations_udp"])
    assert memory < MEMORY_LIMIT
