"""Memory is scarce on a Pi: what runs for weeks loads nothing large that it does not need."""

from __future__ import annotations

import subprocess
import sys

RUN = """
import sys
import sharky.app.run
from sharky.app.pipelines import pipeline_of
from sharky.app.shipped import read_model, read_rules
from sharky.app.vendors import load_vendors
from sharky.app.wanted import Play
model = read_model(None)
pipeline_of(Play("", (), read_rules(None, model), model, placement="bridge"))
load_vendors()
print(*sys.modules)
"""

LARGE = {"_hashlib": "the system's OpenSSL, beside cryptography's", "_ssl": "the same", "numpy.ma": "", "flask": "", "scapy.libs.manuf": ""}


def test_what_runs_loads_nothing_large_that_it_does_not_need() -> None:
    loaded = set(subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True).stdout.split())
    assert "cryptography" in loaded
    assert not loaded & set(LARGE)
