"""Prove in qemu what the card does.

It boots the card between two namespaces, lets real programs talk across it, looks at simulated pins, pulls the plug, replays power cuts
from the log of what was written, and makes mistakes as an owner does; then it cuts starts short, measures how long they take, and
starts the card in a Pi 3. Under emulation that takes most of an hour; nothing else should run beside it. It ends with 1 where
something fell short.
"""

from __future__ import annotations

import argparse
import lzma
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from image.checks import acceptance, bootcuts, boottimes, pi3, same
from image.checks.bed import Bed, bed
from image.checks.machine import CheckError
from image.checks.table import Table

HERE = Path(__file__).resolve().parents[1]
PARTS: dict[str, Callable[[Bed], None]] = {
    "lives": acceptance.run,
    "cuts": bootcuts.run,
    "times": boottimes.run,
    "pi3": pi3.run,
    "same": same.run,
}


def main() -> int:
    """Check, print a table, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="image/check",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example: sudo image/check --build",
    )
    parser.add_argument("--image", type=Path, default=HERE / "built/sharky.img.xz", help="the image, packed or not")
    parser.add_argument("--build", action="store_true", help="build it first, as far as anything has changed")
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part; may be given more than once")
    options = parser.parse_args()
    if options.build:
        subprocess.run([HERE / "build"], check=True)
    if not options.image.exists():
        print(f"image/check: there is no image {options.image}: sudo image/check --build", file=sys.stderr)
        return 2
    table = Table()
    packed = options.image.resolve()
    with tempfile.TemporaryDirectory(dir=packed.parent) as folder:
        image = unpacked(packed, Path(folder))
        for name in options.only or PARTS:
            check(PARTS[name], image, table)
    fallen = table.fallen
    print(f"\n{len(table.rows) - len(fallen)} of {len(table.rows)} held" + "".join(f"\n  fell short: {what}" for what in fallen))
    return 1 if fallen else 0


def check(part: Callable[[Bed], None], image: Path, table: Table) -> None:
    """Run one part; what cannot go on is a line of the table, and the console's last words are shown."""
    with bed(image, table) as made:
        try:
            part(made)
        except (CheckError, subprocess.SubprocessError, RuntimeError) as error:
            table.note(is_held=False, what="the check went to its end", measured=str(error))
            console = made.folder / "console.log"
            print(console.read_text("utf-8", "replace")[-6000:] if console.exists() else "")


def unpacked(image: Path, folder: Path) -> Path:
    """Return the image as a card has it."""
    if image.suffix != ".xz":
        return image
    path = folder / image.stem
    with lzma.open(image) as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return path


if __name__ == "__main__":
    sys.exit(main())
