"""`sharky info`: what a capture file is."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sharky.capture import texts
from sharky.cli import main
from tests.unit.capture.builder import START, block, enhanced, interface, option, pcap, pcap_record, section


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
    silent = {"description": "", "filter": "", "system": "", "hardware": "", "comment": ""}
    ether = {"linktype": 1, "encapsulation": "ether", "ticks_per_second": 10**9, "time_precision": "nanoseconds"}
    null = {"linktype": 0, "encapsulation": "null", "ticks_per_second": 10**6, "time_precision": "microseconds"}
    assert found["interfaces"] == [
        {"name": "eth0", "snaplen": 96, "packets": 0, **ether, **silent},
        {"name": "", "snaplen": 0, "packets": 2, **null, **silent},
    ]
    assert (found["encapsulations"], found["time_precision"]) == ({"null": 2, "ether": 0}, "per-packet")


WRITTEN = block(
    0x0A0D0D0A,
    struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    + option(2, b"A Pi")
    + option(3, b"Linux 6")
    + option(4, b"dumpcap")
    + option(1, b"first note")
    + option(1, b"second note\nits second line"),
)
DESCRIBED = interface(
    options=option(2, b"eth0")
    + option(3, b"to the router")
    + option(11, b"\0port 53")
    + option(12, b"OS")
    + option(15, b"NIC")
    + option(1, b"!")
)


def test_who_wrote_a_capture_and_what_was_noted_is_told(tmp_path: Path) -> None:
    content = WRITTEN + DESCRIBED + enhanced(bytes(60))
    found = record(tmp_path, content)
    note = "first note\nsecond note\nits second line"
    assert found["sections"] == [{"application": "dumpcap", "system": "Linux 6", "hardware": "A Pi", "comment": note}]
    told = {"name": "eth0", "description": "to the router", "filter": "port 53", "system": "OS", "hardware": "NIC", "comment": "!"}
    assert told.items() <= found["interfaces"][0].items()
    lines = info(tmp_path, content).stdout.splitlines()
    assert lines[lines.index("  Application          dumpcap") :][:6] == [
        "  Application          dumpcap",
        "  Operating system     Linux 6",
        "  Hardware             A Pi",
        "  Comment              first note",
        "  Comment              second note",
        "  Comment              its second line",
    ]
    assert "    Capture filter     port 53" in lines


def test_each_section_is_told_for_itself(tmp_path: Path) -> None:
    content = WRITTEN + DESCRIBED + section() + interface() + WRITTEN
    assert [part["application"] for part in record(tmp_path, content)["sections"]] == ["dumpcap", "", "dumpcap"]
    lines = info(tmp_path, content).stdout.splitlines()
    assert lines[lines.index("  Section 0") + 1] == "    Application        dumpcap"
    assert lines[lines.index("  Section 1") + 1] == "  Section 2"


def test_texts_of_a_file_are_bounded_and_its_packets_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST_TEXT", 100)
    content = section() + interface(options=option(2, b"eth0")) + interface(options=option(3, b"x" * 200)) + enhanced(bytes(60), number=1)
    found = record(tmp_path, content)
    assert [(each["name"], each["description"]) for each in found["interfaces"]] == [("eth0", ""), ("", "")]
    assert (found["packets"], found["counters"]) == (1, {"texts_forgotten": 1})
    assert found["problems"][0].startswith("odd at byte 56: ")


def test_a_block_of_very_many_options_is_read_up_to_a_bound(tmp_path: Path) -> None:
    found = record(tmp_path, section() + interface(options=option(2, b"eth0") + option(77, b"") * 100_000) + enhanced(bytes(60)))
    assert (found["interfaces"][0]["name"], found["packets"]) == ("eth0", 1)
    assert found["problems"] == ["odd at byte 28: a block has more than 1,024 options"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_hashes_are_of_the_file_as_it_lies_there_and_only_where_they_are_wanted(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    content = pack(pcap([bytes(60)]))
    found = json.loads(info(tmp_path, content, "--json", "--hash").stdout)
    assert found["sha256"] == hashlib.sha256(content).hexdigest()
    assert found["sha1"] == hashlib.sha1(content).hexdigest()
    assert f"  SHA256               {found['sha256']}" in info(tmp_path, content, "--hash").stdout
    assert "sha256" not in record(tmp_path, content)
    assert "SHA256" not in info(tmp_path, content).stdout


def test_at_which_length_packets_are_cut_is_told(tmp_path: Path) -> None:
    whole, cut = pcap([bytes(60)]), pcap_record(bytes(40), wire_length=90) + pcap_record(bytes(50), wire_length=90)
    assert record(tmp_path, whole)["inferred_snaplen"] is None
    assert record(tmp_path, whole + cut)["inferred_snaplen"] == [40, 50]
    assert "  Packets are cut at   40 to 50 octets" in info(tmp_path, whole + cut).stdout
    assert "  Packets are cut at   40 octets" in info(tmp_path, whole + pcap_record(bytes(40), wire_length=90)).stdout
    assert "cut at" not in info(tmp_path, whole).stdout


@pytest.mark.parametrize(
    ("resolution", "words"), [(0, "seconds"), (3, "milliseconds"), (7, "10^-7 s"), (0x80 | 10, "2^-10 s"), (0x80, "seconds")]
)
def test_the_unit_of_time_is_told_in_words(tmp_path: Path, resolution: int, words: str) -> None:
    content = section() + interface(options=option(9, bytes([resolution])))
    assert record(tmp_path, content)["time_precision"] == words
    assert f"  Time precision       {words}" in info(tmp_path, content).stdout


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


def test_files_that_cannot_be_read_are_told_at_once_and_keep_nobody_from_the_others(tmp_path: Path) -> None:
    for name in ("first", "last"):
        (tmp_path / name).write_bytes(pcap([bytes(60)]))
    (tmp_path / "letter").write_bytes(b"dear all")
    names = [str(tmp_path / name) for name in ("first", "none", "letter", "last")]
    told = CliRunner().invoke(main, ["info", "--json", *names])
    assert told.exit_code == 2
    assert [json.loads(line)["file"] for line in told.stdout.splitlines()] == [names[0], names[3]]
    assert f"{names[1]}: there is no such file" in told.stderr
    assert f"{names[2]}: this is not a capture file" in told.stderr
