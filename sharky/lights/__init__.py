"""From matches to light: cues with a cause, patterns, mixing in linear light, and frames that cannot harm."""

from sharky.lights.director import Director
from sharky.lights.drawing import draw
from sharky.lights.finisher import Finisher
from sharky.lights.gamma import decode, encode, linear_colour
from sharky.lights.mixer import render
from sharky.lights.model_file import load_model
from sharky.lights.patterns import PATTERNS
from sharky.lights.text_show import show_line, show_record

__all__ = [
    "PATTERNS",
    "Director",
    "Finisher",
    "decode",
    "draw",
    "encode",
    "linear_colour",
    "load_model",
    "render",
    "show_line",
    "show_record",
]
