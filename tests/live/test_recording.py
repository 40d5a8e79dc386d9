"""Recording real packets: to the end, over a crash, onto a full disk."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.capture.segments import files_in
from tests.live.engines import status_of
from tests.live.house import Host, House, missing
from tests.live.listener import PATIENCE_S
from tests.live.ports import free_port
from tests.live.test_ring import PHONE_PORT, ROOT, TV_PORT, send_frames, sharky, wait_until
from tests.live.test_running import Running

ABSENT = missing("ping", "capinfos", "mount")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

FRAMES = 500
PROTOCOL_AT, ICMP = 23, 1
"""Where IPv4 says in a frame what it carries."""


def recorded(folder: Path) -> int:
    """Count the packets in a recording as capinfos does, which complains about what is not whole."""
    said = subprocess.run(["capinfos", "-cMTr", *files_in(folder)], capture_output=True, text=True, check=True).stdout
    return sum(int(line.split("\t")[1]) for line in said.splitlines())


def count(folder: Path) -> int:
    files = [path for path in files_in(folder) if path.stat().st_size]
    return sum(len(batch) for batch in open_captures(files).batches()) if files else 0


def test_every_packet_is_recorded_until_it_is_ended(pair: tuple[Host, Host], tmp_path: Path) -> None:
    day = tmp_path / "day"
    program = sharky(pair[1], "record", "eth0", str(day), "--filter", "eth.type == 0x88b5", folder=tmp_path)
    wait_until(lambda: day.is_dir() and status_of(tmp_path) is not None)
    send_frames(pair[0], FRAMES)
    wait_until(lambda: count(day) == FRAMES)
    program.send_signal(signal.SIGINT)
    said, _ = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 0
    assert "recording: 1 file with" in said
    assert recorded(day) == FRAMES


DOWNLOAD = """
import random, socket, sys
octets = random.Random(7).randbytes(1 << 20)
if sys.argv[1] == "give":
    with socket.create_server(("0.0.0.0", 9000)) as server:
        server.accept()[0].sendall(octets)
else:
    with socket.create_connection(("192.168.7.1", 9000)) as sock:
        while sock.recv(1 << 16):
            pass
"""


def test_packets_that_the_kernel_merges_and_jumbo_frames_are_recorded_whole(house: House, pair: tuple[Host, Host], tmp_path: Path) -> None:
    for host, name in ((pair[0], "eth0"), (pair[1], "eth0"), (house.switch, PHONE_PORT), (house.switch, TV_PORT)):
        host.network("ethtool", "-K", name, "tx", "on", "tso", "on", "gso", "on", "gro", "on")
        host.network("ip", "link", "set", name, "mtu", "9000")
    day = tmp_path / "day"
    program = sharky(pair[1], "record", "eth0", str(day), folder=tmp_path)
    wait_until(lambda: day.is_dir() and status_of(tmp_path) is not None)
    pair[0].run("ping", "-c", "2", "-i", "0.05", "-M", "do", "-s", "8972", "192.168.7.2")
    server = subprocess.Popen(["nsenter", "--net", "--target", str(pair[0].keeper.pid), sys.executable, "-c", DOWNLOAD, "give"])
    wait_until(lambda: ":2328 " in Path(f"/proc/{pair[0].keeper.pid}/net/tcp").read_text())
    pair[1].network(sys.executable, "-c", DOWNLOAD, "take")
    server.wait(PATIENCE_S)
    wait_until(lambda: sum(captured for captured, _ in lengths(day)) > 1 << 20)
    assert [pair for pair in lengths(day, ICMP) if pair == (9014, 9014)] == [(9014, 9014)] * 4, "both pings, there and back"
    assert max(lengths(day)) > (9014, 9014)
    assert [pair for pair in lengths(day) if pair[0] != pair[1]] == []
    program.terminate()
    assert program.wait(PATIENCE_S) == 0


def lengths(folder: Path, protocol: int | None = None) -> list[tuple[int, int]]:
    """How much of each packet is there, and how long it was; of a protocol over IPv4, where one is named."""
    batches = open_captures([path for path in files_in(folder) if path.stat().st_size]).batches() if files_in(folder) else ()
    return [
        (captured, length)
        for batch in batches
        for begin, captured, length in zip(batch.offset.tolist(), batch.captured.tolist(), batch.wire_length.tolist(), strict=True)
        if protocol is None or batch.buffer[begin + PROTOCOL_AT] == protocol
    ]


def test_what_lit_a_rule_is_saved_while_it_goes_on(pair: tuple[Host, Host], tmp_path: Path) -> None:
    day, saved = tmp_path / "day", tmp_path / "saved.pcapng"
    running = Running(pair[1], tmp_path, "--record", str(day))
    running.rules.write_text(
        "version: 1\nrules:\n  - {name: local, when: eth.type == 0x88b5, show: {zone: tail, pattern: solid, colour: red}}\n"
    )
    assert running.ask("rules", "reload")[0] == 0
    send_frames(pair[0], FRAMES)
    pair[0].run("ping", "-c", "3", "-i", "0.05", "192.168.7.2")
    wait_until(lambda: count(day) >= FRAMES + 6)
    assert running.ask("save", str(saved), "--rule", "local")[0] == 0
    assert count_in(saved) == FRAMES
    code, said = running.ask("save", str(saved), "--rule", "lokal", "--force")
    assert (code, "local" in said) == (2, True)
    assert running.ask("save", str(saved), "--force", "--filter", "icmp")[0] == 0
    assert count_in(saved) == 6
    running.program.terminate()
    assert running.program.wait(PATIENCE_S) == 0


def count_in(path: Path) -> int:
    return sum(len(batch) for batch in open_captures([path]).batches())


def test_a_crash_in_the_middle_leaves_what_can_be_read(pair: tuple[Host, Host], tmp_path: Path) -> None:
    day = tmp_path / "day"
    running = Running(pair[1], tmp_path, "--record", str(day))
    sender = subprocess.Popen(
        ["nsenter", "--net", "--target", str(pair[0].keeper.pid), "ping", "-f", "-q", "-w", "3", "192.168.7.2"], stdout=subprocess.DEVNULL
    )
    wait_until(lambda: count(day) > FRAMES)
    running.program.kill()
    running.program.wait(PATIENCE_S)
    sender.wait(PATIENCE_S)
    newest = files_in(day)[-1]
    with newest.open("r+b") as file:
        file.truncate(newest.stat().st_size - 5)
    before = count(day)
    (day / f"sharky-{len(files_in(day)) + 1:06}-20260101T000000Z.pcapng").touch()
    assert sharky(pair[1], "save", str(tmp_path / "saved.pcapng"), "--from", str(day)).wait(PATIENCE_S) == 0
    again = Running(pair[1], tmp_path, "--record", str(day))
    assert recorded(day) >= before > FRAMES
    again.program.terminate()
    assert again.program.wait(PATIENCE_S) == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MiB, half of which others have."""
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], check=True)
    (small / "of-others").write_bytes(bytes(1 << 20))
    yield small
    while small.is_mount():
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_a_full_disk_ends_the_recording_and_not_sharky(pair: tuple[Host, Host], tmp_path: Path, small_disk: Path) -> None:
    running = Running(pair[1], tmp_path, "--record", str(small_disk / "day"))
    pair[0].run("ping", "-f", "-q", "-c", "2000", "-s", "1400", "192.168.7.2")
    wait_until(lambda: any("the disk is all but full" in note for note in running.status()["source"]["notes"]))
    wait_until(lambda: running.status()["window"]["total_packets"] > 0)
    assert shutil.disk_usage(small_disk).free > 0.03 * (2 << 20)
    running.program.terminate()
    assert running.program.wait(PATIENCE_S) == 0
    assert recorded(small_disk / "day") > 0


