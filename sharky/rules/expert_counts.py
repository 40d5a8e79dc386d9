"""How often packets have what Wireshark's expert information notes."""

from __future__ import annotations

from dataclasses import dataclass

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.experts import GROUP, SEVERITY, Expert, experts
from sharky.rules.filters.followers import Followers
from sharky.rules.filters.reading import Reading
from sharky.rules.filters.values import value_names


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that is noted of packets of a capture.

    Attributes:
        severity, group: As Wireshark calls them.
        packets: How many have it.
        first: Number of the first of them, counted from 1.
        filter: The display filter that they pass.
        noted: What that means, in a few words.
    """

    severity: str
    group: str
    packets: int
    first: int
    filter: str
    noted: str


class ExpertCounts:
    """Counts over the batches of one capture, as Wireshark shows it."""

    def __init__(self) -> None:
        self._followers = Followers()
        self._packets: dict[Expert, int] = {}
        self._first: dict[Expert, int] = {}

    def add(self, columns: Columns, labels: Labels) -> None:
        """Count the next batch."""
        reading = Reading(columns, labels, is_as_shown=True)
        reading.ask = self._followers.begin(columns, labels)
        for expert in experts():
            rows = expert.find(reading).nonzero()[0]
            if len(rows):
                self._packets[expert] = self._packets.get(expert, 0) + len(rows)
                self._first.setdefault(expert, columns.first_number + int(columns.position[rows].min()))

    def found(self) -> list[Noted]:
        """Return what was noted, the most serious first, and of that what was noted most."""
        ordered = sorted(self._packets.items(), key=lambda item: (-item[0].severity, -item[1], item[0].filter))
        return [
            Noted(
                _called(SEVERITY, expert.severity), _called(GROUP, expert.group), packets, self._first[expert], expert.filter, expert.noted
            )
            for expert, packets in ordered
        ]


def _called(field: str, value: int) -> str:
    return next(name for name, number in value_names()[field].items() if number == value).capitalize()
