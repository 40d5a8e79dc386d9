"""What can be wrong inside a capture file.

Where the chain of records breaks, reading ends, and what was read before is kept. What is wrong with one packet alone takes that
packet and no other.
"""

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
        problems: Where, for each file one of each kind.
    """

    counters: Counters = field(default_factory=Counters)
    problems: list[Problem] = field(default_factory=list)


class Findings:
    """What is wrong in one file: of each kind how often, and where first.

    Attributes:
        counters: Those of all files that are read together.
    """

    def __init__(self, name: str, losses: Losses) -> None:
        self.counters = losses.counters
        self._name = name
        self._problems = losses.problems
        self._noted: dict[str, tuple[int, str, int]] = {}
        self._is_damaged = False

    def end(self, trouble: str, packets_before: int, octets_lost: int) -> None:
        """Note that the file could not be read to its end."""
        before = "1 packet before it was" if packets_before == 1 else f"{packets_before:,} packets before it were"
        self._damage()
        self.counters["damaged_bytes"] += octets_lost
        self._problems.append(Problem(f"{trouble}; {before} read", file=self._name))

    def skip(self, counter: str, place: int, reason: str, count: int = 1) -> None:
        """Note packets that cannot be read, and do not keep others from being read.

        Args:
            counter: Their kind.
            place: Where in the file the first of them begins.
            reason: What is wrong with that one, as half a sentence.
            count: How many there are.
        """
        self._damage()
        self._note(counter, f"passed over at byte {place}: {reason}", count)

    def note(self, counter: str, place: int, reason: str, count: int = 1) -> None:
        """Note packets that contradict themselves or others, and are read all the same (see `skip`)."""
        self._note(counter, f"odd at byte {place}: {reason}", count)

    def _damage(self) -> None:
        self.counters["damaged_files"] += not self._is_damaged
        self._is_damaged = True

    def _note(self, counter: str, first: str, count: int) -> None:
        """Count, and keep one problem for all of a kind."""
        self.counters[counter] += count
        place, first, before = self._noted.get(counter, (len(self._problems), first, 0))
        self._noted[counter] = place, first, before + count
        more = before + count - 1
        self._problems[place : place + 1] = [Problem(f"{first}, and {more:,} more" if more else first, file=self._name)]
