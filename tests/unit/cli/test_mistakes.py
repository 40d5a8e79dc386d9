"""A person's mistake is one clear message on stderr and exit code 2, never a traceback."""

from __future__ import annotations

import errno
import gzip
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sharky.app.shipped import stories
from sharky.cli import main

READERS = ["stats", "packets", "names", "devices", "lightshow", "replay"]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def assert_explained(result: Result, *words: str) -> None:
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", READERS)
def test_a_file_that_is_not_there(command: str, tmp_path: Path) -> None:
    assert_explained(run(command, tmp_path / "none.pcap"), "none.pcap")


@pytest.mark.parametrize("command", READERS)
def test_a_name_longer_than_names_may_be(command: str, tmp_path: Path) -> None:
    assert_explained(run(command, tmp_path / ("x" * 300)), "File name too long")


def test_what_the_system_refuses_has_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, output = Path.is_dir, tmp_path / "x.pcapng"

    def is_dir(path: Path) -> bool:
        if path == output:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return asked(path)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    result = run("cut", stories()[0].capture, "-o", output)
    assert_explained(result, "x.pcapng: Permission denied\n  check its permissions, and those of the folders above it")


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize(
    "content", [b"", b"\xd4\xc3", b"a letter to a friend, and not a capture at all", gzip.compress(b"neither is this", mtime=0)]
)
def test_a_file_that_is_no_capture(command: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.pcap"
    path.write_bytes(content)
    assert_explained(run(command, path), "letter.pcap")


@pytest.mark.parametrize("command", READERS)
def test_a_folder_instead_of_a_file(command: str, tmp_path: Path) -> None:
    assert_explained(run(command, tmp_path), tmp_path.name)


def test_a_capture_cut_inside_a_packet_is_read_up_to_the_cut(tmp_path: Path) -> None:
    whole = stories()[0].capture.read_bytes()
    path = tmp_path / "cut.pcapng"
    path.write_bytes(whole[: len(whole) // 2 + 1])
    result = run("stats", path, "--json")
    assert result.exit_code == 0
    assert "cut.pcapng" in result.stderr
    assert "byte" in result.stderr


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("info", []),
        ("stats", []),
        ("packets", []),
        ("flows", []),
        ("names", []),
        ("devices", []),
        ("lightshow", []),
        ("follow", ["--flow", 2]),
        ("replay", ["--output", "none", "--speed", "max"]),
    ],
)
def test_every_command_that_reads_a_damaged_capture_says_where_it_is_damaged(command: str, options: list[object], tmp_path: Path) -> None:
    path = tmp_path / "cut.pcapng"
    path.write_bytes(stories()[0].capture.read_bytes()[:100_001])
    result = run(command, path, *options)
    assert result.exit_code == 0, result.output
    assert result.stderr.count("cut.pcapng: cut at byte") == 1


def test_a_packet_behind_the_damage_is_not_there_for_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcapng"
    path.write_bytes(stories()[0].capture.read_bytes()[:100_001])
    assert_explained(run("show", path, 3000), "has no packet 3000", "cut at byte")


@pytest.mark.parametrize("options", [[], ["--loop"]])
def test_a_capture_without_packets_is_said_to_have_none_instead_of_being_played_for_ever(options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "calm.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    assert_explained(run("replay", path, "--output", "none", *options), "no packet to play", "sharky info")


def test_a_capture_without_names_is_said_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "calm.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    assert run("names", path).stdout == "no names\n"


@pytest.mark.parametrize("options", [["stats", "--io", "nan"], ["replay", "--longest-gap", "nan"], ["replay", "--longest-gap", "inf"]])
def test_seconds_that_are_no_number(options: list[str]) -> None:
    assert_explained(run(*options, stories()[0].capture), "no number of seconds")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["stats", "--io", "fast"], "'fast' is no number of seconds"),
        (["replay", "--longest-gap", "0"], "0 is less than 0.1 seconds"),
        (["cut", "-o", "-", "--from", "soon"], "'soon' is no number of seconds"),
    ],
)
def test_what_is_no_number_of_seconds_is_said_to_be_none(options: list[str], said: str) -> None:
    assert_explained(run(*options, stories()[0].capture), said)


def test_no_help_speaks_of_a_range_that_has_no_ends() -> None:
    assert "None" not in run("cut", "--help").stdout


def test_a_gap_may_be_longer_than_time_is() -> None:
    assert run("replay", stories()[0].capture, "--output", "none", "--speed", "max", "--longest-gap", "1e300").exit_code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "command", [["stats"], ["packets"], ["packets", "--filter", "dhcp"], ["lightshow"], ["follow", "--flow", "2"], ["stats", "--help"]]
)
def test_standard_output_on_a_full_disk_is_said_to_be_full(command: list[str]) -> None:
    words = [sys.executable, "-m", "sharky", *command, str(stories()[0].capture)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "sharky: standard output takes no more: No space left on device\n")


