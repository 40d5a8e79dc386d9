"""Captures that are damaged, or made to do harm: what is wrong is named with its place, what could be read is kept."""

from __future__ import annotations

import gzip
import json
import os
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest
from click.testing import CliRunner

from sharky.cli import main
from tests.unit.capture.builder import (
    START,
    block,
    enhanced,
    interface,
    packets_of,
    pcap,
    pcap_record,
    pcapng,
    section,
)

SHARKY = [sys.executable, "-m", "sharky"]
MEMORY_LIMIT = 96 << 20
TELL_MEMORY = """
import sys
from sharky.cli import main
main(sys.argv[1:], standalone_mode=False)
sys.stderr.write(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    complaint: str
    stats: dict[str, Any] = field(default_factory=dict)

    @property
    def counters(self) -> dict[str, int]:
        found: dict[str, int] = self.stats["counters"]
        return found


def stats(*paths: object, stdin: IO[bytes] | int = subprocess.DEVNULL) -> Told:
    done = subprocess.run([*SHARKY, "stats", "--json", *map(str, paths)], capture_output=True, check=False, stdin=stdin)
    return Told(done.returncode, done.stderr.decode(), json.loads(done.stdout) if done.returncode == 0 else {})


def stats_of(folder: Path, content: bytes) -> Told:
    path = folder / "bad.capture"
    path.write_bytes(content)
    return stats(path)


def assert_named(told: Told, place: int, packets: int, **counters: int) -> None:
    """Assert that the damage is named with its place, and that what can be read was read."""
    assert told.code == 0, told.complaint
    assert "Traceback" not in told.complaint
    assert any(f"bad.capture: {how} at byte {place}: " in told.complaint for how in ("damaged", "cut", "passed over"))
    assert told.stats["packets"] == packets
    assert told.counters["damaged_files"] == 1
    assert counters.items() <= told.counters.items()


GOOD = section() + interface() + enhanced(bytes(60))
"""One packet of a file that goes on."""


def test_a_chain_of_blocks_without_length(tmp_path: Path) -> None:
    assert_named(stats_of(tmp_path, GOOD + block(6, b"", length=0) * 1000), len(GOOD), 1, zero_length_blocks=1)


def test_blocks_that_overlap(tmp_path: Path) -> None:
    inner = enhanced(bytes(200))
    told = stats_of(tmp_path, GOOD + enhanced(inner, captured=len(inner))[: -len(inner) - 4] + struct.pack("<I", 48) + inner)
    assert_named(told, len(GOOD), 1)


def test_a_block_that_is_longer_than_the_file(tmp_path: Path) -> None:
    assert_named(stats_of(tmp_path, GOOD + block(6, bytes(20), length=1 << 20)), len(GOOD), 1, cut_packets=1)


def test_a_block_without_a_packet_that_is_longer_than_the_file(tmp_path: Path) -> None:
    assert_named(stats_of(tmp_path, GOOD + block(4, bytes(20), length=0xFFFFFFF0)), len(GOOD), 1, cut_blocks=1)


def test_an_interface_that_was_never_declared(tmp_path: Path) -> None:
    told = stats_of(tmp_path, GOOD + enhanced(bytes(60), number=7) + enhanced(bytes(60)))
    assert_named(told, len(GOOD), 2, undeclared_interfaces=1)
    assert "interface 7" in told.complaint


def test_time_that_runs_backwards_is_no_damage(tmp_path: Path) -> None:
    told = stats_of(tmp_path, pcap([]) + b"".join(pcap_record(bytes(60), START - second) for second in range(100)))
    assert told.complaint.endswith(
        "odd at byte 100: the time of a packet is 1.000000000 s before that of the one ahead of it, and 98 more\n"
    )
    assert (told.code, told.stats["packets"], told.counters) == (0, 100, {"out_of_order": 99})
    assert told.stats["last_ns"] - told.stats["first_ns"] == 99 * 1_000_000_000


def test_packets_without_an_octet(tmp_path: Path) -> None:
    told = stats_of(tmp_path, pcap([b""] * 10) + pcap_record(b"", wire_length=1500))
    assert (told.code, told.stats["packets"], told.stats["bytes"]) == (0, 11, 1500)


def test_a_packet_of_more_octets_than_any_has(tmp_path: Path) -> None:
    before = pcap([bytes(60)])
    told = stats_of(tmp_path, before + pcap_record(bytes(300_000)) + pcap_record(bytes(60)))
    assert_named(told, len(before), 2, oversized_packets=1)
    assert "300,000" in told.complaint


def test_a_packet_of_more_octets_than_any_has_in_a_block(tmp_path: Path) -> None:
    assert_named(stats_of(tmp_path, GOOD + enhanced(bytes(300_000)) + enhanced(bytes(60))), len(GOOD), 2, oversized_packets=1)


def test_a_capture_inside_a_capture_is_what_packets_carry(tmp_path: Path) -> None:
    inner = pcap(packets_of([60] * 1000))
    told = stats_of(tmp_path, pcap([inner[at : at + 1400] for at in range(0, len(inner), 1400)] + [pcapng(packets_of([60] * 50))]))
    assert (told.code, told.complaint, told.stats["packets"]) == (0, "", -(-len(inner) // 1400) + 1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel does not tell how much memory was used")
def test_a_gzip_bomb_takes_little_memory_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.capture"
    member = gzip.compress(pcap_record(bytes(262_144)), mtime=0)
    path.write_bytes(gzip.compress(pcap([bytes(60)]), mtime=0) + member * 1500)
    done = subprocess.run([sys.executable, "-c", TELL_MEMORY, "stats", "--json", path], capture_output=True, check=True, text=True)
    complaint, _, memory = done.stderr.partition("VmHWM:")
    assert_named(Told(done.returncode, complaint, json.loads(done.stdout)), place_in(complaint), json.loads(done.stdout)["packets"])
    assert "unpacks to more than 500 times" in complaint
    assert int(memory.split()[0]) * 1024 < MEMORY_LIMIT


def test_a_compressed_file_that_ends_early(tmp_path: Path) -> None:
    whole = gzip.compress(pcap([os.urandom(1000) for _ in range(100)]), mtime=0)
    told = stats_of(tmp_path, whole[: len(whole) // 2])
    assert 0 < told.stats["packets"] < 100
    assert_named(told, place_in(told.complaint), told.stats["packets"], cut_packets=1)
    assert "end early" in told.complaint


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bad.capture"
    record = pcap_record(bytes(10_000))
    path.write_bytes(pcap([]) + record * 4000)
    with subprocess.Popen([*SHARKY, "packets", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as lister:
        assert lister.stdout is not None
        assert lister.stderr is not None
        lister.stdout.readline()
        lister.stdout.readline()
        kept = 24 + 3000 * len(record)
        os.truncate(path, kept)
        listed = sum(1 for _ in lister.stdout)
        complaint = lister.stderr.read().decode()
    assert listed == 2999
    assert lister.returncode == 0
    assert f"bad.capture: cut at byte {kept}: " in complaint
    assert "shrunk" in complaint


def test_a_pipe_that_ends_in_the_middle_of_a_packet() -> None:
    content = pcap(packets_of([60] * 10))[:-1]
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    with open(reader, "rb") as pipe:
        told = stats("-", stdin=pipe)
    assert (told.code, told.stats["packets"]) == (0, 9)
    assert f"standard input: cut at byte {24 + 9 * 76}: " in told.complaint
    assert told.counters == {"cut_packets": 1, "damaged_bytes": 75, "damaged_files": 1}


def test_damage_in_one_of_several_files_leaves_the_others_alone(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.pcap", tmp_path / "bad.capture"
    good.write_bytes(pcap(packets_of([60] * 5)))
    bad.write_bytes(GOOD + block(6, b"", length=0))
    told = stats(bad, good, bad)
    assert (told.code, told.stats["packets"], told.counters["damaged_files"]) == (0, 7, 2)
    assert told.complaint.count(f"damaged at byte {len(GOOD)}") == 2


@pytest.mark.parametrize("command", ["stats", "info", "packets", "lightshow"])
def test_every_command_names_the_damage(command: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.capture"
    path.write_bytes(GOOD + block(6, b"", length=0))
    result = CliRunner().invoke(main, [command, str(path)])
    assert result.exit_code == 0
    assert f"bad.capture: damaged at byte {len(GOOD)}: " in result.stderr


def place_in(complaint: str) -> int:
    return int(complaint.partition("at byte ")[2].partition(":")[0])
