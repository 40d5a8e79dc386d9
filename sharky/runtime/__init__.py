"""The only place that starts threads."""

from sharky.runtime.animator import Animator
from sharky.runtime.control import CONTROL, Control, ask
from sharky.runtime.engine import BlindSpots, Engine, Newest

__all__ = ["CONTROL", "Animator", "BlindSpots", "Control", "Engine", "Newest", "ask"]
