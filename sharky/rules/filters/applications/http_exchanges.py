"""Requests and answers of one HTTP connection: how many there were, and which belong together (RFC 9112 section 9.3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from sharky.rules.filters.applications.http_bodies import read_body
from sharky.rules.filters.applications.http_credentials import read_credentials
from sharky.rules.filters.applications.scan import Line

MOST_WAITING = 64
"""Requests without an answer."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of HTTP as far as it is known.

    Attributes:
        row: In the batch, of the packet in which it ends.
        number: Of that packet.
        time_ns: When that came.
        head: First line and headers.
        body: What follows, as far as it was kept.
        chunks: How long its pieces were, if it came in such.
    """

    row: int
    number: int
    time_ns: int
    head: bytes
    body: bytes
    chunks: tuple[int, ...]


@dataclass(slots=True)
class Exchanges:
    """What was asked and answered so far.

    Attributes:
        asked, answered: How often.
        last_asked, last_answered: Numbers of the packets in which that was last.
        waiting: Of requests without an answer the number of the packet, its time, the whole address, and the number of the request before.
    """

    asked: int = 0
    answered: int = 0
    last_asked: int = 0
    last_answered: int = 0
    waiting: deque[tuple[int, int, str, int]] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))

    def lines(self, message: Message, head: list[Line]) -> Iterator[Line]:
        """Yield what follows from a message and those before it; `head` is what its head says."""
        said = {line.name: str(line.value) for line in head}
        if ":request" in said:
            self.asked += 1
            yield Line(":number", self.asked)
            if self.last_asked:
                yield Line(":before", self.last_asked)
            self.waiting.append((message.number, message.time_ns, said.get(":full uri", ""), self.last_asked))
            self.last_asked = message.number
        elif ":answer version" in said:
            yield from self._answer(message)
        yield from read_credentials(said)
        yield from _chunks(message)
        yield from read_body(message.body, said)

    def _answer(self, message: Message) -> Iterator[Line]:
        self.answered += 1
        yield Line(":answer number", self.answered)
        if self.last_answered:
            yield Line(":answer before", self.last_answered)
        self.last_answered = message.number
        if self.waiting:
            number, time_ns, address, before = self.waiting.popleft()
            if before:
                yield Line(":before", before)
            yield from (Line(":answers", number), Line(":time", message.time_ns - time_ns))
            if address:
                yield Line(":answers uri", address)


def _chunks(message: Message) -> Iterator[Line]:
    at = 0
    for size in message.chunks:
        yield Line(":chunk", size)
        if not message.body:
            yield Line(":body", b"")
        if size:
            yield from (Line(":chunk data", message.body[at : at + size]), Line(":chunk end", b"\r\n"))
        at += size
