"""BitTorrent between peers: the handshake, and messages behind their length (BEP 3, BEP 10)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

NAME = b"\x13BitTorrent protocol"
LONGEST, LAST_KIND, EXTENDED, BITS, PORT = 1 << 18, 20, 20, 5, 9
WITH_INDEX, WITH_RANGE, PIECE = (4, 6, 7, 8, 13, 16, 17), (6, 8, 16), 7


def read_bittorrent(octets: bytes) -> Iterator[Line]:
    """Yield a handshake and messages; what belongs to a message before is no message."""
    scan = Scan(octets)
    if octets.startswith(NAME):
        yield Line("protocol.name.length", scan.number(1))
        yield Line("protocol.name", text_of(scan.take(len(NAME) - 1)))
        yield from (Line("reserved", scan.take(8)), Line("info_hash", scan.take(20)), Line("peer_id", scan.take(20)))
    while scan.left:
        size, kind = int.from_bytes(scan.octets[scan.at : scan.at + 4]), int.from_bytes(scan.octets[scan.at + 4 : scan.at + 5])
        if scan.left < 4 or size > LONGEST or (size and kind > LAST_KIND) or size + 4 > scan.left:
            if not scan.at:
                yield Line("continuous_data", octets)
            return
        yield from _message(scan.within(size + 4))


def _message(scan: Scan) -> Iterator[Line]:
    yield from (Line("msg", 1), Line("msg.length", scan.number(4)))
    kind = scan.number(1)
    yield Line("msg.type", kind)
    if kind in WITH_INDEX:
        yield Line("piece.index", scan.number(4))
        if kind in WITH_RANGE or kind == PIECE:
            yield Line("piece.begin", scan.number(4))
        if kind in WITH_RANGE:
            yield Line("piece.length", scan.number(4))
        elif kind == PIECE:
            yield Line("piece.data", scan.rest())
    elif kind == BITS:
        yield Line("msg.bitfield", scan.rest())
    elif kind == PORT:
        yield Line("port", scan.number(2))
    elif kind == EXTENDED:
        yield from (Line("extended.id", scan.number(1)), Line("extended", scan.rest()))
