"""Totals as a person reads them on a terminal: tables, and packets over time as a plot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice

from sharky.model.reverse_lookups import readable
from sharky.model.totals import Interval, Lookups, Totals
from sharky.model.windows import Conversation, Endpoint, MeaningShare, Share
from sharky.tally.export import ITEMS_AT_A_TIME, printable
from sharky.tally.report import ROWS, bar, size_text, table
from sharky.tally.totals_export import end_text, length_text

NAMES = {"eth": "Ethernet", "ip": "IPv4", "ipv6": "IPv6", "tcp": "TCP", "udp": "UDP"}

PLOT_ROWS = 40
"""Rows of the plot at most; of more intervals several are drawn together. All of them are in the JSON and the CSV."""

PLOT_CELLS = 40


UNKNOWN = "not known"


def totals_text(totals: Totals, whole_bytes: int) -> Iterator[str]:
    """Write what was asked for as aligned text, some lines at a time.

    Args:
        totals: What was counted.
        whole_bytes: Of all packets.
    """
    lines = (f"{line}\n" for section in _sections(totals, whole_bytes) for line in section)
    while some := "".join(islice(lines, ITEMS_AT_A_TIME)):
        yield some


def _sections(totals: Totals, whole_bytes: int) -> Iterator[Iterable[str]]:
    for level, endpoints in totals.endpoints.items():
        yield _endpoints(f"{NAMES[level]} endpoints", endpoints)
    for level, conversations in totals.conversations.items():
        yield _conversations(f"{NAMES[level]} conversations", conversations)
    if totals.lengths:
        yield _lengths(totals)
    if totals.interval_ns:
        yield _over_time(totals)
    for meaning, shares in totals.meanings.items():
        yield _by_meaning(meaning, shares, whole_bytes)
    if totals.lookups:
        yield _lookups(totals.lookups)


def _endpoints(title: str, endpoints: Sequence[Endpoint]) -> Iterator[str]:
    width = max(len(title), max((len(_end(end)) for end in endpoints), default=0))
    yield from ("", f"{title:{width}} {'sent packets':>14} {'bytes':>14} {'received':>14} {'bytes':>14}")
    for end in endpoints:
        counts = (end.packets_sent, end.bytes_sent, end.packets_received, end.bytes_received)
        yield f"{_end(end):{width}} " + " ".join(f"{number:>14,}" for number in counts)


def _end(end: Endpoint) -> str:
    return end_text(end.address, end.port)


def _conversations(title: str, conversations: Sequence[Conversation]) -> Iterator[str]:
    width = max(len(title), max((len(_ends(each)) for each in conversations), default=0))
    yield from ("", f"{title:{width}} {'there packets':>14} {'bytes':>14} {'back':>14} {'bytes':>14}")
    for each in conversations:
        counts = (each.packets_ab, each.bytes_ab, each.packets_ba, each.bytes_ba)
        yield f"{_ends(each):{width}} " + " ".join(f"{number:>14,}" for number in counts)


def _ends(each: Conversation) -> str:
    return f"{end_text(each.a, each.a_port)} - {end_text(each.b, each.b_port)}"


def _lengths(totals: Totals) -> Iterator[str]:
    whole = max(1, sum(each.packets for each in totals.lengths))
    yield from ("", f"{'Packet lengths':20} {'packets':>12} {'average':>9} {'shortest':>9} {'longest':>9}  of packets")
    for each in totals.lengths:
        numbers = (f"{each.bytes / each.packets:.1f}", each.shortest, each.longest) if each.packets else ("", "", "")
        sizes = " ".join(f"{number:>9}" for number in numbers)
        part = each.packets / whole
        yield f"{length_text(each):20} {each.packets:>12,} {sizes}  {bar(part)} {part * 100:5.1f} %"


def _over_time(totals: Totals) -> Iterator[str]:
    rows, width_ns = _folded(totals.intervals, totals.interval_ns)
    highest = max((row.bytes for row in rows), default=0)
    seconds = width_ns / 1e9
    decimals = next(digits for digits in range(10) if width_ns % 10 ** (9 - digits) == 0)
    yield from ("", f"{f'Over time, by {seconds:g} s':>20} {'packets':>12} {'bytes':>10} {'rate':>12}")
    for row in rows:
        drawn = bar(row.bytes / highest if highest else 0.0, PLOT_CELLS).rstrip()
        rate = f"{size_text(row.bytes / seconds)}/s"
        yield f"{row.number * seconds:>18,.{decimals}f} s {row.packets:>12,} {size_text(row.bytes):>10} {rate:>12}  {drawn}".rstrip()


def _folded(intervals: Sequence[Interval], interval_ns: int) -> tuple[list[Interval], int]:
    """Add neighbours up until there are few enough; those without packets that lie between others have their row, too."""
    if not intervals:
        return [], interval_ns
    first, last = intervals[0].number, intervals[-1].number
    together = next(step for step in _steps() if last // step - first // step < PLOT_ROWS)
    sums: dict[int, tuple[int, int]] = {}
    for each in intervals:
        packets, size = sums.get(each.number // together, (0, 0))
        sums[each.number // together] = packets + each.packets, size + each.bytes
    numbers = range(first // together, last // together + 1)
    return [Interval(number, *sums.get(number, (0, 0))) for number in numbers], interval_ns * together


def _by_meaning(meaning: str, shares: Sequence[MeaningShare], whole_bytes: int) -> Iterator[str]:
    named = [Share(f"{each.name or UNKNOWN}{each.mac and f' ({each.mac})'}", each.packets, each.bytes) for each in shares]
    return table(f"By {meaning}", "of bytes", named, [each.bytes / max(1, whole_bytes) for each in shares])


def _lookups(lookups: Lookups) -> Iterator[str]:
    yield from ("", f"DNS: {lookups.queries:,} queries, {lookups.responses:,} responses")
    for name, packets in lookups.codes.items():
        part = packets / max(1, lookups.responses)
        yield f"  {name:20} {packets:>12,}  {bar(part)} {part * 100:5.1f} %"
    if lookups.names:
        yield f"Asked for most (the first {min(ROWS, len(lookups.names))} of {len(lookups.names):,} names)"
    for name, queries in lookups.names[:ROWS]:
        yield f"  {printable(readable(name)):40} {queries:>12,}"


def _steps() -> Iterator[int]:
    """Return 1, 2, 5, 10, 20, 50 and so on."""
    for power in count():
        yield from (digit * 10**power for digit in (1, 2, 5))
