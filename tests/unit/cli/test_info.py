"""`sharky info`: what a capture file is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from sharky.cli import main
from tests.unit.capture.builder import START, enhanced, interface, option, pcap, pcap_record, section


def info(folder: Path, content: bytes, *options: str) -> Result:
    path = folder / "some.capture"
    path.write_bytes(content)
    return CliRunner().invoke(main, ["info", str(path), *options])


def record(folder: Path, content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(info(folder, content, "--json").stdout)
    return found


def test_size_span_and_rates_are_told(tmp_path: Path) -> None:
    found = record(tmp_path, pcap([]) + pcap_record(bytes(60), START) + pcap_record(bytes(40), START + 4, wire_length=140))
    assert (found["type"], found["encapsulation"], found["packets"]) == ("pcap", "ether", 2)
    assert (found["bytes"], found["captured_bytes"], found["file_bytes"]) == (200, 100, 24 + 32 + 100)
    assert (found["seconds"], found["bytes_per_second"], found["packets_per_second"], found["bytes_per_packet"]) == (4, 50, 0.5, 100)


def test_what_only_a_capture_puts_before_a_packet_is_none_of_its_octets(tmp_path: Path) -> None:
    found = record(tmp_path, pcap([b"\0" + bytes(60), b"\1" + bytes(40)], linktype=204))
    assert (found["bytes"], found["captured_bytes"]) == (100, 100)


def test_a_packet_that_is_older_than_the_one_before_it_is_noticed_across_batches(tmp_path: Path) -> None:
    for middle, is_in_order in ((START, True), (START - 1, False)):
        packets = [pcap_record(b"", START)] * 70_000 + [pcap_record(b"", middle)] + [pcap_record(b"", START)] * 70_000
        assert record(tmp_path, pcap([]) + b"".join(packets))["is_in_order"] == is_in_order


def test_interfaces_are_listed_with_their_packets(tmp_path: Path) -> None:
    eth0 = interface(snaplen=96, options=option(2, b"eth0") + option(9, bytes([9])))
    found = record(tmp_path, section() + eth0 + interface(linktype=0) + enhanced(bytes(20), number=1) + enhanced(bytes(20), number=1))
    assert found["encapsulation"] == "per-packet"
    assert found["interfaces"] == [
        {"name": "eth0", "linktype": 1, "encapsulation": "ether", "snaplen": 96, "ticks_per_second": 10**9, "packets": 0},
        {"name": "", "linktype": 0, "encapsulation": "null", "snaplen": 0, "ticks_per_second": 10**6, "packets": 2},
    ]


def test_damage_is_named_with_its_place_and_what_is_before_it_is_told(tmp_path: Path) -> None:
    result = info(tmp_path, pcap([bytes(60), bytes(60)])[:-1])
    assert result.exit_code == 0
    assert "at byte 100" in result.stderr
    assert "at byte 100" in result.stdout
    assert "Packets              1\n" in result.stdout


def test_a_file_without_packets_has_no_span(tmp_path: Path) -> None:
    assert "Duration" not in info(tmp_path, pcap([])).stdout
    assert record(tmp_path, section())["encapsulation"] == "unknown"


def test_a_name_that_a_terminal_would_obey_is_shown_harmless(tmp_path: Path) -> None:
    assert "\x1b" not in info(tmp_path, section() + interface(options=option(2, b"\x1b[31m"))).stdout
