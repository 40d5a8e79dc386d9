"""NetworkManager, where it is installed: whether it looks after an interface, and how it is told to leave one alone.

It takes the ports out of a bridge that it finds when it begins, so that a file tells it beforehand, and a running one with nmcli(1); both
hold until the machine starts anew. Told with nmcli first, it leaves addresses where they are. It keeps a file for each interface
(src/core/nm-config.c). Its own profile for a bridge would throw the ports out as well, so that it is given none.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from sharky.placement.speeds import read_text

PROGRAM, RUN = "usr/sbin/NetworkManager", "run/NetworkManager"
LEAVE_ALONE = "[keyfile]\nunmanaged-devices+=interface-name:={}\n"
"""In NetworkManager.conf(5)."""
PLAIN_NAME = re.compile(r"[\w.-]+", re.ASCII)
LONGEST_S = 20
UNKNOWN_DEVICE = 10
"""Exit code of nmcli that means that nothing is left to do."""
NOT_RUNNING = "not running"
"""Words of nmcli that mean the same: of some commands its exit code is 8 then, of others 1."""


def may_look_after(interface: str, root: Path = Path("/")) -> bool:
    """Tell whether it is installed, and no file of Sharky's keeps it from an interface."""
    return (root / PROGRAM).exists() and _is_its_network(root) and not _file(interface, root).exists()


def looks_after(index: int, root: Path = Path("/")) -> bool:
    """Tell whether it looks after the interface with a number."""
    return _is_said("managed=true", index, root)


def look_after(interface: str, word: str, root: Path = Path("/")) -> None:
    """Have it look after an interface as it would by itself, or no more.

    Args:
        interface: Its name.
        word: "yes" or "no".
        root: Where /run is.

    Raises:
        OSError: If it refuses.
    """
    file, index = _file(interface, root), socket.if_nametoindex(interface)
    if word == "no":
        if looks_after(index, root):
            _nmcli("device", "set", interface, "managed", "no")
        if PLAIN_NAME.fullmatch(interface):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(LEAVE_ALONE.format(interface), "ascii")
    else:
        file.unlink(missing_ok=True)
    with suppress(OSError):  # At a start of the machine nobody is there yet who could read it again.
        _nmcli("general", "reload", "conf")
    if word == "yes" and _is_said("managed=false", index, root):
        _nmcli("device", "set", interface, "managed", "yes")


def _is_its_network(root: Path) -> bool:
    """Tell whether this process is in the network namespace that the machine began with; it is, where that may not be known."""
    try:
        own, first = ((root / "proc" / process / "ns/net").readlink() for process in ("self", "1"))
    except OSError:
        return True
    return own == first


def _file(interface: str, root: Path) -> Path:
    return root / RUN / "conf.d" / f"90-sharky-{interface}.conf"


def _is_said(line: str, index: int, root: Path) -> bool:
    return line in read_text(root / RUN / "devices" / str(index)).splitlines()


def _nmcli(*words: str) -> None:
    """Call nmcli; where it is missing, or NetworkManager does not run, nothing is done."""
    program = shutil.which("nmcli")
    if not program:
        return
    plain = os.environ | {"LC_ALL": "C"}
    try:
        done = subprocess.run([program, *words], check=False, capture_output=True, text=True, timeout=LONGEST_S, env=plain)  # noqa: S603 - a fixed program, no shell
    except subprocess.TimeoutExpired as error:
        raise OSError("nmcli does not answer") from error
    if done.returncode not in (0, UNKNOWN_DEVICE) and NOT_RUNNING not in done.stderr:
        raise OSError(" ".join(done.stderr.split()) or f"nmcli ends with {done.returncode}")
