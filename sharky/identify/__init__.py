"""Layer 7 by signature first and port second, remembered for each flow; and what a packet says, for the packet list."""

from sharky.identify.endpoints import endpoints
from sharky.identify.identifier import Identifier

__all__ = ["Identifier", "endpoints"]
