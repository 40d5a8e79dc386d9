"""The doctor in a network that the test makes, with and without the right to take in packets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sharky.app.doctor.kernel import RAW
from sharky.placement.capabilities import held_rights
from tests.live.house import House, missing
from tests.live.inside import ROOT, run_sharky

ABSENT = missing()
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

OWN_SYS = 'mount -t sysfs sysfs /sys && exec "$@"'
ORDINARY_PERSON = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def doctor(house: House, *prefix: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the findings of a doctor at the house's switch."""
    inner = ["nsenter", "--net", "--target", str(house.switch.keeper.pid), "unshare", "--mount", "sh", "-c", OWN_SYS, "sh", *prefix]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*inner, sys.executable, "-m", "sharky", "doctor", "--json"], env=environment, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    return done.returncode, json.loads(done.stdout)


def messages(told: dict[str, Any]) -> list[str]:
    return [f"{finding['level']}: {finding['message']}" for finding in told["findings"]]


def test_with_all_rights_sharky_can_run_and_an_ordinary_bridge_is_found_wanting(house: House) -> None:
    house.host("phone", "02:00:00:00:00:02").up()
    code, told = doctor(house)
    assert code == 0
    assert told["can_run"]
    assert "good: may take in packets (CAP_NET_RAW)" in messages(told)
    assert "hint: br0 keeps back packets that a cable would pass (group_fwd_mask)" in messages(told)


def test_sharkys_own_bridge_is_found_good(house: House, tmp_path: Path) -> None:
    house.wire(house.switch, "eth0", house.switch, "far0")
    house.wire(house.switch, "eth1", house.switch, "far1")
    house.switch.network("ip", "link", "delete", "br0")
    run_sharky(house.switch, tmp_path, "place", "bridge", "--no-address", "eth0", "eth1")
    _, told = doctor(house)
    assert "good: sharky0 lies between eth0 and eth1, and passes what a cable passes" in messages(told)
    assert not [finding for finding in told["findings"] if finding["area"] == "bridge" and finding["level"] != "good"]


def test_without_the_one_right_sharky_cannot_run(house: House) -> None:
    house.host("phone", "02:00:00:00:00:02").up()
    code, told = doctor(house, "setpriv", "--bounding-set=-all")
    assert code == 1
    assert "trouble: may not take in packets: CAP_NET_RAW is missing" in messages(told)
    code, told = doctor(house, "setpriv", "--bounding-set=-all,+net_raw")
    assert code == 0


def test_the_command_that_the_doctor_names_gives_an_ordinary_person_the_one_right(tmp_path: Path) -> None:
    status = subprocess.run([*ORDINARY_PERSON, *RAW.split(), "cat", "/proc/self/status"], check=True, capture_output=True, text=True).stdout
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/status").write_text(status)
    assert held_rights(tmp_path) == {"CAP_NET_RAW"}


def test_what_merges_packets_is_found_and_the_command_that_the_doctor_names_ends_it(house: House) -> None:
    house.host("phone", "02:00:00:00:00:02").up()
    house.switch.network("ethtool", "-K", "port2", "tx", "on", "gso", "on", "tso", "on", "gro", "on")
    (found,) = [finding for finding in doctor(house)[1]["findings"] if "port2 merges packets" in finding["message"]]
    assert found["message"].startswith("port2 merges packets (gro, tso, gso): ")
    command, _, _ = found["mend"].partition(" (")
    house.switch.network(*command.split()[1:])
    assert "merges packets" not in " ".join(messages(doctor(house)[1]))
