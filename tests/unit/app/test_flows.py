"""The list of flows, and what somebody else calls them."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from sharky.app.flows import flow_rows, with_second_opinion
from sharky.app.packet_list import packet_rows
from sharky.app.shipped import read_story
from sharky.cli import main
from tests.unit.capture.builder import START, pcap, pcap_record

STORY = read_story("smart-home").capture


def nobody_complains(problem: object) -> None:
    raise AssertionError(problem)


def test_flows_are_those_of_the_packet_list_with_all_their_packets_and_octets() -> None:
    packets, octets = Counter[int](), Counter[int]()
    servers = {0: ""}
    for packet in packet_rows(STORY, None, nobody_complains):
        packets[packet.flow] += 1
        octets[packet.flow] += packet.length
        servers[packet.flow] = packet.server or servers.get(packet.flow, "")
    found = flow_rows(STORY, nobody_complains)
    assert [row.number for row in found] == sorted(set(packets) - {0})
    assert all((row.packets, row.bytes, row.server) == (packets[row.number], octets[row.number], servers[row.number]) for row in found)


def test_a_flow_is_called_what_its_payload_says_though_its_last_packet_carries_none() -> None:
    protocols = Counter(row.protocols.rpartition(":")[2] for row in flow_rows(STORY, nobody_complains))
    assert protocols["dns"]
    assert protocols["mqtt"]
    assert not protocols["tcp"]


@pytest.mark.parametrize("batches", [1, 2])
def test_a_flow_is_called_what_it_says_though_it_is_only_kept_open_at_the_end(batches: int, tmp_path: Path) -> None:
    ends = Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=5060, dport=5060)
    register = b"REGISTER sip:example.org SIP/2.0\r\nCSeq: 1 REGISTER\r\n\r\n"
    kept_open = pcap_record(bytes(ends / b"\0\0\0\0"), START) * (1 if batches == 1 else 70_000)
    (tmp_path / "call.pcap").write_bytes(pcap([bytes(ends / register)]) + kept_open)
    (row,) = flow_rows(tmp_path / "call.pcap", nobody_complains)
    assert row.protocols == "eth:ip:udp:sip"


def test_what_single_packets_of_a_multicast_flow_are_about_is_not_what_it_is_for() -> None:
    packets = [row for row in packet_rows(STORY, None, nobody_complains) if row.service == "dlna"]
    services = {row.number: row.service for row in flow_rows(STORY, nobody_complains)}
    assert packets
    assert {services[packet.flow] for packet in packets} == {"upnp"}


def test_a_second_opinion_stands_beside_the_flow_whichever_side_began() -> None:
    rows = flow_rows(STORY, nobody_complains)
    chosen = rows[3]
    swapped = frozenset([(chosen.destination, chosen.destination_port), (chosen.source, chosen.source_port)])
    told = with_second_opinion(rows, {swapped: "TLS.Netflix"})
    assert [row.number for row in told if row.ndpi == "TLS.Netflix"] == [row.number for row in rows if row.ends == swapped]


def test_without_nfstream_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nfstream", None)
    result = CliRunner().invoke(main, ["flows", str(STORY), "--ndpi"])
    assert result.exit_code == 2
    assert f"{sys.executable} -m pip install 'sharky[ndpi]'" in result.stderr


def test_flows_as_text_and_as_json_and_that_follow_takes_their_numbers() -> None:
    text = CliRunner().invoke(main, ["flows", str(STORY)]).stdout
    rows = [json.loads(line) for line in CliRunner().invoke(main, ["flows", str(STORY), "--json"]).stdout.splitlines()]
    assert len(text.splitlines()) == len(rows) + 1
    assert "radio.example" in text
    number = next(row["number"] for row in rows if row["protocols"].endswith(":mqtt"))
    followed = CliRunner().invoke(main, ["follow", str(STORY), "--flow", str(number)])
    assert followed.exit_code == 0
    assert "MQTT" in followed.stdout


def test_lines_of_a_flow_are_lines_without_what_else_ends_them_on_the_network() -> None:
    number = next(row.number for row in flow_rows(STORY, nobody_complains) if row.protocols.endswith(":http"))
    lines = CliRunner().invoke(main, ["follow", str(STORY), "--flow", str(number)]).stdout.splitlines()
    assert any(line.startswith(("GET ", "HTTP/1.")) for line in lines)
    assert not any(line.startswith(("GET ", "HTTP/1.", "Host: ")) and line.endswith(".") for line in lines)


def test_of_a_damaged_file_the_flows_ahead_of_the_damage_are_listed_and_the_damage_is_told(tmp_path: Path) -> None:
    octets = STORY.read_bytes()
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(octets[: len(octets) // 2])
    result = CliRunner().invoke(main, ["flows", str(cut), "--json"])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert 0 < len(rows) < len(flow_rows(STORY, nobody_complains))
    assert "cut.pcapng" in result.stderr
