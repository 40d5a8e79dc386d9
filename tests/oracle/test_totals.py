"""Totals held against tshark on real captures: packets, bytes, conversations and the protocol hierarchy up to layer 4.

Which protocol a packet is, is the dissector's to answer, and not all of Wireshark's are its own. So the hierarchy may
differ in one packet of a hundred; everything else in none, malformed packets aside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.model.windows import Summary
from sharky.tally import Tally

FOLDER = Path(os.environ.get("SHARKY_CAPTURES", ""))
IS_HERE = bool(os.environ.get("SHARKY_CAPTURES")) and FOLDER.is_dir()
CAPTURES = sorted(path for path in FOLDER.iterdir() if "pcap" in path.name and path.suffix != ".json") if IS_HERE else []
MOST_HIERARCHY_ERROR = 0.01
DEEPEST = 8
"""Layers in which a malformed packet may differ: where to give up on one is a matter of taste."""
NO_PACKETS = "data"
"""What tshark calls blocks that carry none (custom ones, journal entries) at the top of the hierarchy; capinfos does not count them."""

BOOKKEEPING = {"ethertype", "frame", "snap", "chdlc", "wlan_radio", "wlan_noqos"}
TOP_OF_LAYER_4 = {
    *("tcp", "udp", "sctp", "icmp", "icmpv6", "igmp", "arp", "gre", "esp", "ah", "ospf", "pim", "vrrp"),
    *("eigrp", "lldp", "cdp", "stp", "eapol", "slow", "data"),
}

pytestmark = [
    pytest.mark.skipif(not CAPTURES, reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]


@dataclass
class Truth:
    """What tshark says of a capture."""

    packets: int = 0
    bytes: int = 0
    conversations: Counter[tuple[str, ...]] = field(default_factory=Counter)
    hierarchy: Counter[str] = field(default_factory=Counter)


def to_layer_4(path: str) -> list[str]:
    """Return the layers of a path up to and with its first transport, without Wireshark's bookkeeping and IPv6's extensions."""
    names = [name for name in path.split(":") if name and name not in BOOKKEEPING and not name.startswith(("_ws.", "ipv6."))]
    top = next((place for place, name in enumerate(names) if name in TOP_OF_LAYER_4), len(names))
    return names[: top + 1]


@cache
def truth(capture: Path) -> Truth:
    fields = ["frame.number", "frame.len", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst"]
    options = ["-T", "fields", "-E", "separator=/t", "-E", "aggregator=|", *(option for name in fields for option in ("-e", name))]
    run = subprocess.run(["tshark", "-n", "-r", str(capture), *options], capture_output=True, text=True, errors="replace", check=False)
    found = Truth()
    for line in run.stdout.splitlines():
        _, length, protocols, *ends = line.split("\t")
        if protocols == NO_PACKETS:
            continue
        found.packets += 1
        found.bytes += int(length)
        outermost = [end.split("|")[0] for end in ends]
        found.conversations.update(tuple(sorted(pair)) for pair in (outermost[:2], outermost[2:]) if all(pair))
        layers = to_layer_4(protocols)
        found.hierarchy.update(":".join(layers[:depth]) for depth in range(1, len(layers) + 1))
    return found


@cache
def counted(capture: Path) -> Summary:
    tree, tally = ProtocolTree(), Tally()
    identifier, source = Identifier(tree), open_captures([capture])
    for batch in source.batches():
        columns = dissect(batch, tree)
        tally.add(columns, identifier.identify(columns))
    return tally.summary(source.counters)


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_packets_bytes_and_conversations_are_those_of_tshark(capture: Path) -> None:
    ours, theirs = counted(capture), truth(capture)
    assert (ours.packets, ours.bytes) == (theirs.packets, theirs.bytes)
    conversations = Counter({tuple(sorted((each.a, each.b))): each.packets_ab + each.packets_ba for each in ours.conversations})
    differing = (conversations - theirs.conversations) + (theirs.conversations - conversations)
    assert differing.total() <= ours.counters.get("malformed", 0), differing


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_the_hierarchy_to_layer_4_is_that_of_tshark(capture: Path) -> None:
    ours, theirs = Counter[str](), truth(capture).hierarchy
    for share in counted(capture).hierarchy:
        if to_layer_4(share.name) == share.name.split(":"):
            ours[share.name] += share.packets
    differing = (ours - theirs) + (theirs - ours)
    malformed = counted(capture).counters.get("malformed", 0) * DEEPEST
    assert differing.total() <= MOST_HIERARCHY_ERROR * theirs.total() + malformed, differing.most_common(8)
