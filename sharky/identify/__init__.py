"""Layer 7 by signature first and port second, remembered for each flow."""

from sharky.identify.identifier import Identifier

__all__ = ["Identifier"]
