"""The only place that starts threads."""

from sharky.runtime.animator import Animator
from sharky.runtime.engine import Engine, Newest

__all__ = ["Animator", "Engine", "Newest"]
