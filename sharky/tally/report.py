"""A summary as a person reads it on a terminal.

1,204 packets   1.1 MB   2024-03-01 18:20:11 to 18:21:11 UTC (60.0 s)
20.1 packets/s   18.3 kB/s

Protocols                                     packets      bytes  of packets
eth                                             1,204    1.10 MB  ████████████████ 100.0 %
  ip                                            1,180    1.09 MB  ███████████████▋  98.0 %
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sharky.model.cells import padded, width
from sharky.model.counters import meanings
from sharky.model.windows import Share, Summary
from sharky.tally.export import printable

ROWS = 10
"""Talkers and conversations that are listed; all of them are in the JSON and the CSV."""

BAR_CELLS = 16
NAME_CELLS = 40

_EIGHTHS = " ▏▎▍▌▋▊▉"
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def summary_text(summary: Summary) -> str:
    """Return a summary as aligned text: span and rates, protocols as a tree, talkers, conversations, what was not understood."""
    if not summary.packets:
        return "\n".join(["no packets", *_counters(summary)]) + "\n"
    sections = [_head(summary), _hierarchy(summary), _talkers(summary), _conversations(summary), _counters(summary)]
    return "\n".join(line for section in sections for line in section) + "\n"


def size_text(size: float) -> str:
    """Write a number of bytes to three digits, in powers of 1000.

    >>> size_text(999), size_text(1_234_567), size_text(25_300)
    ('999 B', '1.23 MB', '25.3 kB')
    """
    unit = 0
    while size >= 999.5 and unit < len(_UNITS) - 1:
        size /= 1000
        unit += 1
    decimals = 0 if unit == 0 or size >= 99.95 else 1 if size >= 9.995 else 2
    return f"{size:.{decimals}f} {_UNITS[unit]}"


def bar(part: float, cells: int = BAR_CELLS) -> str:
    """Draw a part of a whole in eighths of a cell, padded to `cells`; what is there at all is seen.

    >>> bar(0.5, 4), bar(0.001, 4)
    ('██  ', '▏   ')
    """
    eighths = max(round(part * cells * 8), int(part > 0))
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).strip().ljust(cells)


def _head(summary: Summary) -> Iterator[str]:
    first, last = moment_text(summary.first_ns), moment_text(summary.last_ns)
    span = (summary.last_ns - summary.first_ns) / 1e9
    end = last[11:] if first[:10] == last[:10] else last
    packets = "1 packet" if summary.packets == 1 else f"{summary.packets:,} packets"
    yield f"{packets}   {size_text(summary.bytes)}   {first} to {end} UTC ({span:,.1f} s)"
    if span:
        yield f"{summary.packets / span:,.1f} packets/s   {size_text(summary.bytes / span)}/s"


def moment_text(time_ns: int) -> str:
    """Write a time to the second, in UTC; one that no calendar has as seconds since 1970."""
    try:
        return f"{_EPOCH + timedelta(microseconds=time_ns // 1000):%Y-%m-%d %H:%M:%S}"
    except OverflowError:
        return f"{time_ns / 1e9:.0f} s"


def _hierarchy(summary: Summary) -> Iterator[str]:
    indented = [
        Share("  " * share.name.count(":") + share.name.rpartition(":")[2], share.packets, share.bytes) for share in summary.hierarchy
    ]
    return table("Protocols", "of packets", indented, [share.packets / summary.packets for share in indented])


def _talkers(summary: Summary) -> Iterator[str]:
    return _top("Talkers", summary.endpoints[:ROWS], len(summary.endpoints), summary.bytes)


def _conversations(summary: Summary) -> Iterator[str]:
    both = [
        Share(f"{each.a} - {each.b}", each.packets_ab + each.packets_ba, each.bytes_ab + each.bytes_ba)
        for each in summary.conversations[:ROWS]
    ]
    return _top("Conversations", both, len(summary.conversations), summary.bytes)


def _counters(summary: Summary) -> Iterator[str]:
    if summary.counters:
        yield ""
        yield "What was not understood, damaged or left out"
        for name, count in sorted(summary.counters.items()):
            yield f"{printable(name).replace('_', ' '):{NAME_CELLS}} {count:>12,}  {meanings().get(name, '')}".rstrip()


def _top(title: str, shares: Sequence[Share], total: int, whole: int) -> Iterator[str]:
    shown = f"{title} (the first {ROWS} of {total:,})" if total > ROWS else title
    return table(shown, "of bytes", shares, [share.bytes / max(1, whole) for share in shares])


def table(title: str, of_what: str, shares: Sequence[Share], parts: Sequence[float]) -> Iterator[str]:
    """Draw packets, bytes and a part of the whole for each share, the names made safe."""
    if not shares:
        return
    names = [printable(share.name) for share in shares]
    cells = max(NAME_CELLS, *map(width, names))
    yield ""
    yield f"{title:{cells}} {'packets':>12} {'bytes':>10}  {of_what}"
    for name, share, part in zip(names, shares, parts, strict=True):
        yield f"{padded(name, cells)} {share.packets:>12,} {size_text(share.bytes):>10}  {bar(part)} {part * 100:5.1f} %"
