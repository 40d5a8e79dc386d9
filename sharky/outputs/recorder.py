"""An output that keeps what it is shown, and refuses what real ones refuse."""

from __future__ import annotations

import numpy as np

from sharky.model.lights import Frame, LightModel, Scene


class Recorder:
    """Keeps all frames and scenes; for tests, and short shows.

    Attributes:
        frames, scenes: What was shown, in order.
        rgb: (leds, 3) uint8, what would be lit now.
    """

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.scenes: list[Scene] = []
        self.rgb = np.zeros((0, 3), np.uint8)
        self._is_open = False

    def open(self, model: LightModel) -> None:
        """Begin dark."""
        self.rgb = np.zeros((len(model.leds), 3), np.uint8)
        self._is_open = True

    def show(self, frame: Frame, scene: Scene) -> None:
        """Keep a frame and its scene."""
        if not self._is_open:
            raise RuntimeError("show before open")
        if frame.rgb.shape != self.rgb.shape or frame.rgb.dtype != np.uint8:
            raise ValueError(f"a frame of {frame.rgb.shape} {frame.rgb.dtype} for {self.rgb.shape} uint8")
        self.frames.append(frame)
        self.scenes.append(scene)
        self.rgb = frame.rgb.copy()

    def close(self) -> None:
        """End dark."""
        self.rgb = np.zeros_like(self.rgb)
        self._is_open = False
