from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from sharky.capture import open_captures
from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from sharky.capture.window import PAGE, FileWindow, room_for, window_on
from tests.unit.capture.builder import packets_of, pcap, see

PACKETS = packets_of([60, 1514, 90, 9014, 200_000] * 50)
CHUNK = 1 << 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.pcap"
    path.write_bytes(pcap(PACKETS))
    with path.open("rb") as file:
        if not window_on(file.fileno()):
            pytest.skip("files are not shown here: the temporary folder lies on no block device")
    return path


class Reading:
    """A capture that is shown, of which the first packets were read."""

    def __init__(self, path: Path) -> None:
        self.capture = CaptureFile(path, Losses(), CHUNK, is_mapped=True)
        self.batches = self.capture.batches()
        self.begun = see(iter([next(self.batches)])).octets

    def all(self) -> list[bytes]:
        return self.begun + see(self.batches).octets


def is_held(path: Path) -> bool:
    """Tell whether who wants to write has to wait; who shows the file is asked to let go of it."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    except BlockingIOError:
        return True
    return False


def test_a_file_is_held_while_it_is_shown(path: Path) -> None:
    reading = Reading(path)
    assert is_held(path)
    assert reading.all() == PACKETS


def test_a_file_is_not_held_once_it_was_read(path: Path) -> None:
    reading = Reading(path)
    assert reading.all() == PACKETS
    assert not is_held(path)
    reading = Reading(path)
    reading.batches = iter(())
    assert not is_held(path)


def test_who_wants_to_write_waits_for_the_part_that_is_shown(path: Path) -> None:
    reading = Reading(path)
    writer = threading.Thread(target=os.truncate, args=(path, 0))
    writer.start()
    time.sleep(0.1)
    assert writer.is_alive()
    assert path.stat().st_size > 0
    some = reading.all()
    writer.join(10)
    assert path.stat().st_size == 0
    assert some == PACKETS[: len(some)]
    assert len(some) == len(PACKETS) or "the file has shrunk" in reading.capture.problems[0].message


def test_what_somebody_writes_to_is_copied(path: Path) -> None:
    with path.open("ab"):
        reading = Reading(path)
        assert not is_held(path)
        os.truncate(path, CHUNK)
        reading.all()
    assert "the file has shrunk" in reading.capture.problems[0].message


def test_what_is_spare_of_the_buffer_may_be_written_to(path: Path) -> None:
    seen = []
    capture = CaptureFile(path, Losses(), PAGE + 1, is_mapped=True)
    for batch in capture.batches():
        assert batch.spare is not None
        batch.spare[:] = 1
        seen += see(iter([batch])).octets
    assert seen == PACKETS


def test_a_part_that_the_file_does_not_have_is_not_shown(path: Path) -> None:
    memory = room_for(3 * PAGE)
    with path.open("rb") as file:
        window = FileWindow(file.fileno())
        assert window.show(memory[:PAGE], 0)
        assert memory[:PAGE].tobytes() == path.read_bytes()[:PAGE]
        assert not window.show(memory, path.stat().st_size // PAGE * PAGE)
        window.hide(memory)
        memory[:] += 1
        assert np.unique(memory).tolist() == [1]
        assert not window.show(memory[:PAGE], 0)


def test_a_file_that_is_closed_meanwhile_ends(path: Path) -> None:
    reading = Reading(path)
    reading.capture.close()
    assert len(reading.all()) < len(PACKETS)
    assert not reading.capture.problems


def test_files_that_are_merged_are_not_held(path: Path) -> None:
    batches = open_captures([path, path], is_mapped=True).batches()
    next(batches)
    assert not is_held(path)
    batches = open_captures([path], is_mapped=True).batches()
    next(batches)
    assert is_held(path)


def test_a_pipe_is_copied(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(pcap(PACKETS),))
    writer.start()
    assert Reading(pipe).all() == PACKETS
    writer.join()
