"""Where light goes: terminal, GPIO, an LED strip, the page's mirror, and a recorder for tests."""

from sharky.outputs.dimmed import Dimmed
from sharky.outputs.gpio import Gpio
from sharky.outputs.mirror import Mirror
from sharky.outputs.recorder import Recorder
from sharky.outputs.strip import Strip
from sharky.outputs.terminal import Terminal

__all__ = ["Dimmed", "Gpio", "Mirror", "Recorder", "Strip", "Terminal"]
