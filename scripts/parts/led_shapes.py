"""The LEDs that can be bought one by one, and the seats that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scripts.parts.sizes import DIFFUSER, THINNEST


@dataclass(frozen=True, slots=True)
class LedShape:
    """How an LED is held: its light falls through a well onto the window, its flange or board lies in a seat behind.

    Attributes:
        description: What to buy.
        window: Diameter of the well, or its side where it is square; clearance included.
        is_square: Whether window and well are square.
        body: Diameter of flange, board or node, as bought.
        seat: Diameter of the seat; clearance included.
        well: From the window to the seat.
        thickness: Of flange, board or node: how deep the seat is.
        behind: What leads and joints need behind it.
    """

    description: str
    window: float
    is_square: bool
    body: float
    seat: float
    well: float
    thickness: float
    behind: float

    @property
    def spacing(self) -> float:
        """Return the least distance of two LEDs: a wall between their wells, and their bodies beside each other.

        >>> SHAPES["round-5"].spacing
        6.0
        """
        return max(self.window + THINNEST, self.body + 0.1)

    @property
    def margin(self) -> float:
        """Return the least distance from an LED to an edge or a cut."""
        return self.seat / 2 + THINNEST

    @property
    def ledge(self) -> float:
        """Return the depth at which flange or board rests."""
        return DIFFUSER + self.well

    @property
    def end(self) -> float:
        """Return the depth to which its leads and joints reach."""
        return self.ledge + self.thickness + self.behind


SHAPES: Final = {
    "round-5": LedShape("round 5 mm with four legs, such as WS2812D-F5", 5.2, False, 5.9, 6.1, 7.7, 1.0, 5.0),
    "board-10": LedShape("WS2812B or SK6812, 5 x 5 mm, on a round board of 10 mm", 5.4, True, 10.0, 10.4, 4.0, 1.6, 3.0),
    "node-12": LedShape("node of 12 mm on a string, its lens of 8 mm in front", 8.4, False, 12.0, 12.3, 5.0, 9.0, 10.0),
}
DEFAULT_SHAPE: Final = "round-5"
