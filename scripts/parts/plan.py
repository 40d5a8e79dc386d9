"""Where everything that the parts have in common lies: cuts, keys, posts and screws, keyhole, cable and Pi."""

from __future__ import annotations

from dataclasses import dataclass

from manifold3d import CrossSection

from scripts.parts.cuts import Cut
from scripts.parts.drawing import Drawing
from scripts.parts.flat import Point, block, centred, disc
from scripts.parts.led_shapes import LedShape
from scripts.parts.sizes import BED_MARGIN, CABLE, KEYHOLE_HEAD, KEYHOLE_SHANK, KEYHOLE_SLOT, LID, WALL, WIRING

Placed = tuple[tuple[Cut, Point], ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asks for.

    Attributes:
        shape: The LEDs.
        is_open: Whether windows are holes, and not thin layers that diffuse.
        bed: The printer's bed.
    """

    shape: LedShape
    is_open: bool = False
    bed: tuple[float, float] = (220.0, 220.0)

    @property
    def usable(self) -> tuple[float, float]:
        """Return how large a piece may be."""
        return self.bed[0] - 2 * BED_MARGIN, self.bed[1] - 2 * BED_MARGIN


@dataclass(frozen=True, slots=True)
class Plan:
    """All that front, lid and foot have to agree about, in the model frame.

    Attributes:
        drawing, wishes: What it was made from.
        front_cuts, lid_cuts: Where the two are cut, far from each other, so that each holds the other together.
        front_keys, lid_keys: Keys across them.
        keyhole: Middle of its round hole; none where there is no room.
        pi: Middle of a Pi Zero on the lid; none where there is no room.
        cable: Where the cable goes out at the lower edge; none where there is no room.
        posts: Where lid and front are screwed together.
        foot: From which x to which the foot reaches.
    """

    drawing: Drawing
    wishes: Wishes
    front_cuts: tuple[Cut, ...]
    lid_cuts: tuple[Cut, ...]
    front_keys: Placed
    lid_keys: Placed
    keyhole: Point | None
    pi: Point | None
    cable: Point | None
    posts: tuple[Point, ...]
    foot: tuple[float, float]

    @property
    def height(self) -> float:
        """Return how deep the front is, from the face to the lid."""
        return self.wishes.shape.end + WIRING

    @property
    def depth(self) -> float:
        """Return how thick the shark is, lid included."""
        return self.height + LID


def keyhole_area(at: Point) -> CrossSection:
    """Return a hole for a screw's head, with a slot above it for the shank."""
    slot = block(-KEYHOLE_SHANK / 2, 0, KEYHOLE_SHANK / 2, KEYHOLE_SLOT) + disc(KEYHOLE_SHANK, (0, KEYHOLE_SLOT))
    return (disc(KEYHOLE_HEAD) + slot).translate(at)


def cable_area(at: Point) -> CrossSection:
    """Return what the cable's opening takes from walls."""
    return centred(CABLE, 6 * WALL, at)
