"""A machine of its own for what a test must not do to the one it runs on: a kernel that runs as a program, User Mode Linux.

It sees all files of this machine and may change none, has memory, interfaces and clocks of its own, and ends with what it was started for.
Debian has it as user-mode-linux; how it is started is told in Documentation/virt/uml/user_mode_linux_howto_v2.rst of the kernel.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.live import plain_registers
from tests.live.plain_registers import WITHOUT_AVX

ROOT = Path(__file__).parents[2]
PROGRAM = "linux.uml"
MODULES = Path("/usr/lib/uml/modules")
MEMORY = "768M"
PATIENCE_S = 300.0
FINIT_MODULE = 313
"""The number of a system call for which glibc has no name (finit_module(2), <asm/unistd_64.h>)."""

POWER_OFF = 0x4321FEDC
"""LINUX_REBOOT_CMD_POWER_OFF (<linux/reboot.h>)."""


def is_missing() -> bool:
    """Tell whether there is none to be started here."""
    return shutil.which(PROGRAM) is None or os.geteuid() != 0


def told_by(module: str, folder: Path) -> list[dict[str, Any]]:
    """Start a machine whose only program is a module of the tests, and return what that tells (`tell`), once it is over.

    Args:
        module: Its name; it begins with `begin` and ends with `end`.
        folder: For what the kernel itself writes.
    """
    files = ["root=/dev/root", "rootfstype=hostfs", "ro", f"uml_dir={folder}"]
    console = ["quiet", "con=null", "con0=null,fd:1", f"mem={MEMORY}"]
    variables = [
        f"PATH={os.environ['PATH']}:/usr/sbin:/sbin",
        f"PYTHONPATH={ROOT}",
        "PYTHONDONTWRITEBYTECODE=1",
        "TMPDIR=/run",
        "LANG=C.UTF-8",
        *WITHOUT_AVX,
    ]
    command = [
        sys.executable,
        "-m",
        plain_registers.__name__,
        PROGRAM,
        *console,
        *files,
        *variables,
        f"init={sys.executable}",
        "--",
        "-m",
        module,
    ]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        cwd=ROOT,
    ) as machine:
        try:
            said, _ = machine.communicate(timeout=PATIENCE_S)
        except BaseException:
            os.killpg(machine.pid, signal.SIGKILL)
            raise
    told = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert told[-1:] == [{"end": True}], said[-5000:]
    return told[:-1]


def begin(*drivers: str) -> None:
    """Make ready what every program expects of a machine, and load drivers by their paths below those of the kernel."""
    for kind, place in (("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", "/run"), ("tmpfs", "/dev/shm")):
        Path(place).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", kind, kind, place], check=True)
    for driver in drivers:
        with (MODULES / os.uname().release / f"kernel/{driver}.ko").open() as file:
            assert ctypes.CDLL(None).syscall(FINIT_MODULE, file.fileno(), b"", 0) == 0, driver
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def tell(what: dict[str, Any]) -> None:
    """Tell something to who started the machine."""
    print(f"\n{json.dumps(what)}", flush=True)


def end() -> None:
    """Tell that all went well, and switch the machine off."""
    tell({"end": True})
    ctypes.CDLL(None).reboot(POWER_OFF)
