"""Packets that were not understood are named as such wherever a packet is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from sharky.cli import main


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "cut.pcap"
    whole = bytes(Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=4000, dport=4001) / b"well")
    short = Ether(whole[:40])
    short.wirelen = len(whole)
    wrong = whole[:14] + b"\x41" + whole[15:]
    wrpcap(str(path), [Ether(whole), short, Ether(wrong)])
    return path


def run(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_list_says_what_is_wrong_and_where(capture: Path) -> None:
    _, fine, short, wrong = run("packets", capture).splitlines()
    assert "[" not in fine
    assert short.endswith("[truncated, stopped at octet 34]")
    assert wrong.endswith("[malformed, stopped at octet 14]")


def test_json_has_it_for_each_packet(capture: Path) -> None:
    rows = [json.loads(line) for line in run("packets", capture, "--json").splitlines()]
    assert [(row["problem"], row["stopped_at"]) for row in rows] == [("", 0), ("truncated", 34), ("malformed", 14)]


@pytest.mark.parametrize(("asked", "numbers"), [("problem", [2, 3]), ("problem == malformed", [3]), ("!problem", [1])])
def test_a_filter_finds_them(capture: Path, asked: str, numbers: list[int]) -> None:
    rows = run("packets", capture, "--json", "--filter", asked).splitlines()
    assert [json.loads(line)["number"] for line in rows] == numbers


def test_one_packet_in_full_says_it_first(capture: Path) -> None:
    assert run("show", capture, 3).splitlines()[0].endswith("46 captured; malformed, stopped at octet 14")
    assert run("show", capture, 1).splitlines()[0].endswith("46 captured")


def test_the_protocol_is_the_one_that_wiresharks_list_shows(tmp_path: Path) -> None:
    path, ends = tmp_path / "few.pcap", {"src": "10.0.0.1", "dst": "10.0.0.2"}
    ping, data = Ether() / IP(**ends) / ICMP() / b"abcd", Ether() / IP(**ends) / TCP(sport=4000, dport=4001, flags="PA") / b"abcd"
    error = Ether() / IP(**ends) / ICMP(type=3, code=3) / IP(**ends) / UDP(sport=53, dport=4000) / b"late"
    wrpcap(str(path), [ping, data, error, Ether() / IPv6() / ICMPv6EchoRequest()])
    assert [line.split()[4] for line in run("packets", path).splitlines()[1:]] == ["ICMP", "TCP", "ICMP", "ICMPv6"]
