"""RTP and RTCP: sounds and pictures, and reports on how they arrive (RFC 3550 sections 5 and 6)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

SENDER, RECEIVER, DESCRIPTION, GOODBYE, APPLICATION = 200, 201, 202, 203, 204
FEEDBACK, PAYLOAD_FEEDBACK = 205, 206
ONE_OCTET_HEADS = 0xBEDE
HEAD = 12


def read_rtp(octets: bytes) -> Iterator[Line]:
    """Yield what stands behind the header of a packet: who contributed, an extension, the content, and what fills it up."""
    scan = Scan(octets)
    flags = scan.number(1)
    if flags >> 6 != 2:
        return
    scan.take(HEAD - 1)
    if flags & 0x0F:
        yield Line("csrc.items", 1)
        yield from (Line("csrc.item", scan.number(4)) for _ in range(flags & 0x0F))
    if flags & 0x10:
        yield from _extension(scan)
    padding = octets[-1] if flags & 0x20 else 0
    content = scan.within(scan.left - padding) if 0 < padding <= scan.left else scan.within(scan.left)
    if content.left:
        yield Line("payload", content.rest())
    if flags & 0x20 and scan.left:
        if scan.left > 1:
            yield Line("padding.data", scan.take(scan.left - 1))
        yield Line("padding.count", scan.number(1))


def _extension(scan: Scan) -> Iterator[Line]:
    profile, words = scan.number(2), scan.number(2)
    yield from (Line("ext.profile", profile), Line("ext.len", words))
    content = scan.within(words * 4)
    if not words:
        return
    yield Line("hdr_exts", 1)
    if profile != ONE_OCTET_HEADS:
        while content.left >= 4:
            yield Line("hdr_ext", content.number(4))
    while content.left:
        head = content.number(1)
        if head:
            size = (head & 0x0F) + 1
            yield from (
                Line("ext.rfc5285.id", head >> 4),
                Line("ext.rfc5285.len", size),
                Line("ext.rfc5285.data", content.within(size).octets),
            )


def read_rtcp(octets: bytes) -> Iterator[Line]:
    """Yield what one packet of a datagram reports."""
    scan = Scan(octets)
    flags, kind = scan.number(1), scan.number(1)
    count = flags & 0x1F
    yield Line("length", scan.number(2))
    if kind in (SENDER, RECEIVER):
        yield Line("rc", count)
        scan.take(4)
        yield from _sender(scan) if kind == SENDER else ()
        for _ in range(count):
            yield from _report(scan)
    elif kind in (DESCRIPTION, GOODBYE):
        yield Line("sc", count)
        yield from _descriptions(scan, count) if kind == DESCRIPTION else (Line("ssrc.identifier", scan.number(4)) for _ in range(count))
    elif kind in (FEEDBACK, PAYLOAD_FEEDBACK):
        yield Line("rtpfb.fmt" if kind == FEEDBACK else "psfb.fmt", count)
        scan.take(4)
        yield Line("mediassrc", scan.number(4))


def _sender(scan: Scan) -> Iterator[Line]:
    yield from (Line("timestamp.ntp", 1), Line("timestamp.ntp.msw", scan.number(4)), Line("timestamp.ntp.lsw", scan.number(4)))
    for name in ("timestamp.rtp", "sender.packetcount", "sender.octetcount"):
        yield Line(name, scan.number(4))


def _report(scan: Scan) -> Iterator[Line]:
    yield Line("ssrc.identifier", scan.number(4))
    yield Line("ssrc.fraction", scan.number(1))
    yield Line("ssrc.cum_nr", int.from_bytes(scan.take(3), signed=True))
    cycles, highest = scan.number(2), scan.number(2)
    yield from (Line("ssrc.ext_high", cycles << 16 | highest), Line("ssrc.high_cycles", cycles), Line("ssrc.high_seq", highest))
    for name in ("jitter", "lsr", "dlsr"):
        yield Line(f"ssrc.{name}", scan.number(4))


def _descriptions(scan: Scan, count: int) -> Iterator[Line]:
    for _ in range(count):
        begin = scan.at
        yield Line("ssrc.identifier", scan.number(4))
        kind = scan.number(1)
        yield Line("sdes.type", kind)
        while kind:
            size = scan.number(1)
            yield from (Line("sdes.length", size), Line("sdes.text", text_of(scan.take(size))))
            kind = scan.number(1)
            yield Line("sdes.type", kind)
        scan.within(-(scan.at - begin) % 4)
