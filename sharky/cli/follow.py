"""`sharky follow`: what the two sides of a flow said to each other."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharky.cli.errors import complain, explained
from sharky.cli.mistakes import Command

if TYPE_CHECKING:
    from sharky.app.follow import Piece

COLUMNS = 16
PRINTABLE = bytes(octet if 0x20 <= octet < 0x7F or octet in b"\n\t" else ord(".") for octet in range(256))
"""What a terminal obeys instead of showing it, and what is no ASCII, becomes a dot."""


@click.command(cls=Command, epilog="Example: sharky follow holiday.pcapng --flow 12  ·  sharky follow holiday.pcapng --flow 12 --hex")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--flow", required=True, type=click.IntRange(min=1), help="The flow's number, as sharky flows shows it.")
@click.option("--hex", "form", flag_value="hex", help="As hexadecimal numbers beside the text.")
@click.option("--json", "form", flag_value="json", help="JSON lines: the two ends, then each piece, at last the octets of both sides.")
@explained
def follow(file: Path, flow: int, form: str | None) -> None:
    """Show one flow's payload, both ways: TCP in order, datagrams as they came."""
    from sharky.app.follow import Ends, Piece
    from sharky.app.follow import follow as pieces

    octets: Counter[bool] = Counter()
    for item in pieces(file, flow, complain):
        if isinstance(item, Ends):
            _write(json.dumps({"a": item.a, "b": item.b}) if form == "json" else f"A {item.a}\nB {item.b}")
        elif isinstance(item, Piece):
            octets[item.is_from_a] += 0 if item.is_loose else len(item.octets)
            for line in _json(item) if form == "json" else _lines(item, is_hex=form == "hex"):
                _write(line)
    total = {"bytes_a": octets[True], "bytes_b": octets[False]}
    _write(json.dumps(total) if form == "json" else f"\nA sent {octets[True]:,} bytes, B sent {octets[False]:,} bytes")


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


def _json(piece: Piece) -> Iterator[str]:
    side = "a" if piece.is_from_a else "b"
    yield json.dumps(
        {"from": side, "number": piece.number, "missing": piece.missing, "is_loose": piece.is_loose, "octets": piece.octets.hex()}
    )


def _lines(piece: Piece, *, is_hex: bool) -> Iterator[str]:
    if piece.missing:
        loose = ", and nobody acknowledged them; what follows does not count" if piece.is_loose else ""
        yield f"[{piece.missing:,} bytes are not in the capture{loose}]"
    yield f"\n{'A → B' if piece.is_from_a else 'B → A'}"
    if not is_hex:
        yield piece.octets.replace(b"\r\n", b"\n").translate(PRINTABLE).decode("ascii")
        return
    for begin in range(0, len(piece.octets), COLUMNS):
        row = piece.octets[begin : begin + COLUMNS]
        yield f"{begin:08x}  {row.hex(' '):{3 * COLUMNS}} {row.translate(PRINTABLE).decode('ascii').translate({9: '.', 10: '.'})}"
