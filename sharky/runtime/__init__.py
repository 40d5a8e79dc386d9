"""The only place that starts threads."""

from sharky.runtime.animator import Animator
from sharky.runtime.asked import WhenAsked
from sharky.runtime.control import CHANGES, CONTROL, Control, ask
from sharky.runtime.engine import BlindSpots, Engine, Newest

__all__ = ["CHANGES", "CONTROL", "Animator", "BlindSpots", "Control", "Engine", "Newest", "WhenAsked", "ask"]
