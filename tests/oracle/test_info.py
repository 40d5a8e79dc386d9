"""`sharky info` held against capinfos on real captures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pytest

from sharky.app.info import HASHES, CaptureFacts, examine
from sharky.model.captures import Section
from sharky.model.errors import CaptureError

FOLDER = os.environ.get("SHARKY_CAPTURES", "")
CAPTURES = sorted(path for path in Path(FOLDER).iterdir() if path.is_file() and ".pcap" in path.name) if FOLDER else []

pytestmark = [
    pytest.mark.skipif(not CAPTURES, reason="SHARKY_CAPTURES names no folder with captures"),
    pytest.mark.skipif(not shutil.which("capinfos"), reason="capinfos is not installed"),
]


@cache
def told_by_capinfos(path: Path) -> dict[str, str]:
    """Return each fact by its heading; comments with line ends in them stand in columns that are not asked for."""
    command = ["capinfos", "-T", "-M", "-S", "-t", "-E", "-c", "-s", "-d", "-u", "-a", "-e", "-y", "-x", "-z", "-o", str(path)]
    lines = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "TZ": "UTC"}).stdout.splitlines()
    return dict(zip(lines[0].split("\t"), lines[1].split("\t"), strict=False)) if len(lines) > 1 else {}


@cache
def told_by_sharky(path: Path) -> CaptureFacts:
    return examine(path, lambda part: None)


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_a_capture_is_what_capinfos_says(path: Path) -> None:
    theirs = told_by_capinfos(path)
    if not theirs:
        pytest.skip("capinfos cannot read it")
    try:
        ours = told_by_sharky(path)
    except CaptureError:
        pytest.skip("it cannot be read")
    assert ours.kind == theirs["File type"].split(" ")[0]
    assert ours.encapsulation == theirs["File encapsulation"]
    assert ours.file_octets == int(theirs["File size (bytes)"])
    assert ours.sums.packets == int(theirs["Number of packets"])
    assert ours.sums.bytes == int(theirs["Data size (bytes)"])
    if theirs["Start time"] != "n/a":
        assert ours.sums.first_ns == nanoseconds(theirs["Start time"])
        assert ours.sums.last_ns == nanoseconds(theirs["End time"])
        assert ours.sums.is_in_order == (theirs["Strict time order"] == "True")


def nanoseconds(seconds: str) -> int:
    whole, _, fraction = seconds.partition(".")
    return int(whole) * 1_000_000_000 + int(fraction.ljust(9, "0"))


LINES = {
    "Name": "name",
    "Description": "description",
    "Filter string": "filter",
    "Operating system": "system",
    "Hardware": "hardware",
    "Capture length": "snaplen",
    "Time ticks per second": "ticks",
}
"""Lines about an interface, by what `Interface` calls them."""

SECTION_LINES = {"Capture application": "application", "Capture oper-sys": "system", "Capture hardware": "hardware"}


@cache
def long_report(path: Path) -> str:
    return subprocess.run(["capinfos", "-M", str(path)], capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_who_wrote_a_capture_and_its_interfaces_are_what_capinfos_says(path: Path) -> None:
    if not told_by_capinfos(path):
        pytest.skip("capinfos cannot read it")
    ours, report = told_by_sharky(path), long_report(path)
    sections = re.split(r"^Section \d+:$", report, flags=re.MULTILINE)
    for section, text in zip(ours.sections or (Section(),), sections[1:] or sections, strict=True):
        theirs = {
            SECTION_LINES[title]: value for title, value in re.findall(r"^(Capture [a-z-]+): +(.+)$", text, re.M) if title in SECTION_LINES
        }
        assert {name: value for name, value in asdict(section).items() if value and name != "comment"} == theirs
        comment = re.search(r"^Capture comment: +(.+)$", text, re.MULTILINE)
        assert section.comment.split() == (comment[1].split() if comment else [])
    blocks = re.split(r"^Interface #\d+ info:$", (sections[1:] or sections)[0], flags=re.MULTILINE)[1:]
    for (interface, packets), text in zip(ours.interfaces, blocks, strict=True):
        theirs = {LINES[title]: value for title, value in re.findall(r"^ +([A-Za-z ]+) = (.+)$", text, re.M) if title in LINES}
        told = {name: str(getattr(interface, name)) for name in LINES.values()}
        assert {name: text.splitlines()[0] for name, text in told.items() if text} == theirs
        if len(ours.sections) < 2:
            assert f"Number of packets = {packets}\n" in text


@pytest.mark.parametrize("path", CAPTURES[::6], ids=lambda path: path.name)
def test_hashes_are_those_of_capinfos(path: Path) -> None:
    hashes = dict(re.findall(r"^(SHA256|SHA1): +([0-9a-f]+)$", long_report(path), re.MULTILINE))
    if hashes:
        assert {name.upper(): digest for name, digest in examine(path, lambda part: None, HASHES).hashes.items()} == hashes
