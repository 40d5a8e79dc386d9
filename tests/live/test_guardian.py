"""A machine that systemd runs: who ends all of Sharky's service at once does not end the guardian."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.house import House, missing
from tests.live.inside import ROOT, until
from tests.live.test_mitm import FAR, Home, pings

ABSENT = missing("ping", "systemd-nspawn", "systemd-run")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a machine with systemd needs {', '.join(ABSENT)}")

MACHINE = """
mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
: > /mnt/root/etc/machine-id
[ -d /run/systemd/system ] || set -- --keep-unit "$@"
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
exec systemd-nspawn --quiet --directory=/mnt/root --register=no --console=pipe --boot \
    --network-namespace-path=/proc/self/ns/net --capability=CAP_NET_ADMIN "$@" systemd.unit=basic.target
"""
"""Starts the programs of this machine once more, under a systemd of their own; what they write is gone with it."""


ALONE = ("--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


class Machine:
    """The house's Sharky with systemd."""

    def __init__(self, home: Home, folder: Path) -> None:
        seen = [f"--bind-ro={ROOT}:/srv/sharky", f"--bind={folder}:/srv/house"]
        inside = ["nsenter", "--net", "--target", str(home.sharky.keeper.pid), "unshare", *ALONE, "sh", "-ec", MACHINE, "sh"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *inside, *seen], stdin=quiet, stdout=quiet, stderr=quiet)
        until(lambda: self.run("systemctl", "is-active", "basic.target") == "active\n")

    def run(self, *command: str) -> str:
        """Run a command in it; nothing as long as it is not there yet."""
        first = child_of(child_of(str(self.process.pid)))
        entered = ["nsenter", "--all", "--target", first, *command]
        return subprocess.run(entered, capture_output=True, text=True, check=False).stdout if first else ""


def child_of(process: str) -> str:
    children = Path(f"/proc/{process}/task/{process}/children")
    return children.read_text().partition(" ")[0] if process else ""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with House() as house:
        yield Home(house, tmp_path)


@pytest.fixture
def machine(home: Home, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(home, tmp_path)
    yield machine
    machine.process.kill()
    machine.process.wait()


def test_where_all_of_a_service_is_killed_the_guardian_puts_everything_right(home: Home, machine: Machine) -> None:
    before = home.kernel
    assert pings(home.phone, FAR)
    python = "/srv/sharky" / Path(sys.executable).relative_to(ROOT) if Path(sys.executable).is_relative_to(ROOT) else sys.executable
    place = ("-m", "sharky", "place", "mitm", "--settings", "/srv/house/sharky.yaml", "--state", "/srv/house/state")
    machine.run("systemd-run", "--unit=mitm", "--property=WorkingDirectory=/srv/sharky", str(python), *place)
    until(lambda: home.is_redirected)
    assert "Sharky's guardian" in machine.run("systemctl", "list-units", "--type=scope", "--no-legend")
    machine.run("systemctl", "kill", "--kill-who=all", "--signal=KILL", "mitm.service")
    until(lambda: machine.run("systemctl", "is-active", "mitm.service") == "failed\n")
    until(lambda: not list(home.state.iterdir()))
    assert home.is_right
    assert home.kernel == before
    until(lambda: "guardian" not in machine.run("systemctl", "list-units", "--type=scope", "--no-legend"))
