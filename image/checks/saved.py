"""Whether what a card holds is whole: its file system, the owner's files that are kept, the machine's key, and what it starts from."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from image.checks.card import DOUBTLESS
from sharky.appliance.files import RULES, checks
from sharky.appliance.keeping import Kept
from sharky.model.errors import SettingsError

STARTED_FROM = ("kernel8.img", "initramfs8", "cmdline.txt", "config.txt")
KEY = "system/ssh/ssh_host_ed25519_key"


def trouble_with_data(part: Path) -> str:
    """Return what is wrong with a data partition after a start has mended what a start mends; nothing where all is whole."""
    if _run("e2fsck", "-p", str(part)).returncode > 1:
        return "e2fsck cannot mend it by itself"
    if _run("e2fsck", "-fn", str(part)).returncode:
        return "e2fsck finds it damaged after mending it"
    folder = _taken_out(part)
    kept = Kept(folder / "sharky")
    for name, check in checks(kept).items():
        path = kept.in_force(name)
        try:
            if path is not None:
                check(path.read_text("utf-8"), name)
        except (SettingsError, ValueError) as error:
            return f"{name} is torn: {error}"
    key = folder / KEY
    if key.exists() and _run("ssh-keygen", "-y", "-P", "", "-f", str(key)).returncode:
        return "the machine's key is torn"
    return ""


def version_in(part: Path) -> int:
    """Return the number in the first rule's name of the rules in force; 0 where there are none."""
    rules = Kept(part.with_suffix(".files") / "sharky").in_force(RULES)
    words = rules.read_text("utf-8").split("name: v", 1) if rules else []
    return int(words[1].split(",", 1)[0]) if len(words) == 2 else 0


def trouble_with_boot(part: Path, wanted: str) -> str:
    """Return what is wrong with a boot partition: what the machine starts from is as it was."""
    return "" if started_from(part) == wanted else "what the machine starts from is damaged"


def started_from(part: Path) -> str:
    """Return a number for what a machine starts from."""
    digest = hashlib.sha256()
    for name in STARTED_FROM:
        digest.update(subprocess.run(["mtype", "-i", str(part), f"::/{name}"], check=False, capture_output=True, env=DOUBTLESS).stdout)
    return digest.hexdigest()


def _taken_out(part: Path) -> Path:
    folder = part.with_suffix(".files")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _run("debugfs", "-R", f"rdump / {folder}", str(part))
    return folder


def _run(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, check=False, capture_output=True)
