"""Files and shares that SMB 2 names: answers and messages on a share say less than what was asked before.

Bounded: connections, and what is known of each.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.applications.smb2 import CONNECT, LIST, Message, messages_in, read_message, share_of
from sharky.rules.filters.whole_messages import WholeMessages

SMB2 = "smb2"
"""The name under which the columns of fields ask for it, behind "head."."""

MOST_CONNECTIONS, MOST_KNOWN = 1024, 1024
KIND_AT = 2


@dataclass(slots=True)
class Known:
    """What is known of a connection.

    Attributes:
        shares: Their names, by the number of the session and their own.
        asked: By number of a question, the name of a share.
        listed: By number of a question, the class of a list.
    """

    shares: dict[tuple[int, int], str] = field(default_factory=dict)
    asked: dict[int, str] = field(default_factory=dict)
    listed: dict[int, int] = field(default_factory=dict)

    def read(self, message: Message) -> Iterator[Line]:
        """Tell what a message says, and remember what others will need."""
        here = message.session, message.share
        if here in self.shares:
            yield Line("tree", self.shares[here])
        if not message.is_answer and message.command == CONNECT:
            self.asked[message.number] = share_of(message)
        elif not message.is_answer and message.command == LIST:
            self.listed[message.number] = message.number_at(KIND_AT, 1)
        elif message.command == CONNECT and message.is_well and message.number in self.asked:
            self.shares[here] = self.asked.pop(message.number)
        yield from read_message(message, self.listed.pop(message.number, 0) if message.is_answer else 0)
        if max(len(self.shares), len(self.asked), len(self.listed)) > MOST_KNOWN:
            self.shares, self.asked, self.listed = {}, {}, {}


class Smb2Messages:
    """Follows all connections that speak SMB 2."""

    def __init__(self) -> None:
        self._messages = WholeMessages("nbss")
        self._known: OrderedDict[int, Known] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        return [
            (whole.row, line)
            for whole in self._messages.follow(columns, labels)
            for message in messages_in(whole.octets)
            for line in self._of(whole.flow).read(message)
        ]

    def _of(self, flow: int) -> Known:
        known = self._known.setdefault(flow, Known())
        self._known.move_to_end(flow)
        if len(self._known) > MOST_CONNECTIONS:
            self._known.popitem(last=False)
        return known
