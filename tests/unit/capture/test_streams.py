from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.capture.source import CaptureSource
from sharky.model.errors import CaptureError
from tests.unit.capture.builder import packets_of, pcap, pcap_record, pcapng, see

PACKETS = packets_of([60, 1514, 90])


class Pipe:
    """A named pipe of which the test is the writer."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._writer = -1

    def open(self, first: bytes) -> CaptureSource:
        """Write `first`, and open the other end; opening waits for the writer, so that takes a thread."""
        opening = threading.Thread(target=self._begin, args=(first,))
        opening.start()
        capture = open_captures([self.path])
        opening.join()
        return capture

    def _begin(self, first: bytes) -> None:
        self._writer = os.open(self.path, os.O_WRONLY)
        self.write(first)

    def write_all(self, octets: bytes) -> None:
        self._begin(octets)
        self.close()

    def write(self, octets: bytes) -> None:
        os.write(self._writer, octets)

    def close(self) -> None:
        os.close(self._writer)


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    return Pipe(tmp_path / "pipe")


def test_packets_come_out_of_a_pipe_as_they_go_in(pipe: Pipe) -> None:
    capture = pipe.open(pcap([]))
    batches = capture.batches()
    for packet in PACKETS:
        pipe.write(pcap_record(packet))
        batch = next(batch for batch in batches if len(batch))
        assert batch.buffer[batch.offset[0] :][: batch.captured[0]].tobytes() == packet
    pipe.close()
    assert sum(len(batch) for batch in batches) == 0
    assert not capture.problems


def test_time_goes_on_while_a_pipe_is_silent(pipe: Pipe) -> None:
    batches = pipe.open(pcap([b"first"])).batches()
    first, tick, another = next(batches), next(batches), next(batches)
    assert (len(first), len(tick), len(another)) == (1, 0, 0)
    assert first.now_ns < tick.now_ns < another.now_ns
    pipe.close()
    assert sum(len(batch) for batch in batches) == 0


def test_a_silent_pipe_can_be_closed(pipe: Pipe) -> None:
    capture = pipe.open(pcap([b"first"]))
    batches = capture.batches()
    next(batches)
    capture.close()
    assert sum(len(batch) for batch in batches) == 0
    assert not capture.problems
    pipe.close()


def test_a_pipe_that_ends_in_the_middle_of_a_packet_is_a_cut(pipe: Pipe) -> None:
    content = pcapng(PACKETS)
    capture = pipe.open(content[:-50])
    pipe.close()
    assert see(capture.batches()).octets == PACKETS[:2]
    assert capture.counters["cut_packets"] == 1
    assert "the file ends in the middle of a packet" in capture.problems[0].message


def test_a_pipe_that_ends_before_the_header_is_refused(pipe: Pipe) -> None:
    threading.Thread(target=pipe.write_all, args=(b"\xd4\xc3",)).start()
    with pytest.raises(CaptureError, match="not a capture file"):
        open_captures([pipe.path])


READ_ALL = """
from pathlib import Path
from sharky.capture import open_captures
from sharky.model.errors import CaptureError
try:
    print(sum(len(batch) for batch in open_captures([Path("-")]).batches()))
except CaptureError as error:
    print(error)
"""


def test_standard_input_is_read_for_a_dash() -> None:
    done = subprocess.run([sys.executable, "-c", READ_ALL], input=pcapng(PACKETS * 2000), capture_output=True, check=True)
    assert done.stdout.decode() == "6000\n"


def test_an_empty_standard_input_is_refused() -> None:
    done = subprocess.run([sys.executable, "-c", READ_ALL], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    assert "the file is empty" in done.stdout


def test_a_terminal_as_standard_input_is_refused() -> None:
    leader, follower = os.openpty()
    done = subprocess.run([sys.executable, "-c", READ_ALL], stdin=follower, capture_output=True, text=True, check=True)
    os.close(leader)
    os.close(follower)
    assert "standard input is a terminal" in done.stdout
