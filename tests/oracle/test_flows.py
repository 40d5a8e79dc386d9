"""Flows held against two others who name them: tshark, by what it calls most packets of a flow, and nDPI."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.identify.endpoints import endpoints
from sharky.pipeline.reading import Reading
from tests.oracle.test_layer7 import CANONICAL, FOLDER, IS_HERE, above_transport, tshark_paths

LEAST_AGREEMENT = 0.98
NAMES = Path(__file__).with_name("ndpi_names.csv")

pytestmark = [
    pytest.mark.skipif(not IS_HERE, reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

Ends = frozenset[tuple[str, int]]


@dataclass
class Flow:
    """One flow with payload: what its packets are called by us and by tshark, how often, and its two ends."""

    ends: Ends
    ours: Counter[str] = field(default_factory=Counter)
    theirs: Counter[str] = field(default_factory=Counter)


def flows_of(capture: Path) -> Iterator[Flow]:
    """Yield the flows of which a packet has payload, or something that tshark shows as such."""
    theirs = [above_transport(path) for path in tshark_paths(capture)]
    found: dict[int, Flow] = {}
    reading, place = Reading(), 0
    for batch in open_captures([capture]).batches():
        seen = reading.advance(batch)
        columns = seen.columns
        for row in columns.position.argsort().tolist():
            name, place = (theirs[place] if place < len(theirs) else None), place + 1
            ours, flow = above_transport(columns.tree.path(int(seen.labels.path[row]))), int(seen.labels.flow[row])
            if flow and name is not None and (name or ours):
                if flow not in found:
                    ports = int(columns.source_port[row]), int(columns.destination_port[row])
                    found[flow] = Flow(frozenset(zip(map(_canonical, endpoints(columns, row)), ports, strict=True)))
                found[flow].ours[ours or "data"] += 1
                if name:
                    found[flow].theirs[name] += 1
    yield from found.values()


def _canonical(address: str) -> str:
    return str(ip_address(address)) if address.count(".") == 3 or address.count(":") > 1 else address


def ndpi_labels(capture: Path) -> dict[Ends, str]:
    label_file = capture.parent / "labels" / f"{capture.name}.ndpi.json"
    if not label_file.exists():
        return {}
    flows = json.loads(label_file.read_text("utf-8"))["flows"]
    return {
        frozenset([(_canonical(source), sport), (_canonical(destination), dport)]): label
        for _, source, sport, destination, dport, label in flows
    }


@cache
def meanings() -> dict[str, set[str]]:
    """Return for each name that nDPI uses what it may be called here."""
    return {row["ndpi"]: {CANONICAL.get(name, name) for name in row["protocols"].split()} for row in csv.DictReader(NAMES.open())}


def agree(flow: Flow, label: str) -> bool:
    """Return whether a flow is called what tshark or nDPI calls it; nDPI's names may have two parts, protocol and service."""
    ours = {CANONICAL.get(name, name) for name, _ in flow.ours.most_common(1)}
    theirs = {name for name, _ in flow.theirs.most_common(1)} or {"data"}
    by_ndpi = set().union(*(meanings().get(part, set()) for part in label.split(".")))
    return bool(ours & (theirs | by_ndpi))


def test_flows_are_called_what_tshark_or_ndpi_calls_them() -> None:
    wrong, count = Counter[str](), 0
    for capture in sorted(path for path in FOLDER.iterdir() if ".pcap" in path.name):
        labels = ndpi_labels(capture)
        for flow in flows_of(capture):
            label = labels.get(flow.ends, "")
            count += 1
            if not agree(flow, label):
                wrong[f"{flow.ours} for {flow.theirs} and {label or 'nothing'}  in {capture.name}"] += 1
    assert count
    agreement = 1 - wrong.total() / count
    print(f"\nflows: {agreement:.2%} of {count}")
    for verdict, times in wrong.most_common(20):
        print(f"  {times:5}  {verdict}")
    assert agreement >= LEAST_AGREEMENT
