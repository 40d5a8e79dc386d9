"""Where the questions and records of DNS messages stand (RFC 1035 section 4.1), and of mDNS and LLMNR, which have the same.

All messages of a batch are walked at once, a label or a record a step; what a name says makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import HeaderPlace
from sharky.model.packets import Octets, Offsets
from sharky.rules.filters.gathering import numbers_at

QUESTIONS, RECORDS = "questions", "resources"
LISTS = (QUESTIONS, RECORDS)
"""What a message has: questions, and records of three kinds behind them."""

HEAD, QUESTION, RECORD = 12, 4, 10
"""Octets of the head, and of a question and a record behind its name."""

LONGEST_LABEL, POINTER = 63, 0xC0
MOST_STEPS = 1024
"""In one message; a packet of 1,500 octets has no more labels and records than that."""

Places = list[tuple[NDArray[np.intp], Offsets, Offsets]]


def dns_lists(buffer: Octets, message: HeaderPlace) -> dict[str, HeaderPlace]:
    """Find the questions and records of messages that are whole, each from behind its name on; a record ends where its content does.

    Args:
        buffer: In which the messages stand.
        message: Where, with rows by number.
    """
    found: dict[str, Places] = {name: [_none(message)] for name in LISTS}
    for name, *place in _walk(buffer, message):
        found[name].append((place[0], place[1], place[2]))
    return {name: _joined(places) for name, places in found.items()}


def _none(message: HeaderPlace) -> tuple[NDArray[np.intp], Offsets, Offsets]:
    return np.asarray(message.rows, np.intp)[:0], message.offset[:0], message.end[:0]


def _joined(places: Places) -> HeaderPlace:
    rows, begin, end = (np.concatenate(column) for column in zip(*places, strict=True))
    order = np.lexsort((begin, rows))
    return HeaderPlace(rows[order], begin[order], end[order], np.empty(len(rows), "V0"))


def _walk(buffer: Octets, message: HeaderPlace) -> Iterator[tuple[str, NDArray[np.intp], Offsets, Offsets]]:
    """Yield what each message has next, and go on behind it; a message with nothing more, or cut off, drops out."""
    rows, at, end = np.asarray(message.rows, np.intp), message.offset + HEAD, message.end
    asked = numbers_at(buffer, message.offset + 4, 2).astype(np.int64)
    told = np.add.reduce([numbers_at(buffer, message.offset + counts, 2).astype(np.int64) for counts in (6, 8, 10)])
    for _ in range(MOST_STEPS):
        is_left = (asked + told > 0) & (at < end)
        rows, at, end, asked, told = (column[is_left] for column in (rows, at, end, asked, told))
        if not len(rows):
            return
        first = numbers_at(buffer, at, 1).astype(np.int64)
        end = np.where((first > LONGEST_LABEL) & (first < POINTER), at, end)
        is_label = (first > 0) & (first <= LONGEST_LABEL)
        behind = at + np.where(is_label, first + 1, np.where(first >= POINTER, 2, 1))
        is_question = ~is_label & (asked > 0)
        is_record = ~is_label & (asked == 0)
        over = np.where(is_record, behind + RECORD + numbers_at(buffer, behind + RECORD - 2, 2), behind + QUESTION)
        for name, which, size in ((QUESTIONS, is_question, QUESTION), (RECORDS, is_record, RECORD)):
            whole = which & (np.maximum(over, behind + size) <= end)
            yield name, rows[whole], behind[whole], over[whole]
        at = np.where(is_label, behind, over)
        asked, told = asked - is_question, told - is_record
