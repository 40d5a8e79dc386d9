"""Headers to columns: which protocols each packet carries up to layer 4, and where its headers stand."""

from sharky.dissect.dissector import dissect
from sharky.dissect.fragments import Fragments

__all__ = ["Fragments", "dissect"]
