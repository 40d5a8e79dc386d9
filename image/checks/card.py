"""A card as an owner has it in hand: a copy of the image, whose boot partition any computer can open."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

DOUBTLESS = os.environ | {"MTOOLS_SKIP_CHECK": "1"}


class Card:
    """A copy of an image, sparse, grown as a larger card is."""

    def __init__(self, image: Path, path: Path, size_mib: int = 1024) -> None:
        self.path = path
        subprocess.run(["cp", "--sparse=always", str(image), str(path)], check=True)
        with path.open("r+b") as file:
            file.truncate(size_mib << 20)
        table = json.loads(subprocess.run(["sfdisk", "--json", str(path)], check=True, capture_output=True, text=True).stdout)
        self._parts = [(part["start"] * 512, part["size"] * 512) for part in table["partitiontable"]["partitions"]]
        self._boot = f"{path}@@{self._parts[0][0]}"

    def area(self, number: int) -> tuple[int, int]:
        """Return where a partition begins and how large it is, in octets; the last one reaches to the end of the card."""
        begin, size = self._parts[number]
        return begin, self.path.stat().st_size - begin if number == len(self._parts) - 1 else size

    def copy_area(self, number: int, path: Path) -> None:
        """Copy a partition into a file of its own."""
        begin, size = self.area(number)
        words = [f"if={self.path}", f"of={path}", "bs=1M", "conv=sparse", f"skip={begin}", f"count={size}", "iflag=skip_bytes,count_bytes"]
        subprocess.run(["dd", "status=none", *words], check=True)
        with path.open("r+b") as file:
            file.truncate(size)

    def put(self, name: str, octets: bytes) -> None:
        """Write a file of the boot partition."""
        part = self.path.with_name("part")
        part.write_bytes(octets)
        self._mtool("mcopy", "-n", "-o", "-i", self._boot, str(part), f"::/{name}")
        part.unlink()

    def get(self, name: str) -> bytes:
        """Return a file of the boot partition; nothing where there is none."""
        part = self.path.with_name("part")
        part.unlink(missing_ok=True)
        done = subprocess.run(["mcopy", "-n", "-i", self._boot, f"::/{name}", str(part)], check=False, capture_output=True, env=DOUBTLESS)
        return part.read_bytes() if done.returncode == 0 else b""

    def take_out(self, names: tuple[str, ...], folder: Path) -> None:
        """Copy files of the boot partition into a folder."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self._mtool("mcopy", "-n", "-i", self._boot, *(f"::/{name}" for name in names), str(folder))

    @staticmethod
    def _mtool(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True, env=DOUBTLESS)
