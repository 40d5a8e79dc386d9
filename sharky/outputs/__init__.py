"""Where light goes: terminal, GPIO, the page's mirror, and a recorder for tests."""

from sharky.outputs.dimmed import Dimmed
from sharky.outputs.gpio import Gpio
from sharky.outputs.mirror import Mirror
from sharky.outputs.recorder import Recorder
from sharky.outputs.terminal import Terminal

__all__ = ["Dimmed", "Gpio", "Mirror", "Recorder", "Terminal"]
