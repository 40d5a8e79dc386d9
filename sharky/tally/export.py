"""A summary for other programs: as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import chain, islice

from sharky.model.totals import Totals
from sharky.model.windows import Share, Summary
from sharky.tally.totals_export import conversation_cells, conversation_json, totals_json, totals_rows

CSV_HEADER = ("section", "name", "peer", "packets", "bytes", "packets_to_peer", "bytes_to_peer", "packets_from_peer", "bytes_from_peer")

ITEMS_AT_A_TIME = 1000
"""Of a list, that are made into text together."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula (OWASP, CSV injection)."""


def summary_json(summary: Summary, totals: Totals | None = None) -> Iterator[str]:
    """Write a summary, and the totals that were asked for, as the object that `sharky stats --json` prints, a piece at a time.

    As a whole it would take more memory than a large capture needs to be counted.

    >>> "".join(summary_json(Summary(1, 60, 5, 7, (Share("eth", 1, 60),), (), (), {}))).partition('"conversations"')[0]
    '{"packets": 1, "bytes": 60, "first_ns": 5, "last_ns": 7, "hierarchy": [{"path": "eth", "packets": 1, "bytes": 60}], '
    """
    parts = {
        "packets": summary.packets,
        "bytes": summary.bytes,
        "first_ns": summary.first_ns,
        "last_ns": summary.last_ns,
        "hierarchy": [{"path": share.name, "packets": share.packets, "bytes": share.bytes} for share in summary.hierarchy],
        "conversations": map(conversation_json, summary.conversations),
        "endpoints": map(_endpoint_json, summary.endpoints),
        "counters": dict(sorted(summary.counters.items())),
        **totals_json(totals or Totals()),
    }
    for number, (name, value) in enumerate(parts.items()):
        yield f'{", " if number else "{"}"{name}": '
        yield from _list_json(value) if isinstance(value, Iterator) else (json.dumps(value),)
    yield "}\n"


def _list_json(items: Iterator[str]) -> Iterator[str]:
    separator = "["
    while some := ", ".join(islice(items, ITEMS_AT_A_TIME)):
        yield separator + some
        separator = ", "
    yield "]" if separator == ", " else "[]"


def summary_csv(summary: Summary, totals: Totals | None = None) -> Iterator[str]:
    """Write a summary, and the totals that were asked for, as one table, a thing a row, `section` saying what kind of thing.

    Cells that a spreadsheet would take for a formula begin with an apostrophe; control characters are escaped.

    >>> print(*summary_csv(Summary(1, 60, 5, 5, (Share("eth", 1, 60),), (), (), {"truncated": 2})), sep="", end="")
    section,name,peer,packets,bytes,packets_to_peer,bytes_to_peer,packets_from_peer,bytes_from_peer
    total,,,1,60,,,,
    time,first_ns,,5,,,,,
    time,last_ns,,5,,,,,
    protocol,eth,,1,60,,,,
    counter,truncated,,2,,,,,
    """
    rows = chain([CSV_HEADER], _rows(summary), totals_rows(totals or Totals()))
    while some := list(islice(rows, ITEMS_AT_A_TIME)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([*map(_cell, row), *[""] * (len(CSV_HEADER) - len(row))] for row in some)
        yield text.getvalue()


def printable(text: str) -> str:
    r"""Escape what a terminal or a table would obey instead of showing it.

    >>> printable("fox\x1b[31m\n")
    'fox\\x1b[31m\\n'
    """
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def _rows(summary: Summary) -> Iterator[tuple[str | int, ...]]:
    yield "total", "", "", summary.packets, summary.bytes
    yield "time", "first_ns", "", summary.first_ns
    yield "time", "last_ns", "", summary.last_ns
    for share in summary.hierarchy:
        yield "protocol", share.name, "", share.packets, share.bytes
    for share in summary.endpoints:
        yield "endpoint", share.name, "", share.packets, share.bytes
    for each in summary.conversations:
        yield "conversation", *conversation_cells(each)
    for name, count in sorted(summary.counters.items()):
        yield "counter", name, "", count


def _cell(value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    shown = printable(value)
    return f"'{shown}" if value.startswith(_FORMULA_STARTS) else shown


def _endpoint_json(share: Share) -> str:
    """Return an address as JSON; nothing in one has to be escaped."""
    return f'{{"address": "{share.name}", "packets": {share.packets}, "bytes": {share.bytes}}}'