def test_who_reads_the_lights_may_go_away() -> None:
    words = f"{sys.executable} -m sharky replay {stories()[0].capture} --speed 10 | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", words], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)


@pytest.mark.parametrize("command", [["packets"], ["follow", "--flow", "2"], ["replay", "--speed", "max"], ["stats"]])
def test_a_standard_output_that_is_closed_is_no_matter(command: list[str]) -> None:
    words = " ".join([sys.executable, "-m", "sharky", *command, str(stories()[0].capture)])
    done = subprocess.run(["bash", "-c", f"{words} >&-"], check=False, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("command", [["packets"], ["follow", "--flow", "20"], ["stats", "--io", "1"], ["devices"]])
def test_what_standard_output_cannot_write_becomes_a_question_mark(command: list[str], encoding: str) -> None:
    words = [sys.executable, "-m", "sharky", *command, str(stories()[0].capture)]
    done = subprocess.run(words, check=False, capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("name", ["\x1b[2Jred.pcap", "\u202egpj.pcap"])
def test_a_file_named_to_do_harm_is_named_so_that_it_does_none(name: str, tmp_path: Path) -> None:
    escaped = name.encode("unicode_escape").decode()
    assert_explained(run("stats", tmp_path / name), f"{escaped}: there is no such file")


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (["replay", "none.pcap", "--port", "9000"], "--port does nothing without --output web"),
        (["replay", "none.pcap", "--host", "0.0.0.0"], "--output web"),
        (["replay", "none.pcap", "--strip", "apa102"], "--output strip"),
        (["run", "eth0", "--output", "none", "--port", "9000"], "--output web"),
        (["run", "eth0", "--record-size", "5GB"], "--record-size does nothing without --record FOLDER"),
        (["run", "eth0", "--output", "none", "--own-page"], "--own-page does nothing without an interface and --output web"),
        (["run", "eth0", "--record-age", "5h"], "--record FOLDER"),
        (["run", "eth0", "--tzsp-port", "5000"], "--placement tzsp"),
        (["run", "eth0", "--tzsp-port", "5000", "--tzsp-host", "::"], "--tzsp-port and --tzsp-host do nothing without --placement tzsp"),
    ],
)
def test_an_option_that_would_do_nothing(words: list[str], needed: str) -> None:
    assert_explained(run(*words), needed)


def test_who_means_standard_input_is_told_that_it_is_a_placement() -> None:
    assert_explained(run("run", "-"), "add --placement stream")


def test_a_packet_list_begins_only_where_there_are_packets(tmp_path: Path) -> None:
    assert run("packets", tmp_path / "none.pcap").stdout == ""


def test_the_packet_list_counts_seconds_from_the_first_packet_as_wireshark_does() -> None:
    every = {line.split()[0]: line.split()[1] for line in run("packets", stories()[0].capture).stdout.splitlines()[1:]}
    chosen = [line.split()[:2] for line in run("packets", stories()[0].capture, "--filter", "dns").stdout.splitlines()[1:]]
    assert chosen
    assert all(every[number] == seconds for number, seconds in chosen)


