"""Payloads of ISAKMP in which no others stand: keys, names, notices and what is sealed (RFC 2408 section 3, RFC 7296 section 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from sharky.rules.filters.applications.isakmp_attributes import SETTINGS, read_attributes
from sharky.rules.filters.applications.scan import CutOffError, Line, Scan, text_of

NAMES: Mapping[int, tuple[tuple[str, int], ...]] = {
    1: (("ipv4_addr", 4),),
    4: (("ipv4_addr", 4), ("ipv4_subnet", 4)),
    5: (("ipv6_addr", 16),),
    6: (("ipv6_addr", 16), ("ipv6_subnet", 16)),
    7: (("ipv4_range_start", 4), ("ipv4_range_end", 4)),
    8: (("ipv6_range_start", 16), ("ipv6_range_end", 16)),
}
"""Kinds of names that are addresses, with what they consist of and how many octets each has."""

TEXTS = {2: "id.data.fqdn", 3: "id.data.user_fqdn"}
SELECTORS = {7: ("ipv4", 4), 8: ("ipv6", 16)}
HASH = 20
ALIVE = {36136: "notify.data.dpd.are_you_there", 36137: "notify.data.dpd.are_you_there_ack"}


class Content(NamedTuple):
    """What a payload has in itself: all of the packet, read up to where it begins, where it ends, the version, and how deep it stands."""

    scan: Scan
    end: int
    version: int
    depth: int

    @property
    def is_second(self) -> bool:
        """Whether it is of the second version."""
        return self.version == 2

    def rest(self) -> bytes:
        """Read what is left of it."""
        return self.scan.take(self.end - self.scan.at)


def anything(content: Content) -> Iterator[Line]:
    """Read what is of an unknown kind."""
    yield Line("datapayload", content.rest())


def _all_of(name: str) -> Callable[[Content], Iterator[Line]]:
    def read(content: Content) -> Iterator[Line]:
        yield Line(name, content.rest())

    return read


def _keys(content: Content) -> Iterator[Line]:
    if content.is_second:
        yield from (Line("key_exchange.dh_group", content.scan.number(2)), Line("reserved", content.scan.take(2)))
    yield Line("key_exchange.data", content.rest())


def _name(content: Content) -> Iterator[Line]:
    scan = content.scan
    kind = scan.number(1)
    yield Line("id.type", kind)
    if content.version == 1:
        yield from (Line("id.protoid", scan.number(1)), Line("id.port", scan.number(2)))
    elif content.is_second:
        yield Line("reserved", scan.take(3))
    name = Scan(content.rest())
    yield Line("id.data", 1)
    if kind in TEXTS:
        yield Line(TEXTS[kind], text_of(name.rest()))
    for part, width in NAMES.get(kind, ()):
        yield Line(f"id.data.{part}", name.number(width) if width == 4 else name.take(width))


def _certificate(content: Content) -> Iterator[Line]:
    yield Line("cert.encoding", content.scan.number(1))


def _wanted_certificate(content: Content) -> Iterator[Line]:
    kind = content.scan.number(1)
    yield Line("certreq.type", kind)
    if content.is_second:
        hashes = -((content.scan.at - content.end) // HASH)
        yield from (Line("ike.certreq.authority", content.scan.take(HASH)) for _ in range(hashes))
    elif content.version == 1 and kind != 4 and content.scan.at < content.end:
        yield Line("ike.certreq.authority", content.rest())


def _proof(content: Content) -> Iterator[Line]:
    yield from (Line("auth.method", content.scan.number(1)), Line("reserved", content.scan.take(3)))
    yield Line("auth.data", content.rest())


def _notice(content: Content) -> Iterator[Line]:
    scan = content.scan
    if content.version == 1:
        yield Line("notify.doi", scan.number(4))
    yield Line("notify.protoid", scan.number(1))
    spi = scan.number(1)
    yield Line("spisize", spi)
    kind = scan.number(2)
    yield Line("notify.msgtype", kind)
    if spi:
        yield Line("spi", scan.take(spi))
    said = content.rest()
    yield Line("notify.data", said)
    if content.version == 1 and kind in ALIVE and 0 < len(said) <= 4:
        yield Line(ALIVE[kind], int.from_bytes(said))


def _deletion(content: Content) -> Iterator[Line]:
    scan = content.scan
    if content.version == 1:
        yield Line("delete.doi", scan.number(4))
    yield Line("delete.protoid", scan.number(1))
    spi = scan.number(1)
    yield from (Line("spisize", spi), Line("spinum", scan.number(2)))
    while spi and scan.at < content.end:
        yield Line("delete.spi", scan.take(spi))


def _settings(content: Content) -> Iterator[Line]:
    if content.version not in (1, 2):
        return
    yield Line("cfg.type", content.scan.number(1))
    yield Line("reserved", content.scan.take(3 if content.is_second else 1))
    if not content.is_second:
        yield Line("cfg.identifier", content.scan.number(2))
    yield from read_attributes(SETTINGS, content.scan, content.end)


def _address(content: Content) -> Iterator[Line]:
    kind = content.scan.number(1)
    yield Line("id.type", kind)
    content.scan.take(3)
    if kind == 1:
        yield Line("ike.nat_original_address_ipv4", content.scan.number(4))
    elif kind == 5:
        yield Line("ike.nat_original_address_ipv6", content.scan.take(16))


def _traffic(content: Content) -> Iterator[Line]:
    scan = content.scan
    yield from (Line("ts.number", scan.number(1)), Line("reserved", scan.take(3)))
    while scan.at < content.end:
        kind, protocol, size = scan.number(1), scan.number(1), scan.number(2)
        begin = scan.at - 4
        yield from (Line("ts.data", 1), Line("ts.type", kind)) if size >= 4 else ()
        if size >= 4 and kind in SELECTORS:
            version, width = SELECTORS[kind]
            yield from (Line("ts.protoid", protocol), Line("ts.selector_length", size))
            yield from (Line("ts.start_port", scan.number(2)), Line("ts.end_port", scan.number(2)))
            for end in ("start", "end"):
                yield Line(f"ts.{end}_{version}", scan.number(width) if width == 4 else scan.take(width))
        scan.at = begin + max(size, 4)


def _sealed(content: Content) -> Iterator[Line]:
    """Read what only both ends can."""
    if content.is_second:
        yield from (Line("enc.iv", content.scan.take(4)), Line("enc.data", 1))


def _fragment(content: Content) -> Iterator[Line]:
    if content.is_second:
        yield from (Line("frag.number", content.scan.number(2)), Line("frag.total", content.scan.number(2)))


def _of_groups(_: Content) -> Iterator[Line]:
    """Give up at keys of groups (RFC 6407), for which old drafts of RFC 3947 had the same kind as for addresses."""
    yield from ()
    raise CutOffError


PLAIN: Mapping[int, Callable[[Content], Iterator[Line]]] = {
    **dict.fromkeys((4, 34), _keys),
    **dict.fromkeys((5, 35, 36), _name),
    **dict.fromkeys((6, 37), _certificate),
    **dict.fromkeys((7, 38), _wanted_certificate),
    8: _all_of("hash"),
    9: _all_of("sig"),
    **dict.fromkeys((10, 40), _all_of("nonce")),
    **dict.fromkeys((11, 41), _notice),
    **dict.fromkeys((12, 42), _deletion),
    **dict.fromkeys((13, 43), _all_of("vid_bytes")),
    **dict.fromkeys((14, 47), _settings),
    **dict.fromkeys((20, 130), _all_of("ike.nat_hash")),
    **dict.fromkeys((21, 131), _address),
    39: _proof,
    **dict.fromkeys((44, 45), _traffic),
    46: _sealed,
    53: _fragment,
    **dict.fromkeys((15, 16, 17), _of_groups),
    **dict.fromkeys((18, 48, 49, 132), lambda _: iter(())),
}
"""What reads the payloads of each kind in which no others stand; `anything` reads those of unknown kinds."""
