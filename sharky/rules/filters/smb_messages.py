"""Messages of SMB 1: in sessions of NetBIOS, which segments may cut, or in datagrams behind names (MS-CIFS, RFC 1002)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.payloads import payloads
from sharky.rules.filters.whole_messages import Whole, WholeMessages

SMB = "smb"
SMB1 = "smb1"
"""The name under which parts ask for it, behind "head."."""

BEGIN = b"\xffSMB"
SESSION_HEAD, DATAGRAM_HEAD = 4, 82


class SmbMessages:
    """Follows all connections that speak SMB 1, and takes datagrams as they are."""

    def __init__(self) -> None:
        self._sessions = WholeMessages("nbss", one_by_one=True)

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        return [(one.row, Line("message", one.octets)) for one in self._found(columns, labels) if one.octets.startswith(BEGIN)]

    def _found(self, columns: Columns, labels: Labels) -> Iterator[Whole]:
        for row, flow, octets in payloads(columns, labels, SMB):
            yield Whole(row, flow, octets[DATAGRAM_HEAD:])
        for one in self._sessions.follow(columns, labels):
            yield one._replace(octets=one.octets[SESSION_HEAD:])
