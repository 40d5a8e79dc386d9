"""`sharky stats --dns` held against tshark: queries, response codes and the names that were asked for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from sharky.app.shipped import stories
from sharky.cli import main
from sharky.tally.lookups import CODES

FOLDER = Path(os.environ.get("SHARKY_CAPTURES", ""))
NAMES = ("ndpi__iphone.pcap", "ndpi__netflix.pcap", "iotsentinel__HueBridge_Setup-A-1-STA.pcap", "ndpi__dns_exfiltration.pcap")
CAPTURES = [story.capture for story in stories()] + [FOLDER / name for name in NAMES if (FOLDER / name).is_file()]

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.stem)
def test_dns_messages_are_those_that_tshark_counts(capture: Path) -> None:
    fields = ["-e", "dns.flags.response", "-e", "dns.flags.rcode", "-e", "dns.qry.name"]
    filters = ["-Y", "dns and not mdns and not llmnr and not icmp and not icmpv6"]
    command = ["tshark", "-n", "-r", str(capture), *filters, "-T", "fields", "-E", "occurrence=f", *fields]
    rows = [line.split("\t") for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()]
    found = json.loads(CliRunner().invoke(main, ["stats", "--json", "--dns", str(capture)]).stdout)["dns"]
    assert found["codes"] == Counter(CODES[int(code)] for is_response, code, _ in rows if is_response in ("1", "True"))
    asked = [name.lower() for is_response, _, name in rows if is_response in ("0", "False")]
    assert found["queries"] == len(asked)
    assert {each["name"]: each["queries"] for each in found["names"]} == Counter(name for name in asked if name)
