"""What fuzzing found once stays mended: every target takes the inputs that are kept, without a fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS

FOLDER = Path(__file__).resolve().parents[2] / "fuzz"
MOST_OCTETS = 300 << 10


@pytest.mark.parametrize("target", TARGETS)
def test_every_kept_input_passes(target: str) -> None:
    kept = sorted(path for folder in ("corpus", "regressions") for path in (FOLDER / folder / target).glob("*"))
    assert kept
    for path in kept:
        try:
            TARGETS[target](path.read_bytes())
        except Exception as error:
            error.add_note(f"input: {path.relative_to(FOLDER)}")
            raise


@pytest.mark.parametrize("target", TARGETS)
def test_what_fuzzing_starts_with_passes(target: str) -> None:
    for octets in seeds(target):
        TARGETS[target](octets)


def test_the_corpus_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("corpus/*/*")) < MOST_OCTETS
