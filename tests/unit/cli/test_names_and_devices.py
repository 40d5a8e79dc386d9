"""What the commands about names, devices and conversations print, and that nothing which they print can do harm."""

from __future__ import annotations

import csv
import io
import json
import struct
from pathlib import Path

import pytest
from click.testing import CliRunner

from sharky.app.shipped import read_story
from sharky.cli import main
from sharky.model.cells import width
from tests.unit.identify.test_devices import EVERYBODY, PHONE, dhcp, udp

HOSTILE = ["\x1b[2J\x1b]0;title\x07", "<script>alert(1)</script>", "\u202egpj.exe", "\r\nfake line", "=cmd()", "x" * 5000]

NAMED = ["escapes", "html", "direction", "lines", "formula", "long"]
SHOWING = [
    "flows",
    "names",
    "devices",
    "packets",
    "stats",
    "stats --by device --by server --dns",
    "follow --flow 2",
    "follow --flow 2 --hex",
    "show 1",
    "show 2",
]
"""Every command that shows what strangers wrote."""


def capture(path: Path, *packets: bytes) -> Path:
    records = (struct.pack("<IIII", 1_700_000_000, number, len(one), len(one)) + one for number, one in enumerate(packets))
    path.write_bytes(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1) + b"".join(records))
    return path


def hostile_capture(path: Path, name: str) -> Path:
    octets = name.encode()[:250]
    label = octets[:60]
    query = bytes.fromhex("beef01000001000000000000") + bytes([len(label)]) + label + b"\0\0\x01\0\x01"
    head = b"GET / HTTP/1.1\r\nHost: " + name.encode().replace(b"\r\n", b" ") + b"\r\n\r\n"
    return capture(
        path, dhcp(PHONE, (12, octets), (60, octets)), udp(PHONE, EVERYBODY, query, ports=(4000, 53)), udp(PHONE, EVERYBODY, head)
    )


def run(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_of_a_reverse_lookup_a_person_reads_the_address_and_a_program_the_name() -> None:
    path = read_story("morning").capture
    text, names = run("names", path), json.loads(run("names", path, "--json"))
    assert "  192.168.1.1 (reverse lookup)\n" in text
    assert "  fe80::3ea9:f4ff:fe1c:2031 (reverse lookup)\n" in text
    assert ".arpa" not in text.replace(".home.arpa", "")
    assert "1.1.168.192.in-addr.arpa" in names["dns"]


def test_statistics_tell_a_reverse_lookup_as_the_names_do() -> None:
    path = read_story("morning").capture
    text, table = run("stats", path, "--dns"), run("stats", path, "--dns", "--csv")
    assert "  192.168.1.1 (reverse lookup) " in text
    assert ".arpa" not in text.replace(".home.arpa", "")
    assert "dns_name,1.1.168.192.in-addr.arpa," in table


def test_names_and_devices_of_a_story_as_json() -> None:
    path = read_story("smart-home").capture
    names = json.loads(run("names", path, "--json"))
    assert set(names) >= {"sni", "dns", "http_host", "mdns", "llmnr", "nbns", "dhcp_host", "dhcp_fqdn", "dhcpv6_fqdn"}
    assert ["94:3c:c6:a2:5d:a8", "thermostat"] in names["dhcp_host"]
    devices = {device["mac"]: device for device in json.loads(run("devices", path, "--json"))}
    assert devices["94:3c:c6:a2:5d:a8"]["vendor"] == "Espressif Inc."
    assert devices["3c:a6:2f:51:7e:01"]["kind"] == "router"


def test_packets_tell_what_they_are_for_and_whose_they_are() -> None:
    rows = [json.loads(line) for line in run("packets", read_story("smart-home").capture, "--json").splitlines()]
    assert {row["server"] for row in rows} >= {"cloud.example", "radio.example"}
    assert {row["source_device"] for row in rows} >= {"thermostat", "hub"}
    assert {row["direction"] for row in rows} >= {"in", "out", "local"}


@pytest.mark.parametrize("name", HOSTILE, ids=NAMED)
@pytest.mark.parametrize("command", SHOWING)
def test_a_hostile_name_cannot_take_hold_of_the_terminal(command: str, name: str, tmp_path: Path) -> None:
    words = command.split()
    text = run(words[0], hostile_capture(tmp_path / "hostile.pcap", name), *words[1:])
    assert all(line.isprintable() for line in text.replace("\t", " ").split("\n"))
    assert words[0] in ("follow", "show") or max(map(len, text.split("\n"))) < 1000


@pytest.mark.parametrize("name", HOSTILE, ids=NAMED)
def test_a_hostile_name_stays_in_its_cell_of_a_table(name: str, tmp_path: Path) -> None:
    words = ["stats", hostile_capture(tmp_path / "hostile.pcap", name), "--by", "device", "--by", "server", "--dns", "--csv"]
    rows = list(csv.reader(io.StringIO(run(*words))))
    cells = [cell for row in rows for cell in row]
    assert {row[0] for row in rows} >= {"by_device", "dns_name"}
    assert all(cell.isprintable() and len(cell) < 200 for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


@pytest.mark.parametrize("name", HOSTILE, ids=["escapes", "html", "direction", "lines", "formula", "long"])
def test_a_hostile_name_is_kept_as_data_in_json(name: str, tmp_path: Path) -> None:
    path = hostile_capture(tmp_path / "hostile.pcap", name)
    (device,) = json.loads(run("devices", path, "--json"))
    assert device["name"] == name.strip()[:64].strip()
    for text in (run("names", path, "--json"), run("devices", path, "--json"), *run("packets", path, "--json").splitlines()):
        assert text.strip().isascii(), "a terminal that shows JSON is not moved either"


def test_what_is_printed_begins_in_its_first_line(tmp_path: Path) -> None:
    path = hostile_capture(tmp_path / "names.pcap", "printer")
    assert run("names", path).startswith("Names looked up in DNS\n")
    assert "\n\nWhat devices called themselves when they asked for an address (DHCP)\n" in run("names", path)
    assert run("place", "stream").startswith("From here Sharky\n")


def test_columns_stand_below_each_other_whatever_letters_a_name_has(tmp_path: Path) -> None:
    path = hostile_capture(tmp_path / "wide.pcap", "Küche-ラジオ-🦈 ganz oben, unter dem Dach")
    head, device = run("devices", path).splitlines()[:2]
    before, mark, _ = device.partition("phone")
    assert mark
    assert width(before) == head.index("Kind")
    _, *rows = run("stats", path, "--by", "device").partition("By device")[2].splitlines()
    assert len({width(row) for row in rows}) == 1


def test_what_two_sides_say_is_shown_as_text_as_hex_and_as_json() -> None:
    path = read_story("intruder").capture
    flow = json.loads(run("packets", path, "--json", "--filter", "dns").splitlines()[0])["flow"]
    text, hexadecimal = run("follow", path, "--flow", flow), run("follow", path, "--flow", flow, "--hex")
    *_, total = [json.loads(line) for line in run("follow", path, "--flow", flow, "--json").splitlines()]
    assert f"A sent {total['bytes_a']:,} bytes, B sent {total['bytes_b']:,} bytes" in text
    assert "00000000  " in hexadecimal
    assert all(character.isprintable() or character in "\n\t" for character in text)


def test_one_packet_is_shown_in_full() -> None:
    assert "###[ IP" in run("show", read_story("intruder").capture, 1) or "###[ ARP" in run("show", read_story("intruder").capture, 1)
