"""From header to header, for many packets at once.

Each packet has a cursor. All packets whose next header is of the same kind are read together: their headers are
gathered in one go (5 ns a packet), looked at as columns, and sorted to what comes next. Rows that stand together stay
slices, which cost nothing; the rows of a batch are ordered once at the start so that they mostly do (see `order`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.fragments import Fragments
from sharky.dissect.gathering import Gathering
from sharky.dissect.heads import Heads
from sharky.dissect.registry import NO_LAYOUT, Codes, Fields, Header, Read, code, header
from sharky.dissect.rows import LONG_RUN, Mask, apart, choose, rows_at
from sharky.dissect.waiting import Waiting
from sharky.model.columns import PROBLEMS, HeaderPlace, Rows
from sharky.model.packets import Octets, Offsets, PacketBatch
from sharky.model.protocols import ROOT, ProtocolTree
from sharky.tables.strides import Voids

TRUNCATED = PROBLEMS.index("truncated")
MALFORMED = PROBLEMS.index("malformed")
UNKNOWN_LINKTYPE = PROBLEMS.index("unknown_linktype")

DATA = code("data")

LONGEST = np.int64(1 << 40)
"""Longer than any packet, where a header sets no bound."""

MAXIMUM_DEPTH = 128
"""How many headers of one packet are read: deeper nesting is not a network but an attack."""


NO_PLACES = np.empty(0, np.intp)


@dataclass(frozen=True, slots=True)
class Found:
    """Headers of one kind that are captured whole.

    Attributes:
        rows: Whose they are.
        offset: (len(rows),) int64, where each begins.
        fields: (len(rows),) the part that has always the same length, as a record array in network order.
    """

    rows: Rows
    offset: Offsets
    fields: Fields

    def part(self, mask: Mask) -> Found:
        """Return those headers for which the mask holds."""
        return self.at(mask.nonzero()[0])

    def at(self, places: Rows) -> Found:
        """Return the headers at some places."""
        return Found(rows_at(self.rows, places), self.offset[places], self.fields[places])


@dataclass(frozen=True, slots=True)
class Joined:
    """A datagram that fragments make.

    Attributes:
        row: The packet that made it whole, which goes on with it.
        to: What its first header is.
        octets: All of it.
        numbers: Of the packets that its fragments came in.
        of: "ip" or "ipv6", which was cut into pieces.
    """

    row: int
    to: int
    octets: bytes
    numbers: list[int]
    of: str


class Walk:
    """One batch on its way through its headers.

    Attributes:
        tree: Where paths of protocols are numbered.
        fragments: The datagrams that miss pieces; None where nobody remembers them.
        offset, captured, wire_length: As in `Columns`.
        limit: (n,) the first octet behind what was captured of each packet.
        cursor: (n,) where the next header begins.
        reach: (n,) the first octet behind what the layers so far say belongs to the packet, captured or not.
        path, problem, stopped_at, transport, source_port, destination_port, payload_offset, payload_length: As in `Columns`.
        headers: As in `Columns`.
        source_end, destination_end: (n,) uint64, address and port of either side folded into a word; 0 where there is no IP.
        joined: Datagrams that have become whole, and are to be read when all else has been.
        is_quoted: (n,) whether the headers now read are those of a packet that an error message quotes.
    """

    def __init__(
        self, batch: PacketBatch, position: NDArray[np.intp], octets: Voids | None, tree: ProtocolTree, fragments: Fragments | None
    ) -> None:
        count = len(position)
        self.tree = tree
        self.fragments = fragments
        self.offset = batch.offset[position]
        self.captured = batch.captured[position]
        self.wire_length = batch.wire_length[position]
        self.limit = self.offset + self.captured
        self.cursor = self.offset.copy()
        self.reach = self.offset + np.maximum(self.wire_length, self.captured)
        self.path = np.full(count, ROOT, np.int32)
        self.problem = np.zeros(count, np.uint8)
        self.stopped_at = np.zeros(count, np.int64)
        self.transport = np.zeros(count, np.uint8)
        self.source_port = np.zeros(count, np.uint16)
        self.destination_port = np.zeros(count, np.uint16)
        self.source_end = np.zeros(count, np.uint64)
        self.destination_end = np.zeros(count, np.uint64)
        self.payload_offset = np.zeros(count, np.int64)
        self.payload_length = np.zeros(count, np.int64)
        self.is_quoted = np.zeros(count, np.bool_)
        self.headers: dict[str, list[HeaderPlace]] = {}
        self.cut_headers: dict[str, list[HeaderPlace]] = {}
        self.joined: list[Joined] = []
        self._first_number, self._position = batch.first_number, position
        self._depth = np.zeros(count, np.uint8)
        self._rounds = 0
        self._waiting = Waiting()
        self._octets = Gathering(batch.buffer, None if octets is None else Heads(octets[position], self.offset), batch.spare)

    @property
    def buffer(self) -> Octets:
        """The batch's octets; behind them, datagrams that fragments make."""
        return self._octets.buffer

    def run(self) -> None:
        """Read headers until no packet has another."""
        while self._waiting:
            number, groups = self._waiting.take()
            for rows in groups:
                self._descend(header(number), rows)
            if self.joined and not self._waiting:
                self._go_on_with_joined()

    def _go_on_with_joined(self) -> None:
        """Let packets go on with what stands in the datagrams that they made whole."""
        joined, self.joined = sorted(self.joined, key=lambda datagram: datagram.row), []
        rows = np.array([datagram.row for datagram in joined])
        numbers = [np.array(datagram.numbers, ">u4").tobytes() for datagram in joined]
        first = self._octets.append([its + datagram.octets for its, datagram in zip(numbers, joined, strict=True)])
        begin = first + np.array([len(its) for its in numbers])
        self.limit[rows] = self.reach[rows] = begin + [len(datagram.octets) for datagram in joined]
        for of in ("ip", "ipv6"):
            some = np.array([datagram.of == of for datagram in joined])
            self._note_whole(of, rows[some], first[some], begin[some])
        self.send(rows, begin, np.array([datagram.to for datagram in joined], np.uint16))

    def _note_whole(self, of: str, rows: Rows, first: Offsets, begin: Offsets) -> None:
        """Note where the numbers of the packets stand that datagrams came in, and where these begin."""
        if len(begin):
            nothing = np.empty(len(begin), NO_LAYOUT)
            self.headers.setdefault(f"{of} pieces", []).append(HeaderPlace(rows, first, begin, nothing))
            self.headers.setdefault(f"{of} whole", []).append(HeaderPlace(rows, begin, self.limit[rows], nothing))

    def numbers(self, rows: Rows) -> NDArray[np.intp]:
        """Return the numbers of packets."""
        return self._first_number + self._position[rows]

    def _descend(self, kind: Header, rows: Rows) -> None:
        """Read the next header of those rows that are not nested too deeply; none is nested deeper than there were rounds."""
        self._depth[rows] += 1
        self._rounds += 1
        if self._rounds > MAXIMUM_DEPTH:
            is_too_deep = self._depth[rows] > MAXIMUM_DEPTH
            if is_too_deep.any():
                self.stop(choose(rows, is_too_deep), MALFORMED)
                rows = choose(rows, ~is_too_deep)
        self._enter(kind, rows)

    def _enter(self, kind: Header, rows: Rows) -> None:
        """Read the next header of `rows`, which is of this kind."""
        offset = self.cursor[rows].copy()
        found = Found(rows, offset, self._octets.records(rows, offset, kind.layout))
        end = np.minimum(self.reach[rows], self.limit[rows])
        is_whole = end - found.offset >= kind.layout.itemsize
        if kind.accepts is not None:
            is_other = (end > found.offset) & ~kind.accepts(found.fields)
            if is_other.any():
                self.send(choose(rows, is_other), found.offset[is_other], DATA)
                found, end, is_whole = found.part(~is_other), end[~is_other], is_whole[~is_other]
        if is_whole.all():
            self._step(found.rows, kind.names)
        else:
            self._step(choose(found.rows, found.offset <= end), kind.names)
            cut = found.part(~is_whole)
            self._note_cut(kind, cut, end[~is_whole])
            self.stop(cut.rows, self._why_cut(cut.rows, kind.layout.itemsize))
            if kind.salvage is not None:
                kind.salvage(self, cut)
            found, end = found.part(is_whole), end[is_whole]
        if len(found.offset):
            self._read_whole(kind, found, end)

    def _read_whole(self, kind: Header, found: Found, end: Offsets) -> None:
        """Read headers that are whole: odd ones apart, unless they leave too few usual ones together."""
        odd = kind.is_odd(found.fields).nonzero()[0] if kind.is_odd else NO_PLACES
        if not len(odd):
            self._read(kind, kind.read, found, end)
            return
        usual, others = apart(odd, len(found.offset))
        if usual.stop - usual.start < LONG_RUN:
            self._read(kind, kind.read_odd, found, end)
            return
        self._read(kind, kind.read_odd, found.at(others), end[others])
        self._read(kind, kind.read, found.at(usual), end[usual])

    def _read(self, kind: Header, read: Read | None, found: Found, end: Offsets) -> None:
        """Note where headers stand that are whole, and let a reader look at them."""
        if kind.names:
            self.headers.setdefault(kind.names[-1], []).append(HeaderPlace(found.rows, found.offset, end, found.fields))
        if read is not None:
            read(self, found)

    def _note_cut(self, kind: Header, cut: Found, end: Offsets) -> None:
        """Note where headers begin that are not whole, and may have no octet at all."""
        begins = cut.offset <= end
        if kind.names and begins.any():
            nothing = np.empty(np.count_nonzero(begins), NO_LAYOUT)
            place = HeaderPlace(choose(cut.rows, begins), cut.offset[begins], end[begins], nothing)
            self.cut_headers.setdefault(kind.names[-1], []).append(place)

    def _why_cut(self, rows: Rows, size: int) -> NDArray[np.uint8]:
        """Tell for rows whose header is not whole whether the capture or the packet itself ends too early."""
        has_room = self.reach[rows] - self.cursor[rows] >= size
        return np.where(has_room, TRUNCATED, MALFORMED).astype(np.uint8)

    def peek(self, rows: Rows, offset: Offsets, layout: np.dtype[Any]) -> Fields:
        """Return the octets at each offset as records, all zero where a record is not wholly the packet's own."""
        records = self._octets.records(rows, offset, layout)
        is_outside = offset + layout.itemsize > np.minimum(self.reach[rows], self.limit[rows])
        records[is_outside] = np.zeros((), layout)
        return records

    def send(self, rows: Rows, offset: Offsets, to: Codes | int) -> None:
        """Let the next header of `rows` begin at `offset` and be what `to` says: one code for all, or one each."""
        if not len(offset):
            return
        self.cursor[rows] = offset
        self._waiting.add(rows, to)

    def narrow(self, rows: Rows, reach: Offsets) -> Offsets:
        """Note that the packets of `rows` end at `reach`, if they did not end before; return where they end now."""
        nearer: Offsets = np.minimum(self.reach[rows], reach)
        self.reach[rows] = nearer
        return nearer

    def stop(self, rows: Rows, problem: NDArray[np.uint8] | int) -> None:
        """Note a problem with the header at the cursor, unless there is one already.

        A quoted packet is always cut, by whoever quotes it: that is no problem. A header that should begin behind the
        packet stops it at its end.
        """
        is_first = (self.problem[rows] == 0) & ~self.is_quoted[rows]
        worse = np.broadcast_to(np.asarray(problem, np.uint8), is_first.shape)
        self.problem[rows] = np.where(is_first, worse, self.problem[rows])
        place = np.minimum(self.cursor[rows] - self.offset[rows], np.maximum(self.wire_length[rows], self.captured[rows]))
        self.stopped_at[rows] = np.where(is_first, place, self.stopped_at[rows])

    def note(self, name: str, found: Found) -> None:
        """Note where headers stand under a name that is no protocol's."""
        if len(found.offset):
            end = np.minimum(self.reach[found.rows], self.limit[found.rows])
            self.headers.setdefault(name, []).append(HeaderPlace(found.rows, found.offset, end, np.empty(len(end), NO_LAYOUT)))

    def withdraw(self, name: str, mask: Mask) -> None:
        """Forget where those headers stand that were found last and for which the mask does not hold."""
        last = self.headers[name].pop()
        if mask.any():
            self.headers[name].append(HeaderPlace(choose(last.rows, mask), last.offset[mask], last.end[mask], last.octets[mask]))

    def room(self, found: Found) -> NDArray[np.int64]:
        """Return how many captured octets each packet has from its header on."""
        room: NDArray[np.int64] = np.minimum(self.reach[found.rows], self.limit[found.rows]) - found.offset
        return room

    def name(self, rows: Rows, codes: Codes) -> None:
        """Add to each packet's path the layer that its code names, without reading it."""
        for number in np.bincount(codes).nonzero()[0].tolist():
            named = choose(rows, codes == number)
            self._step(named, header(number).names)

    def _step(self, rows: Rows, names: tuple[str, ...]) -> None:
        for name in names:
            self.path[rows] = self.tree.step(self.path[rows], name)
