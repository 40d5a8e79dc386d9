"""What passes filters in tshark, and here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sharky.app.devices import known_devices
from sharky.capture import open_captures
from sharky.dissect import Fragments, dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter

TAPS = Path(__file__).with_name("taps.lua")


def passed_in_tshark(capture: Path, texts: Sequence[str]) -> dict[str, set[int]]:
    """Return the numbers of the packets that pass each filter in tshark; 0 stands there for one that it refuses.

    One tshark looks at all filters at once, each as a tap of its own: starting one for each would take half an hour.
    """
    with TemporaryDirectory() as folder:
        filters, numbers = Path(folder, "filters"), Path(folder, "numbers")
        filters.write_text("\n".join(texts), "utf-8")
        environment = os.environ | {"FILTERS": str(filters), "NUMBERS": str(numbers)}
        command = ["tshark", "-n", "-q", "-X", f"lua_script:{TAPS}", "-r", str(capture)]
        subprocess.run(command, check=True, capture_output=True, env=environment)
        passed: dict[str, set[int]] = {text: set() for text in texts}
        for place, number in (map(int, line.split()) for line in numbers.read_text().splitlines()):
            passed[texts[place - 1]].add(number)
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


@cache
def _both(texts: tuple[str, ...], capture: Path) -> dict[str, tuple[set[int], set[int]]]:
    theirs = passed_in_tshark(capture, texts)
    return {text: (mine, theirs[text]) for text, mine in zip(texts, passing_many(texts, capture), strict=True)}


def passing(text: str, among: tuple[str, ...], capture: Path) -> tuple[set[int], set[int]]:
    """Return the numbers of the packets that pass a filter as they are shown: ours and tshark's, of which there are some.

    All the filters `among` which it is are looked at in one go, and only once.
    """
    ours, theirs = _both(among, capture)[text]
    assert theirs, "this filter lets nothing pass, and shows nothing"
    return ours, theirs
