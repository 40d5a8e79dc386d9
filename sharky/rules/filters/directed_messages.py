"""Messages of protocols in which an octet means one thing of a client and another of a server."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.databases import read_pgsql
from sharky.rules.filters.applications.scan import CutOffError, Line
from sharky.rules.filters.whole_messages import Whole, WholeMessages

PGSQL = "pgsql"
"""The name under which the columns of fields ask for it, behind "head."."""


class PgsqlMessages:
    """Follows all connections that speak PostgreSQL; clients are those who send to the lower port."""

    def __init__(self) -> None:
        self._messages = WholeMessages(PGSQL)

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        is_asked = columns.destination_port < columns.source_port
        return [(one.row, line) for one in self._messages.follow(columns, labels) for line in _lines(one, is_asked=bool(is_asked[one.row]))]


def _lines(message: Whole, *, is_asked: bool) -> Iterator[Line]:
    try:
        yield from read_pgsql(message.octets, is_asked=is_asked)
    except CutOffError:
        return
