"""Which answer of STUN belongs to which request, and how long it took: by the flow and the transaction's number (RFC 8489, section 6.3).

As in Wireshark, time counts from the first message of a transaction. Bounded: transactions that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.payloads import TCP, UDP, payloads

STUN = "stun"
TRANSACTIONS = "stun-transactions"
"""The name under which the columns of fields ask for it, behind "head."."""

HEAD, COOKIE, NUMBER = 20, bytes.fromhex("2112a442"), slice(8, 20)
CLASS, REQUEST, ANSWERS = 0x0110, 0x0000, (0x0100, 0x0110)
LENGTH = 2
"""Octets of the length that stands ahead of messages over TCP."""

MOST_TRANSACTIONS = 1 << 14


@dataclass(slots=True)
class Transaction:
    """When a transaction began, and the numbers of the packets with its first request and its first other message; 0 for none."""

    began_ns: int
    asked: int = 0
    answered: int = 0


class StunTransactions:
    """Follows all transactions."""

    def __init__(self) -> None:
        self._transactions: OrderedDict[tuple[int, bytes], Transaction] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        numbers = columns.position + columns.first_number
        return [
            (row, line)
            for row, flow, octets in payloads(columns, labels, STUN, (UDP, TCP))
            for line in self._lines(flow, _message(octets), int(columns.time_ns[row]), int(numbers[row]))
        ]

    def _lines(self, flow: int, octets: bytes, time_ns: int, number: int) -> Iterator[Line]:
        if len(octets) < HEAD or octets[0] >> 6:
            return
        key, kind = (flow, octets[NUMBER]), int.from_bytes(octets[:2]) & CLASS
        known = self._transactions.setdefault(key, Transaction(time_ns))
        if len(self._transactions) > MOST_TRANSACTIONS:
            self._transactions.popitem(last=False)
        first = known.asked if kind == REQUEST else known.answered
        if first:
            yield Line("again", first)
        elif kind == REQUEST:
            known.asked = number
        else:
            known.answered = number
        if kind in ANSWERS and known.asked:
            yield from (Line("answers", known.asked), Line("time", time_ns - known.began_ns))


def _message(octets: bytes) -> bytes:
    return octets[LENGTH:] if octets[4:8] != COOKIE and octets[6:10] == COOKIE else octets
