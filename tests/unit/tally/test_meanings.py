"""Packets by what they are for and whose they are; and what was asked of DNS servers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sharky.app.analyse import summarise
from sharky.app.shipped import read_story
from sharky.capture import open_captures
from sharky.cli import main
from sharky.model.columns import Labels
from sharky.model.names import Face, NameTables
from sharky.model.protocols import ProtocolTree
from sharky.model.totals import MEANINGS, WantedTotals
from sharky.model.windows import MeaningShare
from sharky.pipeline.reading import Reading
from sharky.tally.lookups import LookupsTally
from sharky.tally.meanings import Meanings
from tests.unit.capture.builder import pcap
from tests.unit.tally.builder import Packet, batch

FACES = [Face(), Face(1, "aa:1", "aa:1"), Face(2, "tv", "bb:2"), Face(1, "phone", "aa:1")]
STORY = read_story("smart-home").capture


def counted(meaning: str, sizes: Sequence[int], faces: Sequence[Face] = FACES, **columns: Sequence[int]) -> Meanings:
    packets, labels = batch([Packet(size=size) for size in sizes], ProtocolTree())
    given = {name: np.array(values, np.int32) for name, values in columns.items()}
    names = NameTables(["", "cdn.example"], ("", "netflix"), list(faces))
    found = Meanings(meaning)
    found.add(packets, Labels(labels.path, labels.flow, names=names, **given))  # type: ignore[arg-type]
    return found


def test_packets_count_for_their_service_and_those_without_one_under_no_name() -> None:
    found = counted("service", [100, 30, 50], service=[1, 0, 1])
    assert found.shares() == (MeaningShare("netflix", 2, 150), MeaningShare("", 1, 30))


def test_a_packet_between_two_devices_counts_for_both_and_one_to_itself_once() -> None:
    found = counted("device", [100, 30], source_device=[1, 2], destination_device=[2, 2])
    assert found.shares() == (MeaningShare("tv", 2, 130, "bb:2"), MeaningShare("phone", 1, 100, "aa:1"))


def test_a_device_is_one_whatever_it_was_called_over_time() -> None:
    found = counted("device", [100, 30], source_device=[1, 3], destination_device=[0, 0])
    assert found.shares() == (MeaningShare("phone", 2, 130, "aa:1"),)


def test_devices_of_two_captures_meet_by_their_address_though_their_numbers_differ() -> None:
    first = counted("device", [100], source_device=[2], destination_device=[0])
    first.merge(counted("device", [7], [Face(), Face(1, "television", "bb:2")], source_device=[1], destination_device=[0]))
    assert first.shares() == (MeaningShare("television", 2, 107, "bb:2"),)


def stats(*words: object) -> dict[str, object]:
    result = CliRunner().invoke(main, ["stats", "--json", *map(str, words)])
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("meaning", ["service", "server", "direction"])
def test_sums_are_those_of_the_packet_list(meaning: str) -> None:
    listed = CliRunner().invoke(main, ["packets", "--json", str(STORY)]).stdout.splitlines()
    expected: Counter[str] = Counter()
    for packet in map(json.loads, listed):
        expected[packet[meaning] or ""] += packet["length"]
    shares = stats(STORY, "--by", meaning)[f"by_{meaning}"]
    assert {share["name"]: share["bytes"] for share in shares} == expected  # type: ignore[attr-defined]


def test_several_captures_give_the_sums_of_each() -> None:
    wanted = WantedTotals(meanings=MEANINGS, has_lookups=True)
    once, twice = (summarise([STORY] * times, lambda part: None, wanted).totals for times in (1, 2))
    assert once
    assert twice
    assert once.lookups
    assert twice.lookups
    for meaning in MEANINGS:
        doubled = tuple(MeaningShare(name, 2 * packets, 2 * size, mac) for name, packets, size, mac in once.meanings[meaning])
        assert twice.meanings[meaning] == doubled
    assert twice.lookups.names == tuple((name, 2 * count) for name, count in once.lookups.names)
    assert (twice.lookups.queries, twice.lookups.responses) == (2 * once.lookups.queries, 2 * once.lookups.responses)
    assert twice.lookups.codes == {code: 2 * count for code, count in once.lookups.codes.items()}


def ipv4(protocol: int, payload: bytes) -> bytes:
    return b"\x45\0" + (len(payload) + 20).to_bytes(2) + bytes(5) + bytes([protocol]) + bytes.fromhex("0000 0a000001 0a000002") + payload


def over_udp(message: bytes) -> bytes:
    return ipv4(17, bytes.fromhex("00350fa0") + (len(message) + 8).to_bytes(2) + b"\0\0" + message)


def over_tcp(octets: bytes, sequence: int) -> bytes:
    return ipv4(6, bytes.fromhex("00350fa1") + sequence.to_bytes(4) + bytes(4) + bytes.fromhex("501800ff00000000") + octets)


def test_messages_count_by_what_their_headers_say_over_udp_and_tcp(tmp_path: Path) -> None:
    def message(flags: int) -> bytes:
        return b"\xbe\xef" + flags.to_bytes(2) + bytes(8)

    answer = (12).to_bytes(2) + message(0x8183)
    wire = [over_udp(message(flags)) for flags in (0x0100, 0x010F, 0x0100, 0x8180, 0x81F5, 0x818F)]
    wire += [over_udp(message(0x8180)[:11]), over_tcp(answer, 1), over_tcp(answer[:10], 15)]
    wire += [ipv4(1, b"\3\3" + bytes(6) + over_udp(message(0x8185)))]
    path = tmp_path / "dns.pcap"
    path.write_bytes(pcap([bytes(12) + b"\x08\0" + octets for octets in wire]))
    lookups, others = LookupsTally(), LookupsTally()
    for counted_in in (lookups, others):
        reading = Reading()
        for read in open_captures([path]).batches():
            seen = reading.advance(read)
            counted_in.add(seen.columns, seen.labels)
    lookups.merge(others)
    said = lookups.lookups()
    assert (said.queries, said.responses) == (6, 8)
    assert said.codes == {"NOERROR": 2, "NXDOMAIN": 2, "REFUSED": 2, "RCODE15": 2}


def test_names_for_which_there_is_no_room_are_counted() -> None:
    reading, lookups, few = Reading(), LookupsTally(), LookupsTally(most_names=2)
    for batch_read in open_captures([STORY]).batches():
        seen = reading.advance(batch_read)
        lookups.add(seen.columns, seen.labels)
        few.add(seen.columns, seen.labels)
    assert few.lookups().queries == lookups.lookups().queries
    assert len(few.lookups().names) == 2
    assert few.names_refused == lookups.lookups().queries - sum(count for _, count in few.lookups().names) > 0


def test_text_and_csv_show_them_too() -> None:
    words = ["stats", str(STORY), "--by", "device", "--by", "category", "--dns"]
    text = CliRunner().invoke(main, words).stdout
    assert "By device" in text
    assert "not known" in text
    assert "NOERROR" in text
    table = CliRunner().invoke(main, [*words, "--csv"]).stdout
    assert "\nby_device,thermostat,94:3c:c6:a2:5d:a8," in table
    assert "\ndns,queries,," in table


def test_a_hostile_name_stays_in_its_cell(tmp_path: Path) -> None:
    name = b"=cmd()\x1b[2J"
    query = bytes.fromhex("beef01000001000000000000") + bytes([len(name)]) + name + b"\0\0\x01\0\x01"
    udp = bytes.fromhex("0fa00035") + (len(query) + 8).to_bytes(2) + b"\0\0" + query
    ip = b"\x45\0" + (len(udp) + 20).to_bytes(2) + bytes.fromhex("0000000040110000 0a000001 0a000002") + udp
    packet = bytes.fromhex("020000000001 020000000002 0800") + ip
    path = tmp_path / "hostile.pcap"
    size = len(packet).to_bytes(4, "little")
    path.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000") + bytes(8) + size * 2 + packet)
    text = CliRunner().invoke(main, ["stats", str(path), "--dns"]).stdout
    assert "=cmd()\\033[2j" in text
    assert "\x1b" not in text
    assert "\ndns_name,'=cmd()\\033[2j,,1," in CliRunner().invoke(main, ["stats", str(path), "--dns", "--csv"]).stdout
