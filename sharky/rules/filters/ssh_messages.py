"""SSH from segment to segment: what a side can often takes two of them, and what comes after it has changed its keys is encrypted.

Bounded: directions that are remembered, and how much of a packet that has begun.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.scan import CutOffError, Line, Scan
from sharky.rules.filters.applications.ssh import HEAD, NEW_KEYS, clear_size, read_greeting, read_packet, read_secret
from sharky.rules.filters.tcp_streams import Piece, Stream, pieces

SSH = "ssh"
"""The name under which the columns of fields ask for it, behind "head."."""

MOST_DIRECTIONS = 1024


@dataclass(slots=True)
class Side(Stream):
    """One direction of a connection.

    Attributes:
        waiting: A packet that has begun.
        is_secret: Whether keys were changed.
    """

    waiting: bytes = b""
    is_secret: bool = False

    def beside(self) -> Side:
        """Return a direction for what fills a gap."""
        return Side(is_secret=self.is_secret)

    def forget(self) -> None:
        """Give up the packet that has begun."""
        self.waiting = b""

    def read(self, octets: bytes, *, is_server: bool) -> Iterator[Line]:
        """Yield what packets say that end with some octets."""
        scan, self.waiting = Scan(self.waiting + octets), b""
        yield from read_greeting(scan)
        while scan.left and not self.is_secret:
            head = scan.octets[scan.at : scan.at + HEAD]
            size = clear_size(head) if len(head) == HEAD else 0
            if scan.left < (size or HEAD):
                self.waiting = scan.rest()
            elif size:
                self.is_secret = head[-1] == NEW_KEYS
                yield from _as_far_as_it_goes(read_packet(scan.within(size), is_server=is_server))
            else:
                break
        if scan.left:
            yield from _as_far_as_it_goes(read_secret(scan))


def _as_far_as_it_goes(lines: Iterator[Line]) -> Iterator[Line]:
    try:
        yield from lines
    except CutOffError:
        return


class SshMessages:
    """Follows all connections that speak SSH; clients are those who send to the lower port."""

    def __init__(self) -> None:
        self._sides: OrderedDict[tuple[int, bool], Side] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        is_server = columns.source_port < columns.destination_port
        told = ((piece.row, self._told(piece, is_server=bool(is_server[piece.row]))) for piece in pieces(columns, labels, SSH))
        return [(row, line) for row, lines in told for line in lines]

    def _told(self, piece: Piece, *, is_server: bool) -> list[Line]:
        side, octets = self._side(piece.key).next(piece.sequence, piece.octets)
        lines = list(side.read(octets, is_server=is_server)) if octets else []
        if piece.is_cut:
            side.forget()
        return [Line("direction", int(is_server)), *lines] if lines else []

    def _side(self, key: tuple[int, bool]) -> Side:
        side = self._sides.setdefault(key, Side())
        self._sides.move_to_end(key)
        if len(self._sides) > MOST_DIRECTIONS:
            self._sides.popitem(last=False)
        return side
