"""Files, shares and accounts that SMB 2 names: answers and messages on a share say less than what was asked before.

Bounded: connections, what is known of each, and the length of names that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.applications.smb2 import CONNECT, LIST, LOGIN, Message, messages_in, read_message, sealed_session, share_of
from sharky.rules.filters.whole_messages import WholeMessages

SMB2 = "smb2"
"""The name under which the columns of fields ask for it, behind "head."."""

NETBIOS = 4
MOST_CONNECTIONS, MOST_KNOWN, MOST_LOGINS, LONGEST_NAME = 1024, 256, 64, 260
KIND_AT = 2
FRAME = "session.frame"
WHO = {"username": "session.acct", "domain": "session.domain", "hostname": "session.host"}
"""What NTLM calls who logs in, and what a session does."""


@dataclass(slots=True)
class Known:
    """What is known of a connection.

    Attributes:
        logins: What is shown of everything in a session, by its number: the packet that it was logged in with last, and the names.
        shares: Their names, by the number of the session and their own.
        asked: By number of a question, the name of a share.
        listed: By number of a question, the class of a list.
    """

    logins: dict[int, dict[str, int | str]] = field(default_factory=dict)
    shares: dict[tuple[int, int], str] = field(default_factory=dict)
    asked: dict[int, str] = field(default_factory=dict)
    listed: dict[int, int] = field(default_factory=dict)

    def lines(self, octets: bytes, number: int) -> Iterator[Line]:
        """Tell what stands behind NetBIOS' head in packet `number`: messages that are chained together, or one that is sealed."""
        session = sealed_session(octets)
        if session is not None:
            yield from (Line("sealed", octets), *self._login(session))
        for message in messages_in(octets):
            yield from (Line("message", message.octets), *self._login(message.session))
            for line in self.read(message):
                yield line
                self._remember(message, line, number)
            if message.command == LOGIN and message.is_well and message.session in self.logins:
                self.logins[message.session][FRAME] = number

    def _login(self, session: int) -> Iterator[Line]:
        yield from (Line(name, value) for name, value in self.logins.get(session, {}).items())

    def _remember(self, message: Message, line: Line, number: int) -> None:
        """Remember who logs in to a session, and from where; NTLM says NULL where it says nothing."""
        if line.name not in WHO or message.is_answer:
            return
        if len(self.logins) >= MOST_LOGINS and message.session not in self.logins:
            self.logins.clear()
        login = self.logins.setdefault(message.session, {FRAME: number, **dict.fromkeys(WHO.values(), "")})
        login |= {FRAME: number, WHO[line.name]: "" if line.value == "NULL" else str(line.value)[:LONGEST_NAME]}

    def read(self, message: Message) -> Iterator[Line]:
        """Tell what a message says, and remember what others will need."""
        here = message.session, message.share
        if here in self.shares:
            yield Line("tree", self.shares[here])
        if not message.is_answer and message.command == CONNECT:
            self.asked[message.number] = share_of(message)[:LONGEST_NAME]
        elif not message.is_answer and message.command == LIST:
            self.listed[message.number] = message.number_at(KIND_AT, 1)
        elif message.command == CONNECT and message.is_well and message.number in self.asked:
            self.shares[here] = self.asked.pop(message.number)
        listed = self.listed.pop(message.number, 0) if message.is_answer else self.listed.get(message.number, 0)
        if listed and message.command == LIST:
            yield Line("infolevel", listed)
        yield from read_message(message, listed)
        if max(len(self.shares), len(self.asked), len(self.listed)) > MOST_KNOWN:
            self.shares, self.asked, self.listed = {}, {}, {}


class Smb2Messages:
    """Follows all connections that speak SMB 2."""

    def __init__(self) -> None:
        self._messages = WholeMessages("nbss")
        self._known: OrderedDict[int, Known] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        numbers = columns.position + columns.first_number
        return [
            (whole.row, line)
            for whole in self._messages.follow(columns, labels)
            for line in self._of(whole.flow).lines(whole.octets[NETBIOS:], int(numbers[whole.row]))
        ]

    def _of(self, flow: int) -> Known:
        known = self._known.setdefault(flow, Known())
        self._known.move_to_end(flow)
        if len(self._known) > MOST_CONNECTIONS:
            self._known.popitem(last=False)
        return known
