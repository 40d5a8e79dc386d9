"""An output that others tell how bright it may be at the moment, such as LEDs in a room where people sleep."""

from __future__ import annotations

from collections.abc import Callable

from sharky.lights.quiet import dim
from sharky.model.lights import Frame, LightModel, LightOutput, Scene


class Dimmed:
    """Hands frames on to another output, with as much of their light as is permitted."""

    def __init__(self, output: LightOutput, share: Callable[[], float]) -> None:
        """Prepare.

        Args:
            output: Where the light goes.
            share: Asked at each frame: from 0 to 1, in linear light.
        """
        self._output = output
        self._share = share
        self._model: LightModel | None = None

    def open(self, model: LightModel) -> None:
        """Open the other output.

        Raises:
            OutputError: As it does.
        """
        self._output.open(model)
        self._model = model

    def show(self, frame: Frame, scene: Scene) -> None:
        """Show a frame, dimmed."""
        if self._model is None:
            raise RuntimeError("show before open")
        share = self._share()
        self._output.show(frame if share == 1 else dim(frame, self._model, share), scene)

    def close(self) -> None:
        """Close the other output, which makes its lights dark."""
        self._output.close()
        self._model = None
