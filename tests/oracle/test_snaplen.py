"""Captures of which only the beginning of each packet was kept, against tshark's: filters must find the same in what is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.oracle.filtered import passed_in_tshark, passing_many

pytestmark = pytest.mark.skipif(not shutil.which("editcap"), reason="tshark, and editcap beside it, is not installed")

STORIES = Path(__file__).parents[2] / "config" / "stories"
SHOWN = (
    *("http", "http.request.method", "http.request.uri", "http.response.code", "http.host", "dns.resp.type", "dns.response_to", "dns.time"),
    *("tls.record", "tls.record.content_type", "tls.app_data", "tls.handshake", "tls.handshake.type", "tls.app_data_proto"),
    "tls.handshake.extensions_server_name",
)
BROKEN_OFF = "_ws.malformed"


@pytest.mark.parametrize(
    ("story", "snaplen"), [("intruder", 96), ("morning", 96), ("movie-night", 96), ("smart-home", 96), ("smart-home", 200)]
)
def test_of_packets_that_are_cut_the_beginning_is_shown(story: str, snaplen: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.pcapng"
    subprocess.run(["editcap", "-s", str(snaplen), STORIES / f"{story}.pcapng", path], check=True, capture_output=True)
    theirs = passed_in_tshark(path, [*SHOWN, BROKEN_OFF])
    broken_off = theirs.pop(BROKEN_OFF)
    assert theirs["http"]
    assert theirs["tls.record"]
    ours = dict(zip(SHOWN, passing_many(SHOWN, path), strict=True))
    different = {field: sorted((ours[field] ^ theirs[field]) - broken_off)[:9] for field in SHOWN}
    assert not any(different.values()), different
