"""Where light goes, as a person named it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence

from sharky.app.dimmer import Dimmer
from sharky.app.runfolder import RunFolder
from sharky.app.wanted import Play
from sharky.app.whereabouts import address_of
from sharky.model.lights import LightOutput
from sharky.outputs import Dimmed, Gpio, Mirror, Strip, Terminal
from sharky.outputs.terminal import draws_on


def outputs_of(wanted: Play, folder: RunFolder, dimmer: Dimmer) -> list[LightOutput]:
    """Return the outputs of what is to be played, not yet opened; LEDs are dimmed, what only shows them is not."""
    makers: dict[str, Callable[[], LightOutput]] = {
        "terminal": lambda: Terminal(sys.stdout, footer=_footer(wanted)),
        "web": lambda: _mirror(folder),
        "mirror": lambda: _mirror(folder),
        "gpio": lambda: Dimmed(Gpio(), dimmer.permitted),
        "strip": lambda: Dimmed(Strip(wanted.strip), dimmer.permitted),
    }
    return [makers[name]() for name in wanted.outputs if name in makers]


def _mirror(folder: RunFolder) -> Mirror:
    mirror = Mirror(folder.path)
    folder.keep_up(mirror.renew)
    return mirror


def _footer(wanted: Play) -> str:
    return f"{address_of(wanted)}  ·  Ctrl-C ends" if "web" in wanted.outputs else "Ctrl-C ends"


def pauses(outputs: Sequence[LightOutput]) -> dict[signal.Signals, Callable[[], None]]:
    """Return what Ctrl-Z does where a terminal shows the shark: elsewhere the kernel stops a process well enough."""
    terminal = next((output for output in outputs if isinstance(output, Terminal)), None)
    return {signal.SIGTSTP: terminal.pause} if terminal and draws_on(sys.stdout) else {}
