"""What is kept of the owner's files, so that they hold on without the card's own copy, and none is ever lost."""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from sharky.app.atomic import write_whole

READ = "read.json"
MOST_EARLIER = 20
"""Earlier versions of one file that are kept."""


@dataclass(frozen=True, slots=True)
class LastRead:
    """How the owner's file was when it was last read.

    Attributes:
        digest: SHA-256 of its octets, in hex.
        is_good: Whether it was put in force.
    """

    digest: str
    is_good: bool


class Kept:
    """A folder: `config/` is in force, `earlier/` is what was before, `read.json` is what the card had.

    Args:
        folder: On a disk that is written to, or in memory where there is none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copied_to(self, folder: Path) -> Kept:
        """Return the same in another folder, as far as it can be read."""
        with contextlib.suppress(OSError):
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Kept(folder)

    def in_force(self, name: str) -> Path | None:
        """Return the file that is in force; None where the one that comes with Sharky is."""
        path = self.folder / "config" / name
        return path if path.is_file() else None

    def last_read(self) -> dict[str, LastRead]:
        """Return how each of the owner's files was; a record that is damaged is as good as none."""
        try:
            read = json.loads((self.folder / READ).read_text("utf-8"))
            return {name: LastRead(str(each["digest"]), bool(each["is_good"])) for name, each in read.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def remember(self, read: dict[str, LastRead]) -> None:
        """Write down how each of the owner's files was."""
        plain = {name: {"digest": each.digest, "is_good": each.is_good} for name, each in read.items()}
        octets = json.dumps(plain, indent=1).encode()
        path = self.folder / READ
        if not path.is_file() or path.read_bytes() != octets:
            write_whole(path, octets)

    def take(self, name: str, text: str) -> None:
        """Put a file in force; the one before it goes to the earlier ones."""
        octets, before = text.encode(), self.in_force(name)
        if before is not None and before.read_bytes() != octets:
            self._put_away(name, before.read_bytes())
        write_whole(self.folder / "config" / name, octets)

    def put_away(self, name: str) -> None:
        """Let the file that comes with Sharky be in force again; the owner's goes to the earlier ones."""
        if (before := self.in_force(name)) is not None:
            with contextlib.suppress(OSError):
                self._put_away(name, before.read_bytes())
            before.unlink()

    def _put_away(self, name: str, octets: bytes) -> None:
        folder = self.folder / "earlier"
        stem, _, ending = name.partition(".")
        earlier = sorted(folder.glob(f"{stem}-*.{ending}"))
        number = int(earlier[-1].name[len(stem) + 1 : len(stem) + 5]) + 1 if earlier else 1
        write_whole(folder / f"{stem}-{number:04}.{ending}", octets)
        for path in earlier[: max(0, len(earlier) + 1 - MOST_EARLIER)]:
            path.unlink()


def digest_of(octets: bytes) -> str:
    """Return the SHA-256 of a file's octets, in hex."""
    import hashlib

    return hashlib.sha256(octets).hexdigest()
