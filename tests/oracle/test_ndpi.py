"""nDPI itself, by way of the adapter: what it says of real captures, beside our own flows."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from sharky.app.flows import flow_rows
from sharky.app.ndpi import names_by_ndpi
from sharky.cli import main
from tests.oracle.test_flows import FOLDER, IS_HERE, ndpi_labels

pytest.importorskip("nfstream", reason="nfstream is not installed: pip install 'sharky[ndpi]'")
pytestmark = pytest.mark.skipif(not IS_HERE, reason="SHARKY_CAPTURES names no folder of captures")
NAMED = ["ndpi__discord.pcap", "ndpi__netflix.pcap", "ndpi__dns_doh.pcap", "ndpi__http_ipv6.pcap"]


@pytest.mark.parametrize("name", NAMED)
def test_the_adapter_says_what_ndpi_says(name: str) -> None:
    labels = {ends: label for ends, label in ndpi_labels(FOLDER / name).items() if label != "Unknown"}
    assert labels
    assert names_by_ndpi(FOLDER / name) == labels


def test_its_names_stand_beside_our_flows() -> None:
    capture = FOLDER / "ndpi__netflix.pcap"
    lines = CliRunner().invoke(main, ["flows", str(capture), "--ndpi", "--json"]).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == len(flow_rows(capture, print))
    assert sum(row["ndpi"].endswith(".NetFlix") and row["service"] == "netflix" for row in rows) > len(rows) / 3


def test_a_file_that_nobody_can_read_is_a_message() -> None:
    broken = FOLDER / "manifest.json"
    result = CliRunner().invoke(main, ["flows", str(broken), "--ndpi"])
    assert result.exit_code == 2
