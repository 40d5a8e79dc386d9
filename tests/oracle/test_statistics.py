"""What is counted on demand held against tshark's statistics on real captures, to the packet and the byte."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.model.totals import LEVELS, Totals, WantedTotals
from sharky.pipeline.reading import Reading
from sharky.tally.totals import TotalsTally

FOLDER = Path(os.environ.get("SHARKY_CAPTURES", ""))
IS_HERE = bool(os.environ.get("SHARKY_CAPTURES")) and FOLDER.is_dir()
CAPTURES = sorted(path for path in FOLDER.iterdir() if ".pcap" in path.name) if IS_HERE else []
LEAST_EXACT = 0.99
SECOND_NS = 1_000_000_000
MOST_INTERVALS = 1_000_000
"""tshark keeps all of them, also those without packets."""

CUSTOM_BLOCKS = {"pcapng-test-generator__output_be_advanced_test102.pcapng", "pcapng-test-generator__output_le_difficult_test202.pcapng"}
"""Custom blocks in them are packets to tshark, though not to capinfos."""

pytestmark = [
    pytest.mark.skipif(not CAPTURES, reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

Ends = tuple[str, ...]
Rows = Counter[tuple[Ends, int]]
"""Packets by the ends between which they went and by what is counted; all of them numbers above zero."""

NAMES = dict(zip(LEVELS, ("Ethernet", "IPv4", "IPv6", "TCP", "UDP"), strict=True))
TITLES = {f"{name} {what}" for name in NAMES.values() for what in ("Endpoints", "Conversations")} | {
    "| IO Statistics |",
    "Packet Lengths:",
}
CONVERSATION = re.compile(r"^(\S+) +<-> (\S+) +(\d+) (\d+) (\S+) +(\d+) (\d+) (\S+) ")
LENGTHS = re.compile(r"^ (\d+)(?:-\d+| and greater) +(\d+) +(\S+) +(\S+) +(\S+) ")
INTERVAL = re.compile(r"^\| *(\d+)(?:\.\d+)? <> *(?:[\d.]+|Dur) *\| *(\d+) \| *(\d+) \|")


@cache
def tshark(capture: Path, *statistics: str) -> dict[str, list[str]]:
    """Return the lines of each statistic by its title."""
    options = [option for each in statistics for option in ("-z", each)]
    command = ["tshark", "-n", "-q", "-r", str(capture), *options]
    sections: dict[str, list[str]] = {title: [] for title in TITLES}
    section: list[str] = []
    for line in subprocess.run(command, capture_output=True, text=True, errors="replace", check=False).stdout.splitlines():
        title = " ".join(line.split())
        if title in TITLES:
            section = sections[title]
        section.append(line)
    return sections


def statistics(capture: Path) -> dict[str, list[str]]:
    return tshark(capture, "plen,tree", *(f"{what},{level}" for what in ("endpoints", "conv") for level in LEVELS))


@cache
def counted(capture: Path) -> Totals:
    reading, tally = Reading(), TotalsTally(WantedTotals(LEVELS, LEVELS, has_lengths=True, interval_ns=SECOND_NS))
    for batch in open_captures([capture]).batches():
        seen = reading.advance(batch)
        tally.add(seen.columns, seen.labels)
    return tally.totals()


def endpoints(capture: Path, level: str) -> tuple[Rows, Rows]:
    ours, theirs = Rows(), Rows()
    for end in counted(capture).endpoints[level]:
        name = (end.address, *([str(end.port)] if end.port is not None else []))
        for place, value in enumerate((end.packets_sent, end.bytes_sent, end.packets_received, end.bytes_received)):
            ours[name, place] += value
    for line in statistics(capture)[f"{NAMES[level]} Endpoints"]:
        *name, packets, _, sent, bytes_sent, received, bytes_received = line.split() if line[-1:] == " " else [""] * 7
        if packets.isdigit():
            for place, value in enumerate((sent, bytes_sent, received, bytes_received)):
                theirs[tuple(name), place] += int(value)
    return +ours, +theirs


def conversations(capture: Path, level: str) -> tuple[Rows, Rows]:
    """Wireshark tells one from the next between the same ends where a connection begins anew; we do not."""
    ours, theirs = Rows(), Rows()
    for each in counted(capture).conversations[level]:
        ends = [(name if port is None else f"{name}:{port}") for name, port in ((each.a, each.a_port), (each.b, each.b_port))]
        ours[tuple(ends), 0] += each.packets_ab
        ours[tuple(reversed(ends)), 0] += each.packets_ba
    for line in statistics(capture)[f"{NAMES[level]} Conversations"]:
        if found := CONVERSATION.match(line):
            a, b, back, _, _, there, _, _ = found.groups()
            theirs[(a, b), 0] += int(there)
            theirs[(b, a), 0] += int(back)
    return +ours, +theirs


def test_endpoints_are_those_of_tshark() -> None:
    assert_exact({f"{capture.name} {level}": endpoints(capture, level) for capture in CAPTURES for level in LEVELS})


def test_conversations_are_those_of_tshark() -> None:
    assert_exact({f"{capture.name} {level}": conversations(capture, level) for capture in CAPTURES for level in LEVELS})


def test_packet_lengths_are_those_of_tshark() -> None:
    pairs = {}
    for capture in CAPTURES:
        ours = [(each.low, each.packets, *((each.shortest, each.longest) if each.packets else ())) for each in counted(capture).lengths]
        found = [match.groups() for line in statistics(capture)["Packet Lengths:"] if (match := LENGTHS.match(line))]
        theirs = [(int(low), int(count), *((int(least), int(most)) if least != "-" else ())) for low, count, _, least, most in found]
        pairs[capture.name] = ours, theirs
    assert_exact({name: pair for name, pair in pairs.items() if name not in CUSTOM_BLOCKS})


def is_comparable(capture: Path) -> bool:
    """Tell whether tshark counts over time at all (not of one packet), and no packet comes late, which it counts where it comes."""
    times = [time_ns for batch in open_captures([capture]).batches() for time_ns in batch.time_ns.tolist()]
    return capture.name not in CUSTOM_BLOCKS and len(times) > 1 and times == sorted(times)


def test_packets_over_time_are_those_of_tshark() -> None:
    pairs = {}
    for capture in CAPTURES:
        highest = max((each.number for each in counted(capture).intervals), default=0)
        if highest > MOST_INTERVALS or not is_comparable(capture):
            continue
        theirs = [
            tuple(map(int, match.groups())) for line in tshark(capture, "io,stat,1")["| IO Statistics |"] if (match := INTERVAL.match(line))
        ]
        ours = [(each.number, each.packets, each.bytes) for each in counted(capture).intervals]
        pairs[capture.name] = ours, [row for row in theirs if row[1]]
    assert_exact(pairs)


def assert_exact(pairs: dict[str, tuple[object, object]]) -> None:
    """Assert that in all captures but one in a hundred ours is theirs."""
    differing = {}
    for name, (ours, theirs) in pairs.items():
        if isinstance(ours, Counter) and isinstance(theirs, Counter) and ours != theirs:
            differing[name] = ("ours", ours - theirs, "theirs", theirs - ours)
        elif ours != theirs:
            differing[name] = (ours, theirs)
    files = {name.split()[0] for name in differing}
    for name, what in differing.items():
        print(name, *what)
    assert len(files) <= (1 - LEAST_EXACT) * len(CAPTURES), sorted(differing)
