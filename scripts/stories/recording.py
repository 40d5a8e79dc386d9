"""From what happened to the two files of a story: packets cut to what matters, and captions at the times when they were told."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

from scripts.stories.stage import SETTLING_SECONDS, Line, Stage, Story
from tests.live.house import House, HouseError

KEPT_WHOLE = "frame.len <= 400 || tls.handshake || quic.header_form == 1 || http.request || ssdp"
"""Packets that carry names or greetings. The others keep their headers only, and their length on the wire."""

SHOWN_WITHIN_SECONDS = 4.0
"""How soon the packets that a line speaks of must come."""

HEADERS = 96
"""Octets kept of other packets: Ethernet, IPv6, TCP with timestamps (86) and the head of a TLS record."""


def record(story: Story, folder: Path) -> Path:
    """Play a story in a new house and write its capture and its captions into a folder."""
    with tempfile.TemporaryDirectory(prefix="sharky-story-") as name, House() as house:
        whole = Path(name) / "whole.pcap"
        stage = Stage.build(house, story.cast)
        story.prepare(stage)
        stage.pause(SETTLING_SECONDS)
        with house.record(whole):
            for act in story.acts:
                act(stage)
        recorded = cut(whole)
        check(stage.lines, recorded)
        capture = Path(shutil.copy(recorded, folder / f"{story.name}.pcapng"))
    write_captions(story, stage.lines, first_time_ns(capture), capture.with_suffix(".yaml"))
    return capture


def cut(whole: Path) -> Path:
    """Keep greetings whole and only the headers of bulk data, as pcapng without a word about this machine."""
    kept, bulk, short, joined, ordered = (whole.with_name(f"{part}.pcap") for part in ("kept", "bulk", "short", "joined", "ordered"))
    for wanted, path in ((KEPT_WHOLE, kept), (f"!({KEPT_WHOLE})", bulk)):
        _wireshark("tshark", "-n", "-o", "tcp.desegment_tcp_streams:FALSE", "-r", whole, "-Y", wanted, "-F", "nsecpcap", "-w", path)
    _wireshark("editcap", "-F", "nsecpcap", "-s", HEADERS, bulk, short)
    _wireshark("mergecap", "-F", "nsecpcap", "-w", joined, kept, short)
    _wireshark("reordercap", joined, ordered)
    _wireshark("editcap", "-F", "pcapng", ordered, ordered.with_suffix(".pcapng"))
    return ordered.with_suffix(".pcapng")


def check(lines: list[Line], capture: Path) -> None:
    """See that each line is followed by the packets of which it speaks."""
    first_ns = first_time_ns(capture)
    for line in lines:
        moment = (line.time_ns - first_ns) / 1e9
        wanted = f"frame.time_relative >= {moment:.3f} && frame.time_relative < {moment + SHOWN_WITHIN_SECONDS:.3f} && ({line.shows})"
        if not _wireshark("tshark", "-n", "-r", capture, "-Y", wanted):
            raise HouseError(f"no packet meets {line.shows} when it says: {line.text}")


def first_time_ns(capture: Path) -> int:
    """Return when the first packet was captured."""
    text = _wireshark("tshark", "-n", "-r", capture, "-c", "1", "-T", "fields", "-e", "frame.time_epoch")
    seconds, _, fraction = text.strip().partition(".")
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0"))


def write_captions(story: Story, lines: list[Line], first_ns: int, path: Path) -> None:
    """Write the sidecar: title, about, and captions in seconds from the first packet."""
    captions = [{"at": max(0.0, round((line.time_ns - first_ns) / 1e9, 2)), "text": line.text} for line in lines]
    sidecar = {"title": story.title, "about": story.about, "captions": captions}
    path.write_text(yaml.safe_dump(sidecar, sort_keys=False, allow_unicode=True, width=120))


def _wireshark(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
