"""Which ARP packets give an IPv4 address another MAC address than packets before did: two devices share it, or one pretends.

As in Wireshark, requests and replies say who sends, and replies whom they are for. The first MAC address of an IPv4 address is the one
that others are held against; it is seen again in each packet that repeats it.
Bounded: addresses that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.gathering import numbers_at, outermost

REQUEST, REPLY = 1, 2
KINDS = 0x0001_0800_0604
"""ARP begins with what kinds of addresses it is about, Ethernet's and IPv4's, and how long they are (RFC 826)."""

OPERATION_AT, MAC_AT, ADDRESS_AT = 6, (8, 18), (14, 24)
HEADER = 28
GROUP = 1 << 40
SECOND_NS = 1_000_000_000
MOST_ADDRESSES = 1 << 14

SENDER, TARGET = "sender", "target"
Found = dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]
Pair = tuple[int, str, int, int]


class ArpAddresses:
    """Follows who says what address it has."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[int, int, int]] = OrderedDict()
        """By IPv4 address the MAC address, and the packet that said so last, and when that came, in seconds."""

    def follow(self, columns: Columns, labels: Labels) -> Found:  # noqa: ARG002 - as of all followers
        """Return by whose address it is which packet said otherwise, and how many seconds before."""
        count = len(columns)
        found: Found = {
            f"{whose}{what}": (np.zeros(count, np.int64), np.zeros(count, np.bool_))
            for whose in (SENDER, TARGET)
            for what in ("", " since")
        }
        for row, whose, mac, address in _pairs(columns):
            number, second = columns.first_number + int(columns.position[row]), int(columns.time_ns[row]) // SECOND_NS
            earlier = self._known.get(address)
            if earlier is None or earlier[0] == mac:
                self._remember(address, (mac, number, second))
                continue
            for what, value in (("", earlier[1]), (" since", max(second - earlier[2], 0))):
                values, is_there = found[f"{whose}{what}"]
                values[row], is_there[row] = value, True
        return found

    def _remember(self, address: int, said: tuple[int, int, int]) -> None:
        self._known[address] = said
        self._known.move_to_end(address)
        if len(self._known) > MOST_ADDRESSES:
            self._known.popitem(last=False)


def _pairs(columns: Columns) -> Iterator[Pair]:
    """Yield row, whose, MAC address and IPv4 address of all that ARP says, in the order of capture."""
    rows, begin, end = outermost(columns, "arp")
    kinds, operation = numbers_at(columns.buffer, begin, 6), numbers_at(columns.buffer, begin + OPERATION_AT, 2)
    which = np.flatnonzero(np.isin(operation, (REQUEST, REPLY)) & (kinds == KINDS) & (begin + HEADER <= end))
    which = which[columns.position[rows[which]].argsort()]
    rows, begin, is_reply = rows[which], begin[which], operation[which] == REPLY
    macs = [numbers_at(columns.buffer, begin + at, 6).tolist() for at in MAC_AT]
    addresses = [numbers_at(columns.buffer, begin + at, 4).tolist() for at in ADDRESS_AT]
    said = zip(rows.tolist(), is_reply.tolist(), macs[0], addresses[0], macs[1], addresses[1], strict=True)
    for row, is_answer, mac, address, target_mac, target in said:
        if _is_one_s(mac, address):
            yield row, SENDER, mac, address
        if is_answer and target != address and _is_one_s(target_mac, target):
            yield row, TARGET, target_mac, target


def _is_one_s(mac: int, address: int) -> bool:
    """Return whether these are addresses of one device, none of them 0 and none of a group."""
    return bool(mac and address) and not mac & GROUP
