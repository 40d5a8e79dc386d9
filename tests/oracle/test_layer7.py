"""Layer 7 held against tshark on real captures.

Compared are packets whose TCP or UDP carries payload. A segment that tshark shows as bare `tcp`, since it holds a piece of
something longer, counts as right where we name the protocol that tshark gives to most of its flow.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree

FOLDER = Path(os.environ.get("SHARKY_CAPTURES", ""))
IS_HERE = bool(os.environ.get("SHARKY_CAPTURES")) and FOLDER.is_dir()
LEAST_AGREEMENT = 0.96
LEAST_AGREEMENT_AT_HOME = 0.99
HOME_DEVICES = "iotsentinel"
"""How captures begin in which devices of a house are set up (IoT Sentinel, Aalto University)."""

pytestmark = [
    pytest.mark.skipif(not IS_HERE, reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

BOOKKEEPING = {"ethertype", "frame", "snap", "tcp.segments", "tcp.segment", "mptcp", ""}
BELOW = {"icmp", "icmpv6", "igmp", "arp", "gre", "esp", "ah", "ospf", "pim", "vrrp", "lldp", "cdp", "stp", "eapol", "data", "sctp"}
SAME = [
    {"quic", "gquic"},
    {"stun", "classicstun"},
    {"smb", "smb2", "nbss"},
    {"nat-pmp", "portcontrol"},
    {"db-lsp", "db-lsp-disc"},
    {"bittorrent", "bt-dht", "bt-utp"},
    {"isakmp", "udpencap"},
    {"http", "http2"},
    {"gtp", "gtpv2"},
    {"ftp", "ftp-data"},
]
"""Where the names tell members of one family apart, one is as good as the other."""

CANONICAL = {name: min(group) for group in SAME for name in group}


@dataclass(frozen=True)
class Verdict:
    """One packet with payload: our name, tshark's, and the capture."""

    ours: str
    theirs: str
    capture: str


def above_transport(path: str) -> str | None:
    """Return the first layer above TCP or UDP, empty where there is none, None where there is no TCP or UDP."""
    names = [name for name in path.split(":") if name not in BOOKKEEPING and not name.startswith("_ws.")]
    for place, name in enumerate(names):
        if name in ("tcp", "udp"):
            above = names[place + 1 : place + 2]
            return CANONICAL.get(above[0], above[0]) if above else ""
        if name in BELOW:
            return None
    return None


def tshark_paths(capture: Path) -> list[str]:
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-e", "frame.protocols"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def our_paths(capture: Path) -> tuple[list[str], list[int]]:
    """Return path and flow of each packet in the order of capture."""
    tree = ProtocolTree()
    identifier, paths, flows = Identifier(tree), list[str](), list[int]()
    for batch in open_captures([capture]).batches():
        columns = dissect(batch, tree)
        labels = identifier.identify(columns)
        order = columns.position.argsort()
        paths += [tree.path(int(node)) for node in labels.path[order]]
        flows += labels.flow[order].tolist()
    return paths, flows


def judge(capture: Path) -> list[Verdict]:
    paths, flows = our_paths(capture)
    theirs = [above_transport(path) for path in tshark_paths(capture)]
    usual: dict[int, Counter[str]] = defaultdict(Counter)
    for flow, name in zip(flows, theirs, strict=False):
        if name:
            usual[flow][name] += 1
    verdicts = []
    for path, flow, name in zip(paths, flows, theirs, strict=False):
        ours = above_transport(path)
        if name is not None and (name or ours):
            verdicts.append(Verdict(ours or "data", name or max(usual[flow], key=usual[flow].__getitem__, default="data"), capture.name))
    return verdicts


@cache
def verdicts() -> list[Verdict]:
    return [verdict for capture in sorted(path for path in FOLDER.iterdir() if ".pcap" in path.name) for verdict in judge(capture)]


def agreement(judged: list[Verdict]) -> float:
    """Return the share of packets that are called what tshark calls them, and print which are not."""
    wrong = Counter(verdict for verdict in judged if verdict.ours != verdict.theirs)
    share = 1 - wrong.total() / max(1, len(judged))
    print(f"\nlayer 7: {share:.2%} of {len(judged)} packets with payload")
    for verdict, count in wrong.most_common(15):
        print(f"  {count:5}  {verdict.ours} for {verdict.theirs}  in {verdict.capture}")
    return share


def test_packets_with_payload_are_called_what_tshark_calls_them() -> None:
    assert verdicts()
    assert agreement(verdicts()) >= LEAST_AGREEMENT


def test_what_home_devices_say_while_they_are_set_up_is_called_what_tshark_calls_it() -> None:
    of_home = [verdict for verdict in verdicts() if verdict.capture.startswith(HOME_DEVICES)]
    if not of_home:
        pytest.skip(f"no capture begins with {HOME_DEVICES}")
    assert agreement(of_home) >= LEAST_AGREEMENT_AT_HOME
