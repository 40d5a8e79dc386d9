"""`sharky cut`: part of a capture as a capture of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sharky.app.cut import Cut
from sharky.app.cut import cut as cut_files
from sharky.app.shipped import stories
from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from sharky.cli import main
from sharky.model.captures import Interface
from tests.unit.capture.builder import Seen, block, enhanced, interface, option, packets_of, pcap, pcapng, section, see

SECOND_NS = 1_000_000_000
PATIENCE_S = 20.0


def cut(*words: object) -> Result:
    return CliRunner().invoke(main, ["cut", *map(str, words)])


def read(path: Path) -> Seen:
    return see(CaptureFile(path, Losses()).batches())


@pytest.fixture
def ten(tmp_path: Path) -> Path:
    """Ten packets, a second and a microsecond apart."""
    path = tmp_path / "ten.pcap"
    path.write_bytes(pcap(packets_of(range(60, 70))))
    return path


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ([], range(60, 70)),
        (["--packets", "3-5"], (62, 63, 64)),
        (["--packets", "9-"], (68, 69)),
        (["--packets", "-2"], (60, 61)),
        (["--packets", "4"], (63,)),
        (["--from", "7"], (67, 68, 69)),
        (["--to", "1.5"], (60, 61)),
        (["--from", "2", "--to", "4", "--packets", "4-"], (63,)),
        (["--filter", "frame.len > 67"], (68, 69)),
        (["--filter", "dns"], ()),
    ],
)
def test_the_packets_that_are_wanted_are_kept_whole(options: list[str], sizes: tuple[int, ...], ten: Path, tmp_path: Path) -> None:
    result = cut(ten, *options, "-o", tmp_path / "part.pcapng")
    assert result.exit_code == 0, result.output
    before, after = read(ten), read(tmp_path / "part.pcapng")
    kept = [place for place, size in enumerate(before.wire_length) if size in sizes]
    assert after.octets == [before.octets[place] for place in kept]
    assert after.time_ns == [before.time_ns[place] for place in kept]
    assert f"{len(kept)} of 10 packets" in result.stderr


def test_a_filter_sees_what_the_flow_was_before(tmp_path: Path) -> None:
    capture = stories()[0].capture
    shown = CliRunner().invoke(main, ["packets", str(capture), "--filter", "tls"]).stdout.splitlines()[1:]
    assert cut(capture, "--filter", "tls", "-o", tmp_path / "part.pcapng").exit_code == 0
    assert len(read(tmp_path / "part.pcapng").octets) == len(shown) > 0


def test_a_file_that_is_there_is_replaced_only_with_force(ten: Path, tmp_path: Path) -> None:
    output = tmp_path / "part.pcapng"
    output.write_bytes(b"precious")
    result = cut(ten, "-o", output)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert output.read_bytes() == b"precious"
    assert cut(ten, "-o", output, "--force").exit_code == 0
    assert len(read(output).octets) == 10


def test_a_capture_can_be_cut_into_itself(tmp_path: Path) -> None:
    path = tmp_path / "own.pcapng"
    path.write_bytes(pcapng(packets_of([60, 61, 62])))
    assert cut(path, "--packets", "2-", "-o", path, "--force").exit_code == 0
    assert read(path).wire_length == [61, 62]


def test_nothing_is_left_behind_where_a_filter_or_a_file_cannot_be_read(ten: Path, tmp_path: Path) -> None:
    assert cut(ten, "--filter", "tcp.prot == 1", "-o", tmp_path / "part.pcapng").exit_code == 2
    assert cut(tmp_path / "none.pcap", "-o", tmp_path / "part.pcapng").exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["ten.pcap"]


def test_a_damaged_file_is_cut_up_to_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pcap"
    path.write_bytes(pcap(packets_of([60, 60, 60]))[:-1])
    result = cut(path, "-o", tmp_path / "part.pcapng")
    assert result.exit_code == 0
    assert "byte 176" in result.stderr
    assert len(read(tmp_path / "part.pcapng").octets) == 2


def test_what_a_capture_has_besides_packets_is_left_out_and_said(tmp_path: Path) -> None:
    whole = tmp_path / "whole.pcapng"
    whole.write_bytes(pcapng(packets_of([60, 60])) + block(10, b"TLSK\4\0\0\0keys") + block(0xBAD, bytes(8)) * 2)
    said = cut(whole, "--packets", "1", "-o", tmp_path / "part.pcapng").stderr
    assert "part.pcapng: 1 of 2 packets; not kept: secrets blocks (1), custom blocks (2)" in said


def test_times_before_1970_are_not_kept_and_that_is_said(tmp_path: Path) -> None:
    early = tmp_path / "early.pcapng"
    early.write_bytes(
        section() + interface(options=option(14, (-5).to_bytes(8, "little", signed=True))) + enhanced(b"one", 0) + enhanced(b"two")
    )
    assert "2 of 2 packets; not kept: times before 1970 (1)" in cut(early, "-o", tmp_path / "part.pcapng").stderr
    assert read(tmp_path / "part.pcapng").time_ns[0] == 0


def described(name: bytes, order: str = "<") -> bytes:
    """A section whose second interface is described, one packet of it, and one of the first interface."""
    texts = option(2, name, order) + option(3, b"The house", order) + option(11, b"\0port 53", order) + option(12, b"Linux 6.8", order)
    texts += option(13, b"\x04", order) + option(15, b"NIC", order) + option(1, b"two", order) + option(1, b"notes", order)
    packets = enhanced(b"second", number=1, order=order) + enhanced(b"first", number=0, order=order)
    return section(order) + interface(order=order) + interface(101, order, 1500, texts) + packets


def interfaces_of(path: Path) -> list[Interface]:
    """What each packet of a capture says of its interface, in the order of their octets."""
    capture = CaptureFile(path, Losses())
    seen = see(capture.batches())
    return [capture.interface(number) for _, number in sorted(zip(seen.octets, seen.interface, strict=True))]


def test_interfaces_keep_what_is_said_of_them_in_every_section_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "one.pcapng").write_bytes(described(b"eth0") + described(b"lan\0", ">"))
    (tmp_path / "two.pcapng").write_bytes(described(b"wlan0"))
    (tmp_path / "three.pcap").write_bytes(pcap([b"third"]))
    files = [tmp_path / name for name in ("one.pcapng", "two.pcapng", "three.pcap")]
    assert cut_files(files, Cut(), tmp_path / "part.pcapng", lambda part: None).packets == 7
    nothing, limited = Interface("", 1, 0, 10**9), Interface("", 1, 262_144, 10**9)
    kept = [
        Interface(name, 101, 1500, 10**9, "The house", "port 53", "Linux 6.8", "NIC", "two\nnotes", check_octets=4)
        for name in ("eth0", "lan", "wlan0")
    ]
    assert interfaces_of(tmp_path / "part.pcapng") == [nothing] * 3 + kept + [limited]


def test_a_filter_of_an_interface_that_is_a_program_is_no_text(tmp_path: Path) -> None:
    content = section() + interface(options=option(2, b"eth0") + option(11, b"\1" + bytes(8))) + enhanced(b"a")
    (tmp_path / "one.pcapng").write_bytes(content)
    assert cut(tmp_path / "one.pcapng", "-o", tmp_path / "part.pcapng").exit_code == 0
    assert interfaces_of(tmp_path / "part.pcapng") == [Interface("eth0", 1, 0, 10**9)]


@pytest.mark.parametrize("numbers", ["", "-", "x", "5-3", "1-2-3", "٣"])
def test_numbers_that_are_none_are_refused(numbers: str, ten: Path, tmp_path: Path) -> None:
    assert cut(ten, "--packets", numbers, "-o", tmp_path / "part.pcapng").exit_code == 2


@pytest.mark.parametrize("option", ["--from", "--to"])
@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "soon"])
def test_seconds_that_are_none_are_refused(option: str, seconds: str, ten: Path, tmp_path: Path) -> None:
    assert cut(ten, option, seconds, "-o", tmp_path / "part.pcapng").exit_code == 2


def test_a_span_that_ends_before_it_begins_is_refused(ten: Path, tmp_path: Path) -> None:
    result = cut(ten, "--from", "10", "--to", "5", "-o", tmp_path / "part.pcapng")
    assert result.exit_code == 2
    assert "--from 10 begins after --to 5" in result.stderr


def test_a_minus_is_standard_output(ten: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sharky", "cut", str(ten), "--packets", "3-5", "-o", "-"]
    piped = tmp_path / "piped.pcapng"
    piped.write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert read(piped).wire_length == [62, 63, 64]
    with (tmp_path / "redirected.pcapng").open("wb") as redirected:
        subprocess.run(command, check=True, stdout=redirected)
    assert read(tmp_path / "redirected.pcapng").wire_length == [62, 63, 64]
    assert Path("/dev/stdout").is_symlink()


def test_a_link_stays_and_what_it_leads_to_is_replaced(ten: Path, tmp_path: Path) -> None:
    link, output = tmp_path / "newest.pcapng", tmp_path / "part.pcapng"
    output.write_bytes(b"old")
    link.symlink_to(output.name)
    assert cut(ten, "-o", link, "--force").exit_code == 0
    assert link.is_symlink()
    assert len(read(output).octets) == 10


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    command = f"{sys.executable} -m sharky cut {stories()[0].capture} -o - | head -c 10 > /dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_nothing_is_left_behind_where_it_is_asked_to_end(number: signal.Signals, ten: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sharky", "cut", "-", "-o", str(tmp_path / "part.pcapng")]
    with subprocess.Popen(["env", "--default-signal=HUP,INT,TERM", *command], stdin=subprocess.PIPE, start_new_session=True) as program:
        assert program.stdin
        program.stdin.write(ten.read_bytes())
        program.stdin.flush()
        until = time.monotonic() + PATIENCE_S
        while not (tmp_path / "part.pcapng.part").exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        program.send_signal(number)
        assert program.wait(PATIENCE_S) == 128 + number
    assert list(tmp_path.iterdir()) == [ten]


@pytest.mark.parametrize("option", [[], ["--force"]])
def test_a_folder_is_no_output_and_one_that_is_not_there_is_named(option: list[str], ten: Path, tmp_path: Path) -> None:
    assert "this is a folder" in cut(ten, "-o", tmp_path, *option).stderr
    assert f"there is no folder {tmp_path / 'none'}" in cut(ten, "-o", tmp_path / "none" / "part.pcapng", *option).stderr
