import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.errors import OutputError
from sharky.model.lights import Frame, Led, LightModel, Scene
from sharky.outputs.mirror import FRAME, STALE_NS, Mirror, MirrorReader


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.now_ns = 1_000

    def __call__(self) -> int:
        return self.now_ns


def fish(leds: int = 3) -> LightModel:
    return LightModel("fish", tuple(Led(index, "fin", float(index), 0.0, 0.0, "strip", str(index)) for index in range(leds)))


def frame(*rows: tuple[int, int, int], time_ns: int = 5) -> Frame:
    return Frame(np.array(rows, np.uint8), time_ns)


def test_another_process_reads_the_frame_that_was_shown(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    mirror.open(fish())
    mirror.show(frame((255, 0, 0), (0, 255, 0), (1, 2, 3)), Scene())
    mirrored = MirrorReader(tmp_path).read()
    assert mirrored is not None
    assert (mirrored.sequence, mirrored.time_ns, mirrored.rgb.tolist()) == (2, 5, [[255, 0, 0], [0, 255, 0], [1, 2, 3]])
    mirror.close()


def test_an_opened_mirror_is_dark_until_the_first_frame(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    mirror.open(fish())
    mirrored = MirrorReader(tmp_path).read()
    assert mirrored is not None
    assert not mirrored.rgb.any()
    mirror.close()


def test_closing_takes_the_light_away_and_may_happen_twice(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    mirror.close()
    mirror.open(fish())
    reader = MirrorReader(tmp_path)
    mirror.close()
    mirror.close()
    assert reader.read() is None
    assert list(tmp_path.iterdir()) == []


def test_a_mirror_can_be_opened_again(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    mirror.open(fish(3))
    mirror.open(fish(4))
    mirrored = MirrorReader(tmp_path).read()
    assert mirrored is not None
    assert mirrored.rgb.shape == (4, 3)
    mirror.close()


def test_a_frame_that_a_dead_engine_left_behind_is_dark(tmp_path: Path) -> None:
    hands = Hands()
    mirror = Mirror(tmp_path, hands)
    mirror.open(fish())
    reader = MirrorReader(tmp_path, hands)
    hands.now_ns += STALE_NS
    assert reader.read() is not None
    hands.now_ns += 1
    assert reader.read() is None
    mirror.show(frame((1, 1, 1), (1, 1, 1), (1, 1, 1)), Scene())
    assert reader.read() is not None
    mirror.close()


def test_a_frame_of_before_the_last_boot_is_dark(tmp_path: Path) -> None:
    hands = Hands()
    mirror = Mirror(tmp_path, hands)
    mirror.open(fish())
    hands.now_ns = 0
    assert MirrorReader(tmp_path, hands).read() is None
    mirror.close()


def test_a_frame_half_written_is_read_again_until_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = Mirror(tmp_path)
    mirror.open(fish())
    mirror.show(frame((9, 9, 9), (9, 9, 9), (9, 9, 9)), Scene())
    whole = (tmp_path / FRAME).read_bytes()
    reads = iter([whole[:-1] + b"\x00", whole[:20] + bytes(len(whole) - 20), whole])
    monkeypatch.setattr(os, "read", lambda *_: next(reads))
    mirrored = MirrorReader(tmp_path).read()
    assert mirrored is not None
    assert mirrored.rgb.tolist() == [[9, 9, 9]] * 3
    mirror.close()


@given(st.binary(max_size=200))
def test_any_octets_in_the_file_are_dark_and_never_an_exception(tmp_path_factory: pytest.TempPathFactory, octets: bytes) -> None:
    directory = tmp_path_factory.mktemp("run")
    (directory / FRAME).write_bytes(octets)
    assert MirrorReader(directory).read() is None


def test_a_run_directory_that_is_not_there_is_named_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*absent.*\n.*choose another run directory"):
        Mirror(tmp_path / "absent").open(fish())


def test_a_file_that_is_gone_is_made_again_with_the_light_of_the_moment(tmp_path: Path) -> None:
    mirror, reader = Mirror(tmp_path), MirrorReader(tmp_path)
    mirror.open(fish())
    mirror.show(frame((9, 9, 9), (9, 9, 9), (9, 9, 9)), Scene())
    (tmp_path / FRAME).unlink()
    mirror.renew()
    mirror.renew()
    mirrored = reader.read()
    assert mirrored is not None
    assert mirrored.rgb.tolist() == [[9, 9, 9]] * 3
    mirror.show(frame((7, 7, 7), (7, 7, 7), (7, 7, 7)), Scene())
    mirrored = reader.read()
    assert mirrored is not None
    assert mirrored.rgb.tolist() == [[7, 7, 7]] * 3
    mirror.close()
    mirror.renew()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_ends_no_show(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    mirror = Mirror(folder)
    mirror.open(fish())
    (folder / FRAME).unlink()
    folder.rmdir()
    with pytest.raises(FileNotFoundError):
        mirror.renew()
    mirror.show(frame((9, 9, 9), (9, 9, 9), (9, 9, 9)), Scene())
    mirror.close()
