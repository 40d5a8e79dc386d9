"""Interfaces with names that a terminal or a shell would take for something else."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.app.place import place_bridge, place_listen, place_mirror
from sharky.app.placing import Tools
from sharky.cli import place
from sharky.model.quoting import quoted
from sharky.placement.bridge import Bridge
from sharky.placement.memory import Memory
from tests.unit.placement.fakes import ALL_RIGHTS, ETH0, ETH1, LO, SETTINGS, FakeKernel, FakeProber, at_home, running_machine

NAME = "e\x1b[2J$(w)'"
BASH = shutil.which("bash")
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=15)


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@given(st.lists(text, min_size=1, max_size=5))
def test_the_shell_takes_every_name_as_it_is(words: list[str]) -> None:
    assert BASH
    script = "printf '%s\\0' " + " ".join(map(quoted, words))
    assert script.isprintable()
    told = subprocess.run([BASH, "-c", script], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})
    assert told.stdout.decode().split("\0")[:-1] == words


def test_no_placement_prints_a_name_that_moves_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    links = (LO, ETH0, dataclasses.replace(ETH1, name=NAME))
    kernel = FakeKernel(at_home(*links, settings=SETTINGS | {f"net/ipv6/conf/{NAME}/disable_ipv6": "0"}))
    say = place._say
    tools = Tools(kernel, FakeProber({}), Memory(tmp_path), ALL_RIGHTS, say, running_machine(tmp_path), is_dry=True)
    place_bridge(Bridge(("eth0", NAME), is_forced=True), (), tools)
    place_mirror(NAME, tools, is_forced=True)
    place_listen(NAME, tools)
    said = capsys.readouterr().out
    shown = r"$'e\x1b[2J$(w)\''"
    for command in (f"ip link set {shown} up", f"ip link set {shown} master sharky0", f"dev {shown} root blackhole", f"sharky run {shown}"):
        assert command in said
    assert r"sysctl -w $'net/ipv6/conf/e\x1b[2J$(w)\'/disable_ipv6=1'" in said
    assert all(line.isprintable() for line in said.splitlines())
