"""Samples of protocols for which no capture is at hand: what both ends say, as octets in a table.

`samples.csv` has a row a conversation: messages stand between bars, `<` marks the responder's; octets are hexadecimal or 'text',
`~118` is as many octets that look random, `00*12` repeats one. `sharky` is what Sharky calls each packet where that is meant to
differ from tshark, which does not look at these ports, or takes them for something else.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from hashlib import shake_128
from pathlib import Path

from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw

_TOKEN = re.compile(r"'([^']*)'|~(\d+)|([0-9a-f]{2})\*(\d+)|([0-9a-f]+)|\s+")
_NOISE = shake_128(b"sample").digest(2048)


@dataclass(frozen=True)
class Sample:
    """One conversation.

    Attributes:
        name: What it shows.
        transport: "tcp" or "udp".
        port: The responder's.
        sharky: What each packet is called where tshark says otherwise; empty where both have to say the same.
        messages: Whether the responder speaks, and its octets.
    """

    name: str
    transport: str
    port: int
    sharky: tuple[str, ...]
    messages: tuple[tuple[bool, bytes], ...]

    def joined_late(self) -> Sample:
        """Return what is heard by someone who comes too late for the first message."""
        return Sample(self.name, self.transport, self.port, (), self.messages[1:])

    def packets(self, number: int) -> list[Packet]:
        """Return it as packets between two hosts of its own.

        Args:
            number: Of the conversation, so that no two share an address.
        """
        hosts = f"10.1.{number >> 8}.{number & 255}", f"10.2.{number >> 8}.{number & 255}"
        ports, next_octet, built = (20_000 + number, self.port), [1000, 5000], []
        for is_answer, octets in self.messages:
            source, destination = (1, 0) if is_answer else (0, 1)
            ends = {"sport": ports[source], "dport": ports[destination]}
            head = TCP(flags="PA", seq=next_octet[source], ack=next_octet[destination], **ends) if self.transport == "tcp" else UDP(**ends)
            ether = Ether(src=f"02:00:00:00:00:{source:02x}", dst=f"02:00:00:00:00:{destination:02x}")
            built.append(ether / IP(src=hosts[source], dst=hosts[destination]) / head / Raw(octets))
            next_octet[source] += len(octets)
        return built


def octets_of(text: str) -> bytes:
    """Return what a message stands for.

    >>> octets_of("'GE' 0d0a 00*3"), len(octets_of("~20"))
    (b'GE\\r\\n\\x00\\x00\\x00', 20)
    """
    found, place = bytearray(), 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        assert token, f"neither octets nor text at {text[place:]!r}"
        place = token.end()
        quoted, noise, one, times, plain = token.groups()
        found += (
            (quoted or "").encode("ascii")
            + _NOISE[: int(noise or 0)]
            + bytes.fromhex(one or "") * int(times or 0)
            + bytes.fromhex(plain or "")
        )
    return bytes(found)


def samples() -> list[Sample]:
    """Read the table."""
    with Path(__file__).with_name("samples.csv").open(encoding="utf-8") as table:
        return [_sample(row) for row in csv.DictReader(table)]


def _sample(row: dict[str, str]) -> Sample:
    parts = [part.strip() for part in row["messages"].split(" | ")]
    messages = tuple((part.startswith("<"), octets_of(part.removeprefix("< "))) for part in parts)
    return Sample(row["sample"], row["transport"], int(row["port"]), tuple(row["sharky"].split()), messages)
