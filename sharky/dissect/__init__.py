"""Headers to columns: which protocols each packet carries up to layer 4, and where its headers stand."""

from sharky.dissect.dissector import dissect

__all__ = ["dissect"]
