"""What is only counted when somebody asks for it, since it costs more than all the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.totals import Totals, WantedTotals
from sharky.model.windows import Conversation, Endpoint
from sharky.tally.addresses import address_text
from sharky.tally.conversations import MAXIMUM_PAIRS
from sharky.tally.intervals import Intervals
from sharky.tally.lengths import Lengths
from sharky.tally.levels import PORT, WIDTHS, ends_of
from sharky.tally.lookups import LookupsTally
from sharky.tally.meanings import Meanings
from sharky.tally.pairs import End, Pair, PairSums
from sharky.tally.ranking import Part, Ranking
from sharky.tally.room import Room

T = TypeVar("T")
U = TypeVar("U")


class TotalsTally:
    """Counts batches; as with `Tally`, it makes no difference where batches are cut or in which order tallies are merged.

    Args:
        wanted: What is asked for.
        room: The memory for pairs, where it is shared with others.
        maximum_pairs: Pairs of ends that are told apart at each level; packets of more count as `tcp_pairs_beyond_limit`, and so on.
    """

    def __init__(self, wanted: WantedTotals, room: Room | None = None, maximum_pairs: int = MAXIMUM_PAIRS) -> None:
        self._wanted = wanted
        room = room or Room()
        levels = dict.fromkeys([*wanted.conversations, *wanted.endpoints])
        self._pairs = {level: {width: PairSums(width, maximum_pairs, room) for width in WIDTHS[level]} for level in levels}
        self._lengths = Lengths() if wanted.has_lengths else None
        self._intervals = Intervals(wanted.interval_ns, wanted.origin_ns) if wanted.interval_ns else None
        self._meanings = {meaning: Meanings(meaning) for meaning in wanted.meanings}
        self._lookups = LookupsTally() if wanted.has_lookups else None

    def add(self, columns: Columns, labels: Labels) -> None:
        """Count a batch."""
        if not len(columns):
            return
        for level, by_width in self._pairs.items():
            for rows, ends in ends_of(columns, level):
                by_width[ends.shape[1]].add(ends, columns.wire_length[rows])
        if self._lengths:
            self._lengths.add(columns.wire_length)
        if self._intervals:
            self._intervals.add(columns.time_ns, int(columns.time_ns[columns.position.argmin()]), columns.wire_length)
        for meaning in self._meanings.values():
            meaning.add(columns, labels)
        if self._lookups:
            self._lookups.add(columns, labels)

    def merge(self, other: TotalsTally) -> None:
        """Add what another has counted, which was asked for the same with the same origin."""
        for level, by_width in self._pairs.items():
            for width, pairs in by_width.items():
                pairs.merge(other._pairs[level][width])
        if self._lengths and other._lengths:
            self._lengths.merge(other._lengths)
        if self._intervals and other._intervals:
            self._intervals.merge(other._intervals)
        for name, meaning in self._meanings.items():
            meaning.merge(other._meanings[name])
        if self._lookups and other._lookups:
            self._lookups.merge(other._lookups)

    def totals(self) -> Totals:
        """Return all that was asked for."""
        intervals = self._intervals
        return Totals(
            conversations={level: self._conversations(level) for level in self._wanted.conversations},
            endpoints={level: self._endpoints(level) for level in self._wanted.endpoints},
            lengths=self._lengths.ranges() if self._lengths else (),
            intervals=intervals.intervals() if intervals else (),
            interval_ns=self._wanted.interval_ns,
            origin_ns=(intervals and intervals.origin_ns) or 0,
            meanings={name: meaning.shares() for name, meaning in self._meanings.items()},
            lookups=self._lookups.lookups() if self._lookups else None,
        )

    @property
    def counters(self) -> Counters:
        """Packets for which there was no room."""
        levels = self._pairs.items()
        left_out = Counters({f"{level}_pairs_beyond_limit": sum(pairs.other[0] for pairs in each.values()) for level, each in levels})
        left_out["dns_names_beyond_limit"] = self._lookups.names_refused if self._lookups else 0
        left_out["intervals_beyond_limit"] = self._intervals.other if self._intervals else 0
        return +left_out

    def _conversations(self, level: str) -> Ranking[Conversation]:
        def conversation(pair: Pair) -> Conversation:
            lower, higher, counts = pair
            (a, a_port), (b, b_port) = _end(lower, level), _end(higher, level)
            return Conversation(a, b, *counts, a_port, b_port)

        return Ranking([partial(_part, pairs.conversations, conversation) for pairs in self._pairs[level].values()])

    def _endpoints(self, level: str) -> Ranking[Endpoint]:
        def endpoint(end: End) -> Endpoint:
            return Endpoint(*_end(end[0], level), *end[1])

        return Ranking([partial(_part, pairs.endpoints, endpoint) for pairs in self._pairs[level].values()])


def _part(of: Callable[[], Part[T]], become: Callable[[T], U]) -> Part[U]:
    return of().each(become)


def _end(octets: bytes, level: str) -> tuple[str, int | None]:
    """Return address and port of an end.

    >>> _end(bytes([10, 0, 0, 1, 1, 187]), "tcp")
    ('10.0.0.1', 443)
    """
    if level in ("tcp", "udp"):
        return address_text(octets[:-PORT]), int.from_bytes(octets[-PORT:])
    return address_text(octets), None
