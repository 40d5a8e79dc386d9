"""NetworkManager, where it runs: whether it looks after an interface, and how it is told to leave one alone.

It keeps a file for each interface (src/core/nm-config.c). What it is told with nmcli(1) holds until the machine starts anew; an
interface keeps its addresses when it is let go. Its own profile for a bridge would throw the ports out, so that it is given none.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from sharky.placement.speeds import read_text

LONGEST_S = 20
NOT_RUNNING, UNKNOWN_DEVICE = 8, 10
"""Exit codes of nmcli that mean that nothing is left to do."""


def looks_after(index: int, root: Path = Path("/")) -> bool:
    """Tell whether it looks after the interface with a number."""
    return "managed=true" in read_text(root / "run/NetworkManager/devices" / str(index)).splitlines()


def look_after(interface: str, word: str) -> None:
    """Have it look after an interface, or no more; where it does not run, or nmcli is missing, nothing is done.

    Args:
        interface: Its name.
        word: "yes" or "no".

    Raises:
        OSError: If it refuses.
    """
    program = shutil.which("nmcli")
    if not program:
        return
    command = [program, "device", "set", interface, "managed", word]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LONGEST_S)  # noqa: S603 - a fixed program, no shell
    except subprocess.TimeoutExpired as error:
        raise OSError("nmcli does not answer") from error
    if done.returncode not in (0, NOT_RUNNING, UNKNOWN_DEVICE):
        raise OSError(" ".join(done.stderr.split()) or f"nmcli ends with {done.returncode}")
