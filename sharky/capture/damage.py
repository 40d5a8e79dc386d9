"""What can be wrong inside a capture file: reading ends there, what was read before is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from sharky.model.counters import Counters
from sharky.model.errors import Problem


class DamageError(Exception):
    """Raised by a format where the chain of records breaks; whoever reads the file reports it and ends.

    Attributes:
        position: Where in the chunk the record that is wrong begins.
        reason: What is wrong with it, as half a sentence.
        counter: The counter that it adds to, besides `damaged_files`; empty for none.
    """

    def __init__(self, position: int, reason: str, counter: str = "") -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason
        self.counter = counter


@dataclass(slots=True)
class Losses:
    """What files that are read together lost; whoever reads them adds to it.

    Attributes:
        counters: How much, by kind.
        problems: Where, one for each damaged file.
    """

    counters: Counters = field(default_factory=Counters)
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str, trouble: str, packets_before: int, octets_lost: int) -> None:
        """Note that a file could not be read to its end."""
        before = "1 packet before it was" if packets_before == 1 else f"{packets_before:,} packets before it were"
        self.counters["damaged_files"] += 1
        self.counters["damaged_bytes"] += octets_lost
        self.problems.append(Problem(f"{trouble}; {before} read", file=name))
