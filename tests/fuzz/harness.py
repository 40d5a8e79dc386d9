#!/usr/bin/env python3
"""One target under atheris, with libFuzzer's own options on the command line; `scripts/fuzz` runs it.

To merge corpora libFuzzer starts this program again, by its name and with the same options: so it has to be a program, and
the target's name comes in the environment.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> None:
    """Fuzz the target that FUZZ_TARGET names."""
    with atheris.instrument_imports(include=["sharky"]):
        from tests.fuzz.targets import TARGETS
    atheris.Setup(sys.argv, TARGETS[os.environ["FUZZ_TARGET"]])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
