from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.capture import open_captures
from sharky.capture.capturefile import CaptureFile
from sharky.capture.chunk import CHUNK_OCTETS, FIRST_CHUNK_OCTETS
from sharky.capture.damage import Losses
from sharky.capture.packets import BATCH_PACKETS
from sharky.model.errors import CaptureError
from tests.unit.capture.builder import Seen, enhanced, interface, packets_of, pcap, pcapng, read, section, see, simple

PACKETS = packets_of([60, 1514, 90])


def refusal(path: Path) -> str:
    with pytest.raises(CaptureError) as error:
        open_captures([path])
    return str(error.value)


def test_the_name_of_a_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(pcap(PACKETS))
    assert see(open_captures([path]).batches()).octets == PACKETS


def test_a_file_that_is_not_there_is_refused_with_a_way_out(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.pcap") == f"{tmp_path}/no.pcap: there is no such file\n  check the name and the folder"


def test_a_folder_an_empty_file_and_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("Dear shark,\n" * 100)
    (tmp_path / "text.gz").write_bytes(gzip.compress(b"Dear shark,\n" * 100))
    assert "this is a folder" in refusal(tmp_path)
    assert "the file is empty" in refusal(tmp_path / "empty")
    for name in ("text", "text.gz"):
        assert "this is not a capture file\n  Sharky reads pcap, pcapng" in refusal(tmp_path / name)
    assert "cannot be opened" in refusal(tmp_path / "a\0b")
    assert "cannot be opened" in refusal(tmp_path / ("long" * 100))


@pytest.mark.parametrize("whole", [pcap([]), pcap([], ">"), pcapng([])[:12], b"snoop\0\0\0" + bytes(8)])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_that_ends_in_its_header_is_named_with_the_octet(tmp_path: Path, whole: bytes, pack: Callable[[bytes], bytes]) -> None:
    for size in (8, len(whole) - 1):
        (tmp_path / "half").write_bytes(pack(whole[:size]))
        assert refusal(tmp_path / "half").endswith(f": cut at byte {size}: the file ends in the middle of its header\n  capture it anew")


def test_a_standard_input_that_is_closed_is_refused_with_a_way_out() -> None:
    command = [sys.executable, "-m", "sharky", "info", "-"]
    done = subprocess.run(["sh", "-c", '"$@" <&-', "sh", *command], capture_output=True, text=True, check=False)
    assert (done.returncode, "standard input: nothing is connected to it\n  try: tcpdump" in done.stderr) == (2, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.pcap"
    path.touch(mode=0)
    assert "there is no permission to read it" in refusal(path)


def test_all_files_that_cannot_be_read_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(CaptureError) as error:
        open_captures([tmp_path / "one", tmp_path / "two"])
    assert [problem.file[-3:] for problem in error.value.problems] == ["one", "two"]


def test_no_file_at_all_is_refused() -> None:
    with pytest.raises(CaptureError):
        open_captures([])


def test_a_batch_may_not_be_written_to(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(PACKETS))
    batch = next(open_captures([path]).batches())
    with pytest.raises(ValueError, match="read-only"):
        batch.buffer[0] = 1


def test_batches_are_large_but_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([b"x" * 20] * 100_000))
    sizes = [len(batch) for batch in open_captures([path]).batches()]
    assert sum(sizes) == 100_000
    assert max(sizes) <= BATCH_PACKETS
    assert len(sizes) <= 1 + -(-100_000 // BATCH_PACKETS)


@pytest.mark.parametrize("octets", [20, 60, 300])
def test_a_chunk_holds_one_large_batch_once_it_is_known_how_long_packets_are(octets: int, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([b"x" * octets] * 250_000))
    sizes = [len(batch) for batch in open_captures([path]).batches()]
    assert sum(sizes) == 250_000
    assert all(BATCH_PACKETS * 0.9 < size <= BATCH_PACKETS for size in sizes[4:-1])
    assert len(sizes) > 5


@pytest.mark.parametrize(("octets", "count", "most"), [(60, 200_000, FIRST_CHUNK_OCTETS), (1_000, 30_000, CHUNK_OCTETS)])
def test_packets_pass_through_no_more_memory_than_a_batch_needs(octets: int, count: int, most: int, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([b"x" * octets] * count))
    used = max(int((batch.offset + batch.captured).max()) for batch in open_captures([path]).batches())
    assert most - octets - 16 < used <= most


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([b"x" * 60] * 1000))
    capture = CaptureFile(path, Losses(), chunk_octets=8192)
    shown = [capture.progress() for _ in capture.batches()]
    assert shown == sorted(shown)
    assert shown[0] < 0.3
    assert capture.progress() == 1.0


def test_a_closed_capture_ends_without_a_complaint(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([b"x" * 60] * 5000))
    capture = CaptureFile(path, Losses(), chunk_octets=8192)
    batches = capture.batches()
    next(batches)
    capture.close()
    assert sum(len(batch) for batch in batches) < 5000
    assert not capture.problems


@pytest.mark.parametrize(("size", "cut_packets"), [(10_000, 1), (24 + 76 * 131, 0)])
def test_a_file_that_shrinks_while_it_is_read_is_a_cut(size: int, cut_packets: int, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([b"x" * 60] * 5000))
    capture = CaptureFile(path, Losses(), chunk_octets=8192)
    batches = capture.batches()
    next(batches)
    os.truncate(path, size)
    list(batches)
    assert capture.counters["cut_packets"] == cut_packets
    assert f"cut at byte {24 + 76 * 131}: the file has shrunk" in capture.problems[0].message


SOUND = [
    pcap(PACKETS),
    pcap(PACKETS, ">", 0xA1B23C4D),
    pcapng(PACKETS) + pcapng(PACKETS, ">"),
    section() + interface() + interface(101) + simple(b"simple") + enhanced(b"enhanced", number=1),
    gzip.compress(pcapng(PACKETS)),
]


def anything_but_an_exception(folder: Path, content: bytes) -> Seen | None:
    try:
        return read(folder, content, chunk_octets=256)
    except CaptureError:
        return None


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_captures_never_raise_and_never_hang(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(SOUND)))
    for place, octet in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=8)):
        content[place] = octet
    seen = anything_but_an_exception(tmp_path_factory.getbasetemp(), bytes(content[: data.draw(st.integers(0, len(content)))]))
    assert seen is None or bool(seen.problems) >= bool(seen.counters["damaged_files"])


@settings(max_examples=200, deadline=None)
@given(
    head=st.sampled_from([pcap([]), pcap([], ">"), section() + interface(), section(">"), b"\x1f\x8b\x08", b""]),
    tail=st.binary(max_size=400),
)
def test_random_octets_never_raise_and_never_hang(tmp_path_factory: pytest.TempPathFactory, head: bytes, tail: bytes) -> None:
    anything_but_an_exception(tmp_path_factory.getbasetemp(), head + tail)


def test_columns_have_the_types_of_the_model(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(section() + interface() + interface(101) + simple(b"simple") + enhanced(b"enhanced", number=1))
    for batch in open_captures([path]).batches():
        assert batch.buffer.dtype == np.uint8
        assert {column.dtype for column in (batch.offset, batch.captured, batch.wire_length, batch.time_ns)} == {np.dtype(np.int64)}
        assert {batch.linktype.dtype, batch.interface.dtype} == {np.dtype(np.uint16)}
