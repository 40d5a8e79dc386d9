"""Light models and stories: a table or a sidecar either makes sense, or is refused with problems that name a place in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sharky.capture.sidecar import read_sidecar
from sharky.lights import load_model
from sharky.model.errors import SettingsError
from tests.fuzz.targets.problems import check_problems

DIVIDE = b"\0"
"""Between a model's table and its outline."""


def check_lights(octets: bytes) -> None:
    """Take octets for a model, its table and its outline, and for a story's sidecar."""
    table, _, outline = octets.partition(DIVIDE)
    try:
        model = load_model(table.decode("utf-8", "replace"), outline.decode("utf-8", "replace"), "fuzzed.csv")
        assert model.leds
    except SettingsError as error:
        check_problems(error)
    with tempfile.NamedTemporaryFile(suffix=".yaml", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as file:
        file.write(octets)
        file.flush()
        try:
            sidecar = read_sidecar(Path(file.name))
            assert all(caption.at_ns >= 0 for caption in sidecar.captions)
        except SettingsError as error:
            check_problems(error)
