"""What was made, in words: pieces with size and mass, and what to buy for them."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.parts.pieces import Piece
from scripts.parts.plan import Plan
from scripts.parts.sizes import DIFFUSER, PLA_GRAMS


def report(plan: Plan, pieces: Sequence[Piece], names: Sequence[str]) -> str:
    """Return a table of all pieces, and what a person has to know besides.

    Args:
        plan: What it was made by.
        pieces: What was made.
        names: Under which name each piece was written.
    """
    lines = [f"{'piece':<28}{'copies':>7}{'mm':>20}{'cm³':>8}{'g of PLA, solid':>17}"]
    lines += [_line(piece, name) for piece, name in zip(pieces, names, strict=True)]
    grams = sum(piece.solid.volume() / 1000 * PLA_GRAMS * piece.copies for piece in pieces)
    lines.append(f"{'all':<28}{sum(piece.copies for piece in pieces):>7}{'':>28}{grams:>17.0f}")
    return "\n".join([*lines, "", *_notes(plan)])


def _line(piece: Piece, name: str) -> str:
    size = " x ".join(f"{length:.0f}" for length in piece.size)
    volume = piece.solid.volume() / 1000
    return f"{name:<28}{piece.copies:>7}{size:>20}{volume:>8.1f}{volume * PLA_GRAMS:>17.0f}"


def _notes(plan: Plan) -> list[str]:
    """Return what was put where, and what found no place."""
    shape = plan.wishes.shape
    kind = "open" if plan.wishes.is_open else f"{DIFFUSER:g} mm thin: change the filament at {DIFFUSER:g} mm, and the drawing shows as well"
    notes = [
        f"{len(plan.drawing.leds)} windows for LEDs: {shape.description}. They are {kind}.",
        f"{len(plan.posts)} countersunk screws M3 x 10 hold the lid.",
    ]
    places = {"a keyhole": plan.keyhole, "an opening for the cable": plan.cable}
    notes += [f"There is no room for {what}." for what, place in places.items() if place is None]
    notes += [
        f"No key fits the cut at {'xy'[cut.axis]} = {cut.at:.0f}: glue it." for cut in plan.front_cuts if cut not in dict(plan.front_keys)
    ]
    return [*notes, "A Pi Zero is held by four screws M2.5 x 6." if plan.pi else "There is no room for a Pi Zero."]
