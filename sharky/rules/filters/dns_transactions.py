"""Which answer of DNS belongs to which question, and how long it took: by the flow and the message's number, as in Wireshark.

Bounded: questions that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.dns_streams import DnsStreams
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.messages import dns_messages
from sharky.rules.filters.parts import joined

PROTOCOLS = ("dns", "mdns", "llmnr")
QUOTING = ("icmp", "icmpv6")
RESPONSE = 0x8000
MOST_QUESTIONS = 1 << 14
AGAIN_NS = 5_000_000_000
"""For how long the same question is the same one sent again."""

Found = dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]


@dataclass(slots=True)
class Question:
    """A question: the number of its packet, when it came, and the number of the packet that answered it first; 0 for none."""

    number: int
    time_ns: int
    answered_by: int = 0


class DnsTransactions:
    """Follows all questions."""

    def __init__(self) -> None:
        self._streams = DnsStreams()
        self._questions: OrderedDict[tuple[int, int], Question] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> Found:
        """Return by name a value of each row, and which rows have it: "time", "to", "again" and "unsolicited".

        Nothing is told of messages that are cut, but these are remembered.
        "asked again" and "answered again" are the number of the packet that did so first.
        """
        found: Found = {
            name: (np.zeros(len(columns), np.int64 if name == "time" else np.uint32), np.zeros(len(columns), np.bool_))
            for name in ("time", "to", "again", "asked again", "answered again", "unsolicited")
        }
        for row, flow, identifier, is_answer in _messages(columns, labels, self._streams):
            question = Question(columns.first_number + int(columns.position[row]), int(columns.time_ns[row]))
            for name, value in self._take((flow, identifier), question, is_answer=is_answer):
                if columns.payload_captured[row] < columns.payload_length[row]:
                    break
                found[name][0][row], found[name][1][row] = value, True
        return found

    def _take(self, key: tuple[int, int], new: Question, *, is_answer: bool) -> list[tuple[str, int]]:
        """Take a message, and return what there is to say of it."""
        known = self._questions.get(key)
        if is_answer:
            return _answered(known, new)
        if known and not known.answered_by and new.time_ns - known.time_ns < AGAIN_NS:
            return [("again", 1), ("asked again", known.number)]
        self._questions[key] = new
        self._questions.move_to_end(key)
        if len(self._questions) > MOST_QUESTIONS:
            self._questions.popitem(last=False)
        return []


def _answered(question: Question | None, answer: Question) -> list[tuple[str, int]]:
    if not question:
        return [("unsolicited", 1)]
    if question.answered_by:
        return [("again", 1), ("answered again", question.answered_by)]
    question.answered_by = answer.number
    return [("time", answer.time_ns - question.time_ns), ("to", question.number)]


def _messages(columns: Columns, labels: Labels, streams: DnsStreams) -> list[tuple[int, int, int, bool]]:
    """Return the messages in the order of capture: row, flow, number, and whether it answers."""
    tree = columns.tree
    is_dns = np.logical_or.reduce([tree.carries(name) for name in PROTOCOLS]) & ~np.logical_or.reduce(
        [tree.carries(name) for name in QUOTING]
    )
    buffer, over_tcp, _ = streams.follow(columns, labels)
    messages = joined(dns_messages(columns, is_dns.take(labels.path), over_tcp), len(columns))
    if messages is None:
        return []
    order = columns.position[messages.rows].argsort(kind="stable")
    rows = np.asarray(messages.rows)[order]
    identifier, flags = (numbers_at(buffer, messages.offset[order] + at, 2) for at in (0, 2))
    return list(zip(rows.tolist(), labels.flow[rows].tolist(), identifier.tolist(), ((flags & RESPONSE) != 0).tolist(), strict=True))
