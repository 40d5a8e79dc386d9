from __future__ import annotations

import numpy as np
import pytest

from sharky.model.lights import Frame, Led, LightModel, Scene
from sharky.outputs.recorder import Recorder

MODEL = LightModel("dot", (Led(0, "eyes", 0, 0, 0, "strip", "0"),))


def test_it_keeps_what_it_was_shown() -> None:
    recorder = Recorder()
    recorder.open(MODEL)
    recorder.show(Frame(np.array([[1, 2, 3]], np.uint8)), Scene(caption="hello"))
    assert recorder.frames[0].rgb.tolist() == [[1, 2, 3]]
    assert recorder.scenes[0].caption == "hello"


def test_it_refuses_a_frame_before_it_is_opened_and_after_it_is_closed() -> None:
    recorder = Recorder()
    for _ in range(2):
        with pytest.raises(RuntimeError):
            recorder.show(Frame(np.zeros((1, 3), np.uint8)), Scene())
        recorder.open(MODEL)
        recorder.close()


@pytest.mark.parametrize("rgb", [np.zeros((2, 3), np.uint8), np.zeros((1, 4), np.uint8), np.zeros((1, 3), np.float32)])
def test_it_refuses_a_frame_of_another_model(rgb: np.ndarray) -> None:
    recorder = Recorder()
    recorder.open(MODEL)
    with pytest.raises(ValueError, match="a frame of"):
        recorder.show(Frame(rgb), Scene())
