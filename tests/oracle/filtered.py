"""What passes filters in tshark, and here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sharky.app.devices import known_devices
from sharky.capture import open_captures
from sharky.dissect import Fragments, dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter

TAPS = Path(__file__).with_name("taps.lua")


def passed_in_tshark(capture: Path, filters: Path, count: int) -> list[set[int]]:
    """Return the numbers of the packets that pass each of a file's filters, of which there are `count`."""
    numbers = capture.with_suffix(".txt")
    environment = os.environ | {"FILTERS": str(filters), "NUMBERS": str(numbers)}
    command = ["tshark", "-n", "-q", "-X", f"lua_script:{TAPS}", "-r", str(capture)]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    passed: list[set[int]] = [set() for _ in range(count)]
    for place, number in (map(int, line.split()) for line in numbers.read_text().splitlines()):
        passed[place - 1].add(number)
    return passed


def passing_many(texts: Sequence[str], capture: Path) -> list[set[int]]:
    """Return the numbers of the packets that pass each filter here, as they are shown."""
    tree, fragments, ours = ProtocolTree(), Fragments(), [set[int]() for _ in texts]
    identifier, wanted = Identifier(tree, known_devices=known_devices()), [compile_filter(text, is_as_shown=True) for text in texts]
    for batch in open_captures([capture]).batches():
        columns = dissect(batch, tree, fragments)
        labels = identifier.identify(columns)
        for found, one in zip(ours, wanted, strict=True):
            found.update((columns.first_number + np.asarray(columns.position)[one.mask(columns, labels)]).tolist())
    return ours


def passing(text: str, capture: Path) -> tuple[set[int], set[int]]:
    """Return the numbers of the packets that pass a filter as they are shown: ours and tshark's, of which there are some."""
    (ours,) = passing_many((text,), capture)
    command = ["tshark", "-n", "-r", str(capture), "-Y", text, "-T", "fields", "-e", "frame.number"]
    theirs = set(map(int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()))
    assert theirs, "this filter lets nothing pass, and shows nothing"
    return ours, theirs