def test_a_capture_of_an_unknown_link_type_is_counted_not_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 9999) + struct.pack("<IIII", 1, 0, 4, 4) + b"abcd")
    result = run("stats", path, "--json")
    assert result.exit_code == 0
    assert '"unknown_linktype": 1' in result.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nrules: [", "rules.yaml:2"),
        ("- a list", "rules.yaml:1"),
        ("version: 1\nversion: 1\nrules: []", "rules.yaml:2"),
        ("version: 1\nrules:\n  - {name: a, when: dns, show: {zone: nose, pattern: flash, colour: gold}}", "nose"),
        ("version: 1\nrules:\n  - {name: a, when: dns, show: {zone: eyes, pattern: flush, colour: gold}}", 'did you mean "flash"'),
        ("version: 1\nrules:\n  - {name: a, when: dns, show: {zone: eyes, pattern: flash, colour: golden-ish}}", "golden-ish"),
        ("version: 1\nrules:\n  - {name: a, when: tcp.prot == 1, show: {zone: eyes, pattern: flash, colour: gold}}", "tcp.port"),
        ("version: 1\nrules:\n  - {name: a, when: dns and, show: {zone: eyes, pattern: flash, colour: gold}}", "^"),
    ],
)
@pytest.mark.parametrize("command", [["rules", "check"], ["lightshow", stories()[0].capture, "--rules"]])
def test_rules_that_cannot_be_used(command: list[object], text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    assert_explained(run(*command, path), said)


@pytest.mark.parametrize(("count", "said"), [(1, "1 rule, 1 enabled, no problem found"), (2, "2 rules, 2 enabled, no problem found")])
def test_rules_without_a_mistake_are_counted(count: int, said: str, tmp_path: Path) -> None:
    path, show = tmp_path / "mine.yaml", "{zone: eyes, pattern: flash, colour: gold}"
    path.write_text("version: 1\nrules:\n" + "".join(f"- {{name: r{number}, show: {show}}}\n" for number in range(count)))
    assert run("rules", "check", path).stdout == f"{path}: {said}\n"


def test_all_problems_of_a_rules_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("version: 1\nrules:\n  - {name: a, when: dnss, show: {zone: nose, pattern: flush, colour: goldd}}\n")
    assert_explained(run("rules", "check", path), "dnss", "nose", "flush", "goldd")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("0,eyes,1,1,0,led,17\n0,eyes,2,1,0,led,18\n", ":3"),
        ("0,eyes,1,1,0,led,17\n1,eyes,2,1,0,led,17\n", "17"),
    ],
)
def test_a_model_that_cannot_be_used(rows: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "model.csv"
    path.write_text("index,zone,x,y,z,output,channel\n" + rows)
    assert_explained(run("lightshow", stories()[0].capture, "--model", path), "model.csv", said)


def test_a_port_that_is_taken_is_said_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_explained(run("replay", stories()[0].capture, "--output", "web", "--port", port), f"port {port} is taken", "--port")


@pytest.mark.parametrize("name", ["discord", "Netflix"])
def test_a_filter_that_takes_a_service_for_a_protocol_is_told_how_to_ask_for_it(name: str) -> None:
    result = run("packets", stories()[0].capture, "--filter", f"tcp and {name}")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0].endswith(f'unknown field or protocol "{name}"')
    assert result.stderr.splitlines()[-1] == f'  {name.lower()} is a service: write service == "{name.lower()}"'


def test_a_filter_may_name_only_services_that_there_are() -> None:
    result = run("packets", stories()[0].capture, "--filter", "service == discrod")
    assert (result.exit_code, 'did you mean "discord"?' in result.stderr) == (2, True)


def test_a_filter_with_an_error_has_its_caret_under_the_character() -> None:
    result = run("packets", stories()[0].capture, "--filter", "dns and and tcp")
    assert_explained(result, "dns and and tcp")
    quoted, caret = result.stderr.splitlines()[1:3]
    assert caret.index("^") == quoted.index("and tcp")


@pytest.mark.parametrize("speed", ["0", "0.01", "101", "fast", "nan", "inf"])
def test_a_speed_outside_of_its_range(speed: str) -> None:
    assert_explained(run("replay", stories()[0].capture, "--speed", speed), "0.1 to 100")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["repaly"], 'did you mean "replay"?'),
        (["place", "brdige"], 'did you mean "bridge"?'),
        (["xyz"], "known are: cut, demo"),
        (["rules", stories()[0].capture], "a command comes before a file. Example: sharky rules check"),
        (["holiday.pcapng"], "a command comes before a file. Example: sharky demo"),
        (["day/holiday"], "a command comes before a file. Example: sharky demo"),
    ],
)
def test_a_command_that_there_is_not(words: list[object], said: str) -> None:
    assert_explained(run(*words), "There is no command", said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["replay", "--speed", "fast", "--port", "0"], ["Missing argument 'FILES...'", "'--speed': 'fast'", "'--port': 0"]),
        (["stats", "--jsn", "--endpoint=tcp", "--io", "x", "a.pcap"], ["--jsn", "--endpoint", "'x' is no number"]),
        (["show", "a.pcap", "one", "two"], ["'NUMBER': 'one'", "unexpected extra argument (two)"]),
        (["place", "bridge", "--dry", "--nmae", "x"], ["--dry", "--nmae"]),
        (["stats", "-xy", "a.pcap"], ["No such option"]),
        (["cut", "--from", "x", "-o"], ["requires an argument"]),
    ],
)
def test_all_mistakes_of_a_command_line_are_told_at_once(words: list[object], said: list[str]) -> None:
    result = run(*words)
    assert_explained(result, *said)
    assert result.stderr.count("Error: ") == len(said)


def test_who_asks_for_help_gets_it_whatever_else_is_wrong() -> None:
    result = run("replay", "--speed", "fast", "--help")
    assert result.exit_code == 0
    assert "Example: " in result.stdout


@pytest.mark.parametrize("command", [[], ["rules"], ["place"]])
def test_commands_are_listed_with_whole_sentences(command: list[str]) -> None:
    assert "..." not in run(*command, "--help").stdout.partition("Commands:")[2]


@pytest.mark.parametrize("command", [[], ["demo"], ["replay"], ["stats"], ["packets"], ["lightshow"], ["rules"], ["rules", "check"]])
def test_help_shows_an_example(command: list[str]) -> None:
    assert "Example: " in run(*command, "--help").output


