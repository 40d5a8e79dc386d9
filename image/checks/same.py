"""Assembles the card again, and looks whether it is the same to the bit."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from image.checks.bed import Bed

IMAGE = Path(__file__).resolve().parents[1]


def run(bed: Bed) -> None:
    """Run the stage that makes the card of all files once more, from what the build has left in its cache."""
    said = subprocess.run([IMAGE / "build", "--where"], check=True, capture_output=True, text=True).stdout
    made = Path(dict(line.split(" ", 1) for line in said.splitlines())["sharky"])
    if not (made / "complete").exists():
        print("left out   the card assembled again: the image was built elsewhere, or its cache is gone", flush=True)
        return
    moment = str(int((made / "root/usr/lib/clock-epoch").stat().st_mtime))
    again = bed.folder / "again"
    again.mkdir()
    environment = os.environ | {"SOURCE_DATE_EPOCH": moment}
    subprocess.run([IMAGE / "stages/assemble", made, again], check=True, capture_output=True, env=environment)
    digests = {_digest(path) for path in (bed.image, again / "sharky.img")}
    bed.table.note(len(digests) == 1, "the card assembled again is the same to the bit", f"{bed.image.stat().st_size >> 20} MiB")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
