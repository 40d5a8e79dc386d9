"""What Sharky records, read by Wireshark's own programs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.capture.segments import Limits, files_in
from tests.unit.runtime.test_recorder import STORY, record

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="needs tshark")


def tshark(*words: str) -> list[str]:
    return subprocess.run(["tshark", *words], capture_output=True, text=True, check=True).stdout.splitlines()


def test_tshark_reads_every_packet_and_the_names_that_dns_told(tmp_path: Path) -> None:
    record(tmp_path, Limits())
    (path,) = files_in(tmp_path)
    fields = ["-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len"]
    assert tshark("-n", "-r", str(path), *fields) == tshark("-n", "-r", str(STORY), *fields)
    names = {line for line in tshark("-2", "-N", "n", "-r", str(path), "-T", "fields", "-e", "ip.dst_host") if line}
    told = {
        name for line in tshark("-n", "-r", str(STORY), "-Y", "dns.a", "-T", "fields", "-e", "dns.qry.name") for name in line.split(",")
    }
    assert names & told


def test_a_recording_that_was_cut_into_many_files_is_whole(tmp_path: Path) -> None:
    record(tmp_path, Limits(age_ns=16 * 2_000_000_000))
    files = files_in(tmp_path)
    assert len(files) > 2
    count = sum(len(batch) for batch in open_captures([STORY]).batches())
    assert sum(len(tshark("-n", "-r", str(path), "-T", "fields", "-e", "frame.number")) for path in files) == count
