"""The table of signatures: by which octets a payload tells its protocol.

`signatures.csv` has a row a signature; of several that fit, the first counts.

- protocol: Wireshark's short name, or several with colons where Wireshark shows several.
- transport: tcp or udp.
- ports: one of them (separated by spaces, `1-3` is a range) is source or destination; empty where the octets suffice.
- offset: where the octets stand in the payload.
- octets: hexadecimal, a dot for a digit that may be anything, `c0&f0` for an octet under a mask, 'text' in quotes.
- least, most: of the payload's length; empty where any will do.
- check: a function of `checks` that has to agree; empty where the octets suffice.
- hold: how long it holds. "flow": settles what all further packets of the flow are. "open": the same, but the flow is
  looked at for some packets more, since it may turn into something else. "packet": this packet only; the flow
  carries several protocols side by side, so that all its packets are looked at.
- then: what the flow's further packets are that have no signature of their own, where that is another protocol than this packet's.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sharky.identify.payloads import WINDOW

HOLDS = ("flow", "open", "packet")
TRANSPORTS = {"tcp": 6, "udp": 17}
"""Protocol numbers (IANA)."""

_TOKEN = re.compile(r"'([^']*)'|([0-9a-f.])([0-9a-f.])(?:&([0-9a-f]{2}))?|\s+")


@dataclass(frozen=True, slots=True)
class Signature:
    """One row of the table.

    Attributes:
        protocol: Short names of what it finds, from the lowest on, separated by colons.
        transport: Protocol number of TCP or UDP.
        ports: One of them must be used; empty where none is asked for.
        value, mask: `WINDOW` octets each: where `mask` has a bit, the payload's bit is that of `value`.
        captured: How many octets must be there for the octets to be compared.
        least, most: Of the payload's length on the wire.
        check: Name of a function in `checks.CHECKS`, or empty.
        hold: One of `HOLDS`.
        then: Protocol of the flow's further packets; empty where nothing is known about them.
    """

    protocol: str
    transport: int
    ports: tuple[int, ...]
    value: bytes
    mask: bytes
    captured: int
    least: int
    most: int
    check: str
    hold: str
    then: str


def compile_octets(text: str) -> tuple[bytes, bytes]:
    """Return value and mask of a pattern.

    >>> [part.hex(" ") for part in compile_octets("16 03 0. c0&c0 'M-'")]
    ['16 03 00 c0 4d 2d', 'ff ff f0 c0 ff ff']
    """
    value, mask, place = bytearray(), bytearray(), 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise ValueError(f"neither octet nor quoted text at {text[place:]!r}")
        place = token.end()
        quoted, high, low, under = token.groups()
        if quoted is not None:
            value += quoted.encode("latin-1")
            mask += b"\xff" * len(quoted)
        elif high is not None:
            value.append(int((high + low).replace(".", "0"), 16))
            mask.append(int(under, 16) if under else (high != ".") * 0xF0 + (low != ".") * 0x0F)
    return bytes(value), bytes(mask)


def expand(ports: str) -> tuple[int, ...]:
    """Return the ports that a table names, ranges written out.

    >>> expand("53 5000-5002")
    (53, 5000, 5001, 5002)
    """
    spans = [port.partition("-") for port in ports.split()]
    return tuple(port for first, _, last in spans for port in range(int(first), int(last or first) + 1))


def parse_signatures(text: str) -> tuple[Signature, ...]:
    """Read the table from CSV text.

    Raises:
        ValueError: Where a row is not understood; the table is part of the program, so that is a mistake in the program.
    """
    return tuple(_signature(row) for row in csv.DictReader(text.splitlines()))


def _signature(row: dict[str, str]) -> Signature:
    offset = int(row["offset"] or 0)
    value, mask = compile_octets(row["octets"])
    captured = offset + len(value)
    if captured > WINDOW or row["hold"] not in HOLDS:
        raise ValueError(f"signature of {row['protocol']} reaches beyond the window or holds in an unknown way")
    protocol, hold = row["protocol"], row["hold"]
    return Signature(
        protocol=protocol,
        transport=TRANSPORTS[row["transport"]],
        ports=expand(row["ports"]),
        value=(bytes(offset) + value).ljust(WINDOW, b"\0"),
        mask=(bytes(offset) + mask).ljust(WINDOW, b"\0"),
        captured=captured,
        least=int(row["least"] or 0),
        most=int(row["most"] or 1 << 32),
        check=row["check"],
        hold=hold,
        then=row["then"] or ("" if hold == "packet" else protocol),
    )


@cache
def signatures() -> tuple[Signature, ...]:
    """Return the table that Sharky comes with."""
    return parse_signatures(Path(__file__).with_name("signatures.csv").read_text("utf-8"))