def test_a_strip_that_cannot_be_lit_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = stories()[0].capture
    assert_explained(run("replay", story, "--output", "strip", "--strip", "ws2811b"), "unknown kind of strip", 'did you mean "ws2812"?')
    assert_explained(run("replay", story, "--output", "strip", "--model", "first-sharky"), "no LED on a strip", "such as shark")
    monkeypatch.setitem(sys.modules, "lgpio", None)
    assert_explained(run("replay", story, "--output", "strip"), "an LED strip needs lgpio", f"{sys.executable} -m pip install 'sharky[pi]'")


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, Path]:
    files = {
        "rules.yaml": "version: 1\nrules:\n  - name: a\n    when: dnss\n    show: {zone: eyes, pattern: flash, colour: gold}\n",
        "model.csv": "index,zone\n1,2\n",
        "letter.pcap": "Dear reader",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return {name.partition(".")[0]: tmp_path / name for name in files} | {"none": tmp_path / "none.pcap"}


@pytest.mark.parametrize("command", ["lightshow", "replay"])
def test_all_that_is_wrong_with_rules_model_and_captures_is_said_at_once(command: str, broken: dict[str, Path]) -> None:
    done = run(command, broken["none"], broken["letter"], "--rules", broken["rules"], "--model", broken["model"])
    assert_explained(done, "model.csv:1", "rules.yaml:4:11: unknown field", "none.pcap: there is no", "letter.pcap: this is not a capture")


def test_zones_that_only_a_broken_model_could_tell_are_not_called_wrong(broken: dict[str, Path]) -> None:
    broken["rules"].write_text(broken["rules"].read_text().replace("eyes", "nostril").replace("dnss", "dns"))
    done = run("lightshow", stories()[0].capture, "--rules", broken["rules"], "--model", broken["model"])
    assert_explained(done, "model.csv:1")
    assert "nostril" not in done.stderr


def test_a_filter_an_output_and_a_capture_are_wrong_at_once(broken: dict[str, Path], tmp_path: Path) -> None:
    wrong = 'unknown field or protocol "dnss"'
    assert_explained(run("packets", broken["none"], "--filter", "dnss"), wrong, "none.pcap: there is no")
    assert_explained(run("cut", broken["none"], "--filter", "dnss", "-o", tmp_path), wrong, "this is a folder", "none.pcap: there is no")
    assert_explained(run("cut", broken["none"], "-o", tmp_path), "this is a folder", "none.pcap: there is no")
    assert_explained(run("save", tmp_path, "--filter", "dnss", "--from", tmp_path), wrong, "this is a folder", "there is no recording")
    assert_explained(run("save", tmp_path, "--from", tmp_path), "this is a folder", "there is no recording in this folder")
    nowhere = tmp_path / "none" / "part.pcapng"
    assert_explained(run("cut", broken["none"], "--filter", "dnss", "-o", nowhere), wrong, "there is no folder", "none.pcap: there is no")
    assert_explained(run("save", nowhere, "--from", tmp_path), "there is no folder", "there is no recording in this folder")


def test_what_can_be_read_once_is_not_read_to_see_whether_it_can(broken: dict[str, Path], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert_explained(run("lightshow", tmp_path / "pipe", "--rules", broken["rules"]), "rules.yaml:4:11")


def test_a_story_an_interface_and_rules_are_wrong_at_once(broken: dict[str, Path]) -> None:
    assert_explained(run("demo", "nostory", "--rules", broken["rules"]), "no story 'nostory'", "rules.yaml:4:11")
    assert_explained(run("run", "nosuch0", "--rules", broken["rules"]), "no network interface 'nosuch0'", "rules.yaml:4:11")


def test_an_interface_and_a_folder_to_record_into_are_wrong_at_once(broken: dict[str, Path]) -> None:
    none, within = "no network interface 'nosuch0'", broken["rules"] / "day"
    unfit = f"{within}: nothing can be recorded there: not a directory"
    assert_explained(run("record", "nosuch0", within), none, unfit)
    assert_explained(run("record", "nosuch0", within, "--filter", "dnss"), none, unfit, 'unknown field or protocol "dnss"')
    assert_explained(run("run", "nosuch0", "--record", within, "--output", "none"), none, unfit)
    assert_explained(run("run", "nosuch0", "--record", within, "--rules", broken["rules"]), none, unfit, "rules.yaml:4:11")


def test_options_that_do_nothing_are_said_at_once() -> None:
    done = run("run", "lo", "--placement", "tzsp", "--own-page", "--record-size", "1GB", "--output", "none", "--port", "9000")
    assert_explained(done, "belong together", "--own-page does nothing", "--record-size does nothing", "--port does nothing")
