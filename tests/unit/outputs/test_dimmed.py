from __future__ import annotations

import numpy as np
import pytest

from sharky.lights.quiet import Permitted
from sharky.model.lights import Frame, Led, LightModel, Scene
from sharky.outputs.dimmed import Dimmed
from sharky.outputs.recorder import Recorder

MODEL = LightModel("one", (Led(0, "eyes", 0, 0, 0, "pwmled", "17", "white"),))
FULL = Frame(np.full((1, 3), 255, np.uint8))


def test_each_frame_gets_the_light_that_is_permitted_when_it_is_shown() -> None:
    shares, recorder = map(Permitted, [1.0, 0.5, 0.0, 1.0]), Recorder()
    output = Dimmed(recorder, lambda: next(shares))
    output.open(MODEL)
    for _ in range(4):
        output.show(FULL, Scene())
    assert [int(frame.rgb.max()) for frame in recorder.frames] == [255, 187, 0, 255]
    assert FULL.rgb.min() == 255


def test_nothing_is_shown_before_it_is_open() -> None:
    with pytest.raises(RuntimeError, match="before open"):
        Dimmed(Recorder(), Permitted).show(FULL, Scene())
