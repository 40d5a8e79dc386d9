"""How long packets are left in the ring before they are looked at again.

Waking for each packet costs a whole core at a few thousand packets a second; looking every 20 ms costs a few per cent at a
hundred thousand. But on a quiet network nobody wants to wait 20 ms for a light. So a reader that was woken by a few packets
looks again soon, as long as it has not done so too often of late. And where so much comes that half of the ring would be full
before the next look, the reader rests less: the other half is for whatever may keep it from its processor.
"""

from __future__ import annotations

PACE_NS = 20_000_000
"""From one look to the next under load."""

RESERVE = 2
"""While the reader rests, one in so many of the slots may fill at the rate of late. A million packets a second fill 49,152 in 49 ms."""

QUICK_NS = 1_000_000
"""From one look to the next on a quiet network: the packets of one exchange come together, and none waits for long."""

FEW_PACKETS = 32
"""More than so many at once are load."""

MOST_QUICK = 25
"""Quick looks in a row that a quiet network may have; as many come back in a second."""

NS_FOR_ONE = 1_000_000_000 // MOST_QUICK

LONGEST_WORK_NS, BREATH_NS = 50_000_000, 1_000_000
"""A reader that cannot keep up pauses so long after so much work: it may run before everything else on its processor, and the
kernel's own thread that forwards packets must not wait for it."""


class Pace:
    """Tells when to look.

    Args:
        slots: How many packets the ring has room for.
    """

    def __init__(self, slots: int) -> None:
        self._room = max(1, slots // RESERVE)
        self._saved_ns = MOST_QUICK * NS_FOR_ONE
        self._last_ns: int | None = None
        self._emptied_ns, self._since = -PACE_NS, 0
        self._due_ns = 0
        self._rested_ns = 0

    def looked(self, packets: int, now_ns: int, *, is_empty: bool) -> None:
        """Note a look.

        Args:
            packets: How many it found.
            now_ns: When it was.
            is_empty: Whether it took all that was in the ring.
        """
        passed_ns = 0 if self._last_ns is None else now_ns - self._last_ns
        self._last_ns = now_ns
        self._saved_ns = min(self._saved_ns + passed_ns, MOST_QUICK * NS_FOR_ONE)
        self._due_ns = now_ns
        self._since += packets
        if is_empty and packets <= FEW_PACKETS and self._saved_ns >= NS_FOR_ONE:
            self._saved_ns -= NS_FOR_ONE
            self._due_ns += QUICK_NS
        elif is_empty:
            self._due_ns += min(PACE_NS, (now_ns - self._emptied_ns) * self._room // max(1, self._since))
        if is_empty:
            self._emptied_ns, self._since = now_ns, 0

    def rested(self, now_ns: int) -> None:
        """Note that the reader has waited."""
        self._rested_ns = now_ns

    def due_ns(self, now_ns: int) -> int:
        """Return when to look next, which may be at once.

        >>> pace = Pace(49_152)
        >>> pace.looked(3, now_ns=0, is_empty=True)
        >>> pace.due_ns(now_ns=0) == QUICK_NS
        True
        >>> pace.looked(300, now_ns=QUICK_NS, is_empty=True)
        >>> pace.due_ns(now_ns=QUICK_NS) == QUICK_NS + PACE_NS
        True
        """
        due_ns = max(self._due_ns, now_ns)
        if due_ns == now_ns and now_ns - self._rested_ns >= LONGEST_WORK_NS:
            due_ns += BREATH_NS
        if due_ns > now_ns:
            self._rested_ns = due_ns
        return due_ns
