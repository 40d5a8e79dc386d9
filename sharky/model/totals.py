"""Statistics that are only made when somebody asks for them: what Wireshark has under Statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sharky.model.windows import Conversation, Endpoint, MeaningShare

LEVELS = ("eth", "ip", "ipv6", "tcp", "udp")
"""The headers by whose ends packets are counted."""

MEANINGS = ("service", "category", "device", "server", "direction")
"""By what packets can be counted beyond what their headers say."""


@dataclass(frozen=True, slots=True)
class WantedTotals:
    """Which of them are asked for.

    Attributes:
        conversations, endpoints: Any of `LEVELS`.
        has_lengths: Whether packets are counted by their length.
        interval_ns: Width of the intervals by whose time packets are counted; 0 for none.
        origin_ns: Where the first interval begins; None for the first packet.
        meanings: Any of `MEANINGS`.
        has_lookups: Whether DNS messages are counted.
    """

    conversations: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    has_lengths: bool = False
    interval_ns: int = 0
    origin_ns: int | None = None
    meanings: tuple[str, ...] = ()
    has_lookups: bool = False

    @property
    def is_any(self) -> bool:
        """Whether there is anything to count."""
        return bool(self.conversations or self.endpoints or self.has_lengths or self.interval_ns or self.needs_names)

    @property
    def needs_names(self) -> bool:
        """Whether packets have to be read for names, which costs more than all the rest."""
        return bool(self.meanings or self.has_lookups)


@dataclass(frozen=True, slots=True)
class LengthRange:
    """The packets whose length lies in a range.

    Attributes:
        low, high: Shortest and longest that the range holds, in octets on the wire; None where it is open.
        packets, bytes: How many, and how many octets on the wire.
        shortest, longest: Of those packets; 0 where there are none.
    """

    low: int
    high: int | None
    packets: int
    bytes: int
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True)
class Interval:
    """The packets of one interval of time.

    Attributes:
        number: 0 for the one that begins at the origin; below that for packets from before it.
        packets, bytes: How many, and how many octets on the wire.
    """

    number: int
    packets: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Lookups:
    """What was asked of DNS servers.

    Attributes:
        queries, responses: Messages.
        codes: Responses by the name of their response code.
        names: What was asked for, in small letters, with how often; most queries first.
    """

    queries: int
    responses: int
    codes: dict[str, int]
    names: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What was asked for.

    Attributes:
        conversations, endpoints: By level, most bytes first.
        lengths: The ranges, shortest first; none where nobody asked for them.
        intervals: Those that have packets, in the order of time.
        interval_ns: How wide they are.
        origin_ns: Where interval 0 begins.
        meanings: By meaning, most bytes first.
        lookups: None where nobody asked for them.
    """

    conversations: Mapping[str, Sequence[Conversation]] = field(default_factory=dict)
    endpoints: Mapping[str, Sequence[Endpoint]] = field(default_factory=dict)
    lengths: tuple[LengthRange, ...] = ()
    intervals: tuple[Interval, ...] = ()
    interval_ns: int = 0
    origin_ns: int = 0
    meanings: dict[str, tuple[MeaningShare, ...]] = field(default_factory=dict)
    lookups: Lookups | None = None
