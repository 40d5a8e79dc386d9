"""What every source that reads files or streams has, beyond being a source of packets."""

from __future__ import annotations

from typing import Protocol

from sharky.model.captures import Interface
from sharky.model.errors import Problem
from sharky.model.packets import PacketSource


class CaptureSource(PacketSource, Protocol):
    """Packets from files.

    Attributes:
        problems: What was found to be damaged so far.
    """

    problems: list[Problem]

    def progress(self) -> float:
        """Return which part of the files was read, from 0 to 1."""

    def interface(self, number: int) -> Interface:
        """Return what is known of an interface that packets handed out so far name by its number."""
