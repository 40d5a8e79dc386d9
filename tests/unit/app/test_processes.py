"""Captures that other processes count."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE_S = 20

COUNTS = """
import sys
from pathlib import Path
from sharky.app.processes import count_at_once
from sharky.model.totals import WantedTotals
count_at_once([Path(sys.argv[1])], WantedTotals(), lambda part: None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_nobody_counts_on_when_the_one_who_asked_has_ended(number: signal.Signals, tmp_path: Path) -> None:
    capture = tmp_path / "capture"
    os.mkfifo(capture)
    with (
        subprocess.Popen(["env", "--default-signal=INT", sys.executable, "-c", COUNTS, str(capture)], stderr=subprocess.DEVNULL) as program,
        capture.open("wb") as pipe,
    ):
        program.send_signal(number)
        program.wait(PATIENCE_S)
        readers = select.poll()
        readers.register(pipe, 0)
        assert readers.poll(PATIENCE_S * 1000) == [(pipe.fileno(), select.POLLERR)]
