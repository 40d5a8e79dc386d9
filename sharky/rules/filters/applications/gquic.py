"""Google's QUIC before it had a TLS: flags, and hellos, which are lists of things with a name of four letters each.

As in "QUIC Crypto" of Google's (A. Langley, W. Chang, revision of 2016), and as Wireshark reads it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from sharky.rules.filters.applications.scan import Line, Scan, text_of

LONG, SHORT = 0x80, 0x40
VERSION, CONNECTION = 0x01, 0x08
FLAGS = (("version", 0, 1), ("reset", 1, 1), ("nonce", 2, 1), ("cid", 3, 1), ("pkn", 4, 3), ("mpth", 6, 1), ("rsv", 7, 1))
"""Of each flag its name, where it stands, and its bits."""

HELLO_AT = 100
"""Octets within which a hello begins."""

LATER = b"Q039"
"""The version from which on numbers stand with the greatest octet first."""

STREAM, COUNTED = 0x80, 0x20
OFFSETS = (0, 2, 3, 4, 5, 6, 7, 8)
"""Octets of an offset, by three bits of the kind of a frame."""

CONFIGURATION = b"SCFG"
WIDTHS = {"u32": 4, "u64": 8}
SECOND = 1_000_000_000
"""In nanoseconds."""


@cache
def _tags() -> dict[bytes, tuple[str, str]]:
    rows = csv.DictReader(files("sharky.rules.filters").joinpath("gquic_tags.csv").read_text("utf-8").splitlines())
    return {row["tag"].encode("latin-1").ljust(4, b"\0"): (row["field"], row["content"]) for row in rows}


def read_gquic(octets: bytes) -> Iterator[Line]:
    """Yield what a packet of Google's QUIC says, and a hello within it."""
    scan = Scan(octets)
    flags = scan.number(1)
    version = LATER
    yield Line("puflags", flags)
    if flags < SHORT:
        yield from (Line(f"puflags.{name}", flags >> shift & mask) for name, shift, mask in FLAGS)
        if flags & CONNECTION:
            yield Line("cid", scan.number(8))
        if flags & VERSION:
            version = scan.take(4)
            yield Line("version", text_of(version))
    elif flags & LONG:
        yield Line("version", text_of(scan.take(4)))
        if scan.number(1) >> 4:
            yield Line("cid", scan.number(8))
    for kind in (b"CHLO", b"REJ\0"):
        begin = octets.find(kind, 0, HELLO_AT)
        if begin >= 0:
            yield from _stream(octets[:begin], is_little=version < LATER)
            yield from _hello(Scan(octets, begin))


def _stream(ahead: bytes, *, is_little: bool) -> Iterator[Line]:
    """Yield what the frame says that a hello stands in, of which what it says of itself stands right ahead."""
    for at in range(len(ahead) - 2, max(0, len(ahead) - 16), -1):
        kind, scan = ahead[at], Scan(ahead, at + 1)
        size, offset, counted = (kind & 3) + 1, OFFSETS[kind >> 2 & 7], 2 * (kind & COUNTED != 0)
        if kind & STREAM and scan.left == size + offset + counted:
            stream = scan.number(size, "little")
            if stream == 1:
                bits = {".f": kind >> 6 & 1, ".d": kind >> 5 & 1, ".ooo": kind >> 2 & 7, ".ss": kind & 3}
                yield from (Line(f"frame_type.stream{name}", value) for name, value in bits.items())
                yield Line("stream_id", stream)
                scan.take(offset)
                yield from (Line("data_len", int.from_bytes(ahead[-2:], "little" if is_little else "big")),) if counted else ()
                return


def _hello(scan: Scan) -> Iterator[Line]:
    """Yield a list: its name, and what each thing says; it says first where each ends, and then all of them."""
    yield Line("tag", text_of(scan.take(4).rstrip(b"\0")))
    count = scan.number(2, "little")
    yield from (Line("tag_number", count), Line("padding", scan.take(2)))
    yield from _things(scan, count)


def _things(scan: Scan, count: int) -> Iterator[Line]:
    tags = [(scan.take(4), scan.number(4, "little")) for _ in range(count)]
    last = 0
    for name, end in tags:
        yield from (Line("tags", 1), Line("tag_type", text_of(name.rstrip(b"\0"))), Line("tag_offset_end", end))
        yield Line("tag_offset_length", max(0, end - last))
        content = scan.within(end - last)
        if content.left < end - last:
            yield Line("tag_length_truncated", 1)
        if content.left:
            yield Line("tag_value", content.octets)
        yield from _said(name, content)
        last = max(last, end)


def _said(name: bytes, scan: Scan) -> Iterator[Line]:
    if name == CONFIGURATION:
        yield Line("tag.scfg", text_of(scan.take(4)))
        count = scan.number(4, "little")
        yield from (Line("tag.scfg.number", count), *_things(scan, count))
        return
    field, content = _tags().get(name, ("unknown", "bytes"))
    if content == "bytes":
        yield Line(f"tag.{field}", scan.rest())
    elif content == "text":
        yield Line(f"tag.{field}", text_of(scan.rest()))
    elif content == "u24":
        yield Line(f"tag.{field}", scan.number(2, "little"))
        yield from (Line(f"tag.{field}", scan.number(3, "little")) for _ in range(scan.left // 3))
    elif content == "text4":
        yield from (Line(f"tag.{field}", text_of(scan.take(4))) for _ in range(scan.left // 4))
    elif content == "sets":
        yield from (Line(f"tag.{field}", scan.number(8)) for _ in range(scan.left // 8))
    elif content == "moment":
        yield Line(f"tag.{field}", scan.number(4, "little") * SECOND)
    else:
        yield from (Line(f"tag.{field}", scan.number(WIDTHS[content], "little")) for _ in range(scan.left // WIDTHS[content]))
