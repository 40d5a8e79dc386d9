"""A whole capture, counted: how much, from when to when, which protocols, who with whom."""

from __future__ import annotations

from collections import Counter

from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.windows import Summary
from sharky.tally.conversations import MAXIMUM_PAIRS, Conversations
from sharky.tally.families import IPV4, IPV6
from sharky.tally.hierarchy import Hierarchy, counted_at
from sharky.tally.problems import count_problems
from sharky.tally.ranking import Ranking
from sharky.tally.room import Room


class Tally:
    """Counts batches; the sums do not depend on where batches are cut or on the order in which tallies are merged.

    Memory is bounded: beyond `maximum_pairs` pairs of addresses a family, and where `room` has none left, packets of new pairs
    count as `conversations_beyond_limit`.
    """

    def __init__(self, room: Room | None = None, maximum_pairs: int = MAXIMUM_PAIRS) -> None:
        """Begin with nothing counted.

        Args:
            room: The memory for pairs, where it is shared with others.
            maximum_pairs: Pairs of addresses of a family that are told apart.
        """
        self._packets = 0
        self._bytes = 0
        self._times: list[int] = []
        self._problems: Counters = Counter()
        self._hierarchy = Hierarchy()
        room = room or Room()
        self._conversations = [Conversations(family, maximum_pairs, room) for family in (IPV4, IPV6)]

    def add(self, columns: Columns, labels: Labels) -> None:
        """Count a batch."""
        if not len(columns):
            return
        self._packets += len(columns)
        self._bytes += int(columns.wire_length.sum())
        self._saw([int(columns.time_ns.min()), int(columns.time_ns.max())])
        self._problems.update(count_problems(columns))
        self._hierarchy.add(columns.tree, counted_at(columns, labels.path), columns.wire_length)
        for conversations in self._conversations:
            conversations.add(columns)

    def merge(self, other: Tally) -> None:
        """Add what another tally has counted."""
        self._packets += other._packets
        self._bytes += other._bytes
        self._saw(other._times)
        self._problems.update(other._problems)
        self._hierarchy.merge(other._hierarchy)
        for mine, theirs in zip(self._conversations, other._conversations, strict=True):
            mine.merge(theirs)

    def summary(self, counters: Counters) -> Summary:
        """Return all that was counted.

        Args:
            counters: What the stages before have counted; what the tally itself has is added to it.
        """
        first_ns, last_ns = self._times or (0, 0)
        return Summary(
            packets=self._packets,
            bytes=self._bytes,
            first_ns=first_ns,
            last_ns=last_ns,
            hierarchy=self._hierarchy.shares(),
            conversations=Ranking([each.conversations for each in self._conversations]),
            endpoints=Ranking([each.endpoints for each in self._conversations]),
            counters=dict(counters + self._problems + self._left_out()),
        )

    def _saw(self, times: list[int]) -> None:
        """Widen the span from the earliest to the latest packet; time may run backwards in a capture."""
        all_times = self._times + times
        self._times = [min(all_times), max(all_times)] if all_times else []

    def _left_out(self) -> Counters:
        return Counter(
            conversations_beyond_limit=sum(each.other[0] for each in self._conversations),
            protocol_paths_beyond_limit=self._hierarchy.tree.refused if self._hierarchy.tree else 0,
        )
