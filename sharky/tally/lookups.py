"""What was asked of DNS servers and what they answered, from the messages' headers (RFC 1035 section 4.1.1)."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.model.totals import Lookups
from sharky.tables import Numbers
from sharky.tables.strides import gather

HEADER_OCTETS, FLAGS_AT = 12, 2
IS_RESPONSE, RESPONSE_CODE = 0x8000, 0x000F

TCP, LENGTH = 6, 2
"""Over TCP a message begins with its length (RFC 1035 section 4.2.2); one in several segments counts once, by the first."""

CODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE")
"""What a response code is called (RFC 6895 section 2.3)."""

MOST_NAMES = 1 << 16
"""Names that are told apart; who asks for more, asks for names that somebody invents."""


class LookupsTally:
    """Counts DNS messages; multicast DNS is another protocol and not counted.

    Attributes:
        names_refused: Queries for names for which there was no room.
    """

    def __init__(self, most_names: int = MOST_NAMES) -> None:
        self.names_refused = 0
        self._most_names = most_names
        self._queries = 0
        self._codes = np.zeros(RESPONSE_CODE + 1, np.int64)
        self._names: Counter[str] = Counter()

    def add(self, columns: Columns, labels: Labels) -> None:
        """Count a batch."""
        rows, flags = _flags(columns, _messages(columns, labels))
        is_response = flags & IS_RESPONSE != 0
        self._codes += np.bincount(flags[is_response] & RESPONSE_CODE, minlength=RESPONSE_CODE + 1)
        self._queries += int(np.count_nonzero(~is_response))
        asking = set(rows[~is_response].tolist())
        self._count_names(Counter(heard.name.lower() for row, heard in labels.heard if heard.kind == "dns" and row in asking))

    def merge(self, other: LookupsTally) -> None:
        """Add what another has counted."""
        self._queries += other._queries
        self._codes += other._codes
        self.names_refused += other.names_refused
        self._count_names(other._names)

    def lookups(self) -> Lookups:
        """Return all that was counted, the names with most queries first."""
        names = sorted(self._names.items(), key=lambda item: (-item[1], item[0]))
        codes = {_code_name(code): count for code, count in enumerate(self._codes.tolist()) if count}
        return Lookups(self._queries, int(self._codes.sum()), codes, tuple(names))

    def _count_names(self, names: Counter[str]) -> None:
        for name, count in names.items():
            if name in self._names or len(self._names) < self._most_names:
                self._names[name] += count
            else:
                self.names_refused += count


def _messages(columns: Columns, labels: Labels) -> NDArray[np.intp]:
    """Return the rows whose topmost layer is DNS, but for those that an error message only quotes."""
    is_dns = np.array([name == "dns" for name in columns.tree.name])
    for quoting in ("icmp", "icmpv6"):
        is_dns &= ~columns.tree.carries(quoting)[: len(is_dns)]
    return np.flatnonzero(is_dns.take(labels.path))


def _flags(columns: Columns, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], Numbers]:
    """Return those rows in which a message's header stands whole, and its flags."""
    skipped = np.where(columns.transport.take(rows) == TCP, LENGTH, 0)
    is_whole = columns.payload_captured.take(rows) >= skipped + HEADER_OCTETS
    rows, skipped = rows[is_whole], skipped[is_whole]
    offset = columns.payload_offset.take(rows)
    length = gather(columns.buffer, offset, LENGTH).astype(np.int64)
    begins = (skipped == 0) | (length[:, 0] << 8 | length[:, 1] >= HEADER_OCTETS)
    flags = gather(columns.buffer, (offset + skipped)[begins] + FLAGS_AT, 2).astype(np.int64)
    return rows[begins], flags[:, 0] << 8 | flags[:, 1]


def _code_name(code: int) -> str:
    return CODES[code] if code < len(CODES) else f"RCODE{code}"
