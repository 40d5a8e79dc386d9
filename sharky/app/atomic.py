"""Files that are whole or not there, also after the power failed."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, octets: bytes, mode: int = 0o644) -> None:
    """Replace a file, so that there is the old one or the new one on the disk at any moment.

    Raises:
        OSError: If it cannot be written; the old file is there then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
