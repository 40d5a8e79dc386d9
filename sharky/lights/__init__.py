"""From matches to light: cues with a cause, patterns, mixing in linear light, and frames that cannot harm."""

from sharky.lights.drawing import draw
from sharky.lights.gamma import decode, encode
from sharky.lights.model_file import load_model

__all__ = ["decode", "draw", "encode", "load_model"]
