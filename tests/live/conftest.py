"""What most live tests begin with: a house, two hosts on its switch, and a place of their own for what runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.house import Host, House


@pytest.fixture(autouse=True)
def run_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have every Sharky of a test find its run directories here, and none of another test's or the machine's."""
    folder = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def house() -> Iterator[House]:
    with House() as house:
        yield house


@pytest.fixture
def pair(house: House) -> tuple[Host, Host]:
    """Two hosts on the switch, in one subnet."""
    hosts = [house.host(name, f"02:00:00:00:00:0{number}") for number, name in ((1, "phone"), (2, "tv"))]
    for number, host in enumerate(hosts, 1):
        host.network("ip", "address", "add", f"192.168.7.{number}/24", "dev", "eth0")
        host.up()
    return hosts[0], hosts[1]
