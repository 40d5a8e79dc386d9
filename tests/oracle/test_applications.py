"""Fields of applications against Wireshark's own: each filter of `application_filters.txt` lets the same packets of real captures pass."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from sharky.capture import open_captures
from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from sharky.rules.filters.program import Program
from sharky.rules.filters.reading import Reading
from tests.oracle.conftest import CAPTURES
from tests.oracle.filtered import passed_in_tshark

FILTERS = Path(__file__).with_name("application_filters.txt").read_text("utf-8").splitlines()

pytestmark = [
    pytest.mark.skipif(not CAPTURES.is_dir(), reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(not shutil.which("tshark") or not shutil.which("mergecap"), reason="tshark or mergecap is not installed"),
]


@pytest.fixture(scope="module")
def theirs(joined: Path) -> dict[str, set[int]]:
    """Return the numbers of the packets that pass each filter in tshark."""
    return passed_in_tshark(joined, FILTERS)


@pytest.fixture(scope="module")
def ours(joined: Path) -> list[set[int]]:
    """Return the same of Sharky."""
    tree = ProtocolTree()
    identifier, program = Identifier(tree), Program()
    places = [program.include(one.program)[one.result] for one in map(compile_filter, FILTERS)]
    passed: list[set[int]] = [set() for _ in FILTERS]
    for batch in open_captures([joined]).batches():
        columns = dissect(batch, tree)
        masks = program.masks(Reading(columns, identifier.identify(columns)))
        numbers = columns.first_number + np.asarray(columns.position)
        for found, place in zip(passed, places, strict=True):
            found.update(numbers[masks[place]].tolist())
    return passed


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_for_an_application_lets_the_same_packets_pass_as_in_tshark(
    text: str, ours: list[set[int]], theirs: dict[str, set[int]]
) -> None:
    assert theirs[text], "this filter lets nothing pass, and shows nothing"
    assert sorted(ours[FILTERS.index(text)] ^ theirs[text]) == []
