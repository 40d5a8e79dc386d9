"""An output that others tell how bright it may be at the moment, such as LEDs in a room where people sleep."""

from __future__ import annotations

from collections.abc import Callable

from sharky.lights.quiet import Permitted, dim
from sharky.model.lights import Frame, LightModel, LightOutput, Scene


class Dimmed:
    """Hands frames on to another output, with as much of their light as is permitted."""

    def __init__(self, output: LightOutput, permitted: Callable[[], Permitted]) -> None:
        """Prepare.

        Args:
            output: Where the light goes.
            permitted: Asked at each frame.
        """
        self._output = output
        self._permitted = permitted
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
        permitted = self._permitted()
        self._output.show(frame if permitted == Permitted() else dim(frame, self._model, permitted), scene)

    def close(self) -> None:
        """Close the other output, which makes its lights dark."""
        self._output.close()
        self._model = None
