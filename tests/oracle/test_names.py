"""Names held against tshark on real captures: how many of those that it shows are found, and how many of those found it shows.

A name counts once for each capture and kind, whoever says it how often, without regard to case, a dot at its end or NetBIOS's suffix.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from sharky.app.names import BY_MAC, LISTED_WITH
from sharky.capture import open_captures
from sharky.identify.name_finder import NameFinder
from sharky.model.protocols import ProtocolTree
from sharky.pipeline.recognition import Recognition
from tests.oracle.test_layer7 import FOLDER, IS_HERE

pytestmark = [
    pytest.mark.skipif(not IS_HERE, reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

LEAST_FOUND = {
    "sni over tcp": 0.99,
    "sni in quic": 0.98,
    "dns": 0.98,
    "mdns": 0.98,
    "llmnr": 0.98,
    "nbns": 0.98,
    "http_host": 0.98,
    "dhcp_host": 1.0,
    "dhcp_fqdn": 1.0,
    "dhcpv6_fqdn": 1.0,
}
LEAST_RIGHT = 0.99
"""Of the names that are found, how many tshark has to show, whatever their kind."""

LOOKUPS = ("mdns", "llmnr", "nbns")
"""Protocols whose names tshark shows in the fields of DNS."""

FIELDS = (
    *("frame.protocols", "tls.handshake.extensions_server_name", "gquic.tag.sni", "dns.qry.name", "dns.resp.name", "nbns.name"),
    *("http.host", "dhcp.hw.mac_addr", "dhcp.option.hostname", "dhcp.fqdn.name", "dhcpv6.client_domain"),
)
NO_NAMES = ("illegal netbios name", "malformed", "unknown extended label")
"""Beginnings of tshark's own words where there is no name."""

Name = tuple[str, str, str]
"""The kind, whose it is (a MAC address, where that is told), and the name."""


def cleaned(kind: str, name: str, about: str = "") -> Name:
    return kind, about, name.split("<", maxsplit=1)[0].strip().rstrip(".").lower()


def by_tshark(capture: Path) -> Iterator[tuple[Name, bool]]:
    """Yield each name that tshark shows, and whether it is inside a tunnel."""
    fields = [option for field in FIELDS for option in ("-e", field)]
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", *fields]
    output = subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    for line in output.split("\n"):
        if line.count("\t") == len(FIELDS) - 1:
            protocols, *cells = line.split("\t")
            layers = protocols.split(":")
            is_in_tunnel = layers.count("ip") + layers.count("ipv6") > 1
            for name in _in_row(layers, dict(zip(FIELDS[1:], (cell.split("|") for cell in cells), strict=True))):
                if name[-1] and not name[-1].startswith(NO_NAMES):
                    yield name, is_in_tunnel


def _in_row(layers: list[str], cells: Mapping[str, list[str]]) -> Iterator[Name]:
    lookup = next((kind for kind in LOOKUPS if kind in layers), "dns")
    kinds = {
        "tls.handshake.extensions_server_name": _kind_of_sni(layers),
        "gquic.tag.sni": "sni in quic",
        "dns.qry.name": lookup if lookup != "nbns" else "",
        "dns.resp.name": lookup if lookup == "mdns" else "",
        "nbns.name": "nbns",
        "http.host": "http_host" if "ssdp" not in layers else "",
        "dhcp.option.hostname": "dhcp_host",
        "dhcp.fqdn.name": "dhcp_fqdn",
        "dhcpv6.client_domain": "dhcpv6_fqdn",
    }
    for name_field, kind in kinds.items():
        about = cells["dhcp.hw.mac_addr"][0] if kind in BY_MAC else ""
        yield from (cleaned(kind, name, about) for name in cells[name_field] if kind)


def _kind_of_sni(layers: Iterable[str]) -> str:
    if not {"quic", "gquic"}.isdisjoint(layers):
        return "sni in quic"
    return "sni over udp" if "dtls" in layers else "sni over tcp"


def by_sharky(capture: Path) -> Iterator[Name]:
    """Yield each name as `sharky names` finds it."""
    tree = ProtocolTree()
    recognition = Recognition(tree, NameFinder(tree))
    for batch in open_captures([capture]).batches():
        labels = recognition.advance(batch).labels
        for row, heard in labels.heard:
            kind = LISTED_WITH.get(heard.kind, heard.kind)
            if kind == "sni":
                kind = _kind_of_sni(tree.path(int(labels.path[row])).split(":"))
            yield cleaned(kind, heard.name.replace("\\.", "."), heard.about if kind in BY_MAC else "")


@dataclass
class Tally:
    """Names of one kind: outside tunnels those missed and those found, and anywhere those that tshark shows and those that it does not."""

    missed: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)


@cache
def tallies() -> dict[str, Tally]:
    """Compare the names in all captures, kind by kind."""
    tally = defaultdict[str, Tally](Tally)
    for capture in sorted(path for path in FOLDER.iterdir() if ".pcap" in path.name):
        shown = dict(sorted(by_tshark(capture), key=lambda each: not each[1]))
        ours = {name for name in by_sharky(capture) if name[-1]}
        for name in ours | shown.keys():
            of_kind, told = tally[name[0]], f"{name[-1]} in {capture.name}"
            if not shown.get(name, True):
                (of_kind.found if name in ours else of_kind.missed).append(told)
            if name in ours:
                (of_kind.right if name in shown else of_kind.beyond).append(told)
    return tally


@pytest.mark.parametrize("kind", LEAST_FOUND)
def test_names_are_those_that_tshark_shows(kind: str) -> None:
    tally = tallies()[kind]
    found, right, wanted = len(tally.found), len(tally.right), len(tally.found) + len(tally.missed)
    print(f"\n{kind}: {found} of {wanted} outside tunnels, {len(tally.beyond)} beyond tshark")
    print(*(f"  missed {name}" for name in tally.missed[:10]), *(f"  beyond {name}" for name in tally.beyond[:10]), sep="\n")
    if not wanted:
        pytest.skip("no capture has such names")
    assert found / wanted >= LEAST_FOUND[kind]
    assert right / (right + len(tally.beyond)) >= LEAST_RIGHT
