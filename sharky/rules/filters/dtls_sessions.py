"""Sessions of DTLS that go on with keys of earlier ones: a server says hello, and changes keys before it is done (RFC 5246 section 7.3).

Bounded: flows whose server has said hello.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.dtls import CHANGE, HANDSHAKE
from sharky.rules.filters.applications.scan import CutOffError, Line, Scan
from sharky.rules.filters.payloads import payloads

DTLS = "dtls"
RESUMED = "dtls-sessions"
"""The name under which the columns of fields ask for what is told, behind "head."."""

RESUMES = Line("resumed", 1)
SERVER_HELLO, SERVER_IS_DONE = 2, 14
MOST_FLOWS = 1 << 12


class DtlsSessions:
    """Follows all flows."""

    def __init__(self) -> None:
        self._greeted: OrderedDict[tuple[int, bool], None] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return in which packets of a batch keys are changed that had been agreed on earlier, each with its row."""
        return [
            (row, RESUMES)
            for row, flow, octets in payloads(columns, labels, DTLS)
            if octets[0] in (CHANGE, HANDSHAKE) and self._resumes((flow, bool(columns.is_forward[row])), octets)
        ]

    def _resumes(self, direction: tuple[int, bool], octets: bytes) -> bool:
        resumes = False
        for kind, message in _records(octets):
            if kind == CHANGE:
                resumes |= direction in self._greeted
            elif message == SERVER_HELLO:
                self._greeted[direction] = None
            elif message == SERVER_IS_DONE:
                self._greeted.pop(direction, None)
        if len(self._greeted) > MOST_FLOWS:
            self._greeted.popitem(last=False)
        return resumes


def _records(octets: bytes) -> Iterator[tuple[int, int]]:
    """Yield the kind of each record, and of the message that it begins with; -1 where that is encrypted.

    >>> list(_records(bytes.fromhex("14fefd00000000000000000001" "01")))
    [(20, 1)]
    """
    scan = Scan(octets)
    try:
        while scan.left:
            kind, _, epoch, _ = scan.number(1), scan.take(2), scan.number(2), scan.take(6)
            content = scan.take(scan.number(2))
            yield kind, content[0] if content and epoch == 0 else -1
    except CutOffError:
        return