def pull_out(disk: Path) -> None:
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def remove(disk: Path) -> None:
    shutil.rmtree(disk / "day")


@pytest.mark.parametrize("take_away", [pull_out, remove])
def test_a_disk_that_is_gone_ends_the_recording_and_not_sharky(
    pair: tuple[Host, Host], tmp_path: Path, small_disk: Path, take_away: Callable[[Path], None]
) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(small_disk)], check=True)
    running = Running(pair[1], tmp_path, "--record", str(small_disk / "day"))
    send_frames(pair[0], FRAMES)
    wait_until(lambda: count(small_disk / "day") >= FRAMES)
    take_away(small_disk)
    send_frames(pair[0], FRAMES)
    wait_until(lambda: any("recording has ended: no such file" in note for note in running.status()["source"]["notes"]))
    seen = running.status()["window"]["total_packets"]
    send_frames(pair[0], FRAMES)
    wait_until(lambda: running.status()["window"]["total_packets"] >= seen + FRAMES)
    running.program.terminate()
    assert running.program.wait(PATIENCE_S) == 0


def test_that_the_disk_is_full_is_said_at_once_and_is_an_error(pair: tuple[Host, Host], tmp_path: Path, small_disk: Path) -> None:
    program = sharky(pair[1], "record", "eth0", str(small_disk / "day"), folder=tmp_path)
    wait_until(lambda: (small_disk / "day").is_dir() and status_of(tmp_path) is not None)
    pair[0].run("ping", "-f", "-q", "-c", "2000", "-s", "1400", "192.168.7.2")
    assert program.stdout
    assert program.stdout.readline() == "recording has ended: the disk is all but full\n"
    program.terminate()
    assert program.wait(PATIENCE_S) == 2


def test_what_a_router_streams_is_seen_and_strangers_are_not(run_folder: Path) -> None:
    port, environment = free_port(), os.environ | {"PYTHONPATH": str(ROOT)}
    base = [sys.executable, "-m", "sharky"]
    command = [
        *base,
        "run",
        "--placement",
        "tzsp",
        "--from",
        "127.0.0.1",
        "--tzsp-port",
        str(port),
        "--tzsp-host",
        "127.0.0.1",
        "--output",
        "none",
    ]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as program:
        try:
            wait_until(lambda: status_of(run_folder) is not None)
            replay_as_tzsp("127.0.0.1", port, 100)
            replay_as_tzsp("127.0.0.2", port, 7)

            def window() -> dict[str, object]:
                said = subprocess.run([*base, "status", "--json"], env=environment, capture_output=True, check=True).stdout
                return dict(json.loads(said)[0]["window"])

            wait_until(lambda: window()["total_packets"] == 100 and dict(window()["counters"]).get("from_strangers") == 7)  # type: ignore[call-overload]
        finally:
            program.terminate()
        assert program.wait(PATIENCE_S) == 0


def replay_as_tzsp(sender: str, port: int, packets: int) -> None:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((sender, 0))
        for _ in range(packets):
            sock.sendto(bytes([1, 0, 0, 1, 1]) + bytes.fromhex("020000000002020000000001") + b"\x88\xb5" + bytes(46), ("127.0.0.1", port))
            time.sleep(0.001)
