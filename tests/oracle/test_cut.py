"""A cut holds exactly the packets that tshark shows through the same filter."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from sharky.app.shipped import stories
from sharky.cli import main

FILTERS = ("tcp", "udp.port == 53", "ip.addr == 192.168.0.0/16 and not tcp.port == 443", "frame.number in {3..40}", "arp or frame.len < 80")
FOLDER = os.environ.get("SHARKY_CAPTURES", "")
NAMES = (
    "ndpi__http_ipv6.pcap",
    "ndpi__upnp.pcap",
    "zeek__pcapng-multi-interface.pcapng",
    "ndpi__steam.pcapng",
    "scapy__tls_tcp_frag.pcap.gz",
)
CAPTURES = [stories()[0].capture, *(Path(FOLDER) / name for name in NAMES if FOLDER)]

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")


def packets(path: Path, *options: str) -> list[str]:
    """Return what tshark says of each packet; it calls an interface without a name "unknown", and in pcap nothing."""
    frame = ("time_epoch", "len", "cap_len", "encap_type", "interface_name", "interface_description")
    fields = (*(f"frame.{field}" for field in frame), "ip.id", "ip.checksum", "tcp.checksum", "udp.checksum")
    command = ["tshark", "-n", "-r", str(path), *options, "-T", "fields", *(word for field in fields for word in ("-e", field))]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line.replace("\tunknown\t", "\t\t") for line in lines]


@pytest.mark.parametrize("expression", FILTERS)
@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_a_cut_holds_what_tshark_shows(capture: Path, expression: str, tmp_path: Path) -> None:
    part = tmp_path / "part.pcapng"
    result = CliRunner().invoke(main, ["cut", str(capture), "--filter", expression, "-o", str(part)])
    assert result.exit_code == 0, result.output
    assert packets(part) == packets(capture, "-Y", expression)


def interfaces(path: Path) -> list[str]:
    """Return what capinfos says of each interface, except for the units in which its times are kept."""
    command = ["capinfos", "-I", str(path)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line for line in lines[2:] if " = " in line and not line.lstrip().startswith(("Time", "Number of stat"))]


@pytest.mark.skipif(not FOLDER, reason="SHARKY_CAPTURES names no folder with captures")
@pytest.mark.parametrize("name", ["zeek__pcapng-multi-interface.pcapng", "ndpi__steam.pcapng"])
def test_a_cut_keeps_what_capinfos_says_of_interfaces(name: str, tmp_path: Path) -> None:
    part = tmp_path / "part.pcapng"
    result = CliRunner().invoke(main, ["cut", str(Path(FOLDER) / name), "-o", str(part)])
    assert result.exit_code == 0, result.output
    assert sorted(interfaces(part)) == sorted(interfaces(Path(FOLDER) / name)) != []
