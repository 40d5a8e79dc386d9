from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.capture import PcapngWriter, open_captures, write_pcapng
from sharky.model.errors import CaptureError
from tests.unit.capture.builder import (
    SECOND,
    enhanced,
    interface,
    option,
    packets_of,
    pcap,
    pcapng,
    read,
    section,
    see,
)


def source(folder: Path, content: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(content)
    return path


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(0, 200), max_size=30))
def test_what_is_written_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    folder = tmp_path_factory.getbasetemp()
    original = source(folder, pcap(packets_of(sizes), magic=0xA1B23C4D))
    assert write_pcapng(folder / "copy", open_captures([original]).batches()) == len(sizes)
    before, after = see(open_captures([original]).batches()), see(open_captures([folder / "copy"]).batches())
    assert (after.octets, after.time_ns, after.wire_length) == (before.octets, before.time_ns, before.wire_length)


def test_interfaces_keep_their_link_types(tmp_path: Path) -> None:
    nanoseconds = option(9, b"\x09")
    content = section() + interface(1) + interface(101, options=nanoseconds) + interface(113)
    content += enhanced(b"late", 7_000_000_001, 1) + enhanced(b"cooked", 5_000_000, 2) + enhanced(b"raw", 9_000_000_003, 1)
    write_pcapng(tmp_path / "copy", open_captures([source(tmp_path, content)]).batches())
    seen = read(tmp_path, (tmp_path / "copy").read_bytes())
    assert seen.octets == [b"late", b"cooked", b"raw"]
    assert seen.linktype == [101, 113, 101]
    assert seen.time_ns == [7_000_000_001, 5 * SECOND, 9_000_000_003]


def test_only_the_packets_that_are_chosen_are_written(tmp_path: Path) -> None:
    with PcapngWriter(tmp_path / "cut") as writer:
        for batch in open_captures([source(tmp_path, pcapng([b"a", b"b", b"c"]))]).batches():
            writer.write(batch, np.array([True, False, True]))
            writer.write(batch, np.array([False, False, False]))
    assert writer.packets == 2
    assert see(open_captures([tmp_path / "cut"]).batches()).octets == [b"a", b"c"]


def test_a_file_gets_its_name_when_it_is_complete(tmp_path: Path) -> None:
    path = source(tmp_path, pcapng([b"a", b"b"]))
    writer = PcapngWriter(path)
    for batch in open_captures([path]).batches():
        writer.write(batch)
    assert path.read_bytes() == pcapng([b"a", b"b"])
    unfinished = path.with_name("source.part")
    assert see(open_captures([unfinished]).batches()).octets == [b"a", b"b"]
    writer.close()
    assert not unfinished.exists()
    assert see(open_captures([path]).batches()).octets == [b"a", b"b"]


def test_who_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyError), PcapngWriter(tmp_path / "none"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_named_as_an_unfinished_one_is_stay_as_they_are(tmp_path: Path) -> None:
    own = [_written(tmp_path / name, b"precious") for name in ("cut.part", "cut.2.part")]
    own.append(tmp_path / "cut.3.part")
    own[2].symlink_to(own[0])
    assert write_pcapng(tmp_path / "cut", []) == 0
    with pytest.raises(KeyError), PcapngWriter(tmp_path / "cut"):
        raise KeyError
    assert [path.read_bytes() for path in own] == [b"precious"] * 3
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "cut", *own])


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    pipe, came = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: came.append(pipe.read_bytes()))
    reader.start()
    assert write_pcapng(pipe, open_captures([_written(tmp_path / "a.pcap", pcap([b"a", b"b"]))]).batches()) == 2
    reader.join()
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert see(open_captures([_written(tmp_path / "came", came[0])]).batches()).octets == [b"a", b"b"]


def _written(path: Path, octets: bytes) -> Path:
    path.write_bytes(octets)
    return path


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="this is a folder"):
        PcapngWriter(tmp_path)
    assert list(tmp_path.parent.glob("*.part")) == []


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="there is no folder"):
        PcapngWriter(tmp_path / "no" / "where.pcapng")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_a_clear_error() -> None:
    with pytest.raises(CaptureError, match="No space left on device\n  make room"):
        PcapngWriter(Path("/dev/full"))


def test_a_capture_without_packets_is_written(tmp_path: Path) -> None:
    assert write_pcapng(tmp_path / "empty", []) == 0
    assert see(open_captures([tmp_path / "empty"]).batches()).octets == []
