"""DNS messages over TCP, each behind its length (RFC 1035 section 4.2.2)."""

from __future__ import annotations

from sharky.identify.dns_message import Allowance
from sharky.identify.names_assembly import Assembly
from sharky.identify.names_datagrams import dns
from sharky.identify.names_streams import MOST_PACKETS, SEQUENCES
from sharky.model.names import Heard

MOST_MESSAGES = 16
"""Messages that are read of one stream."""

LENGTH = 2


class DnsStream:
    """Tells what each message says with the segment that makes it whole, and reads none twice."""

    def __init__(self, sequence: int) -> None:
        self.is_done = False
        self._begin = sequence
        self._assembly = Assembly()
        self._packets = self._messages = self._read_to = 0

    @property
    def has_begun(self) -> bool:
        """Whether anything of a message was there."""
        return bool(self._assembly.octets)

    def feed(self, octets: bytes, sequence: int) -> list[Heard]:
        """Take a segment."""
        self._packets += 1
        offset = (sequence - self._begin) % SEQUENCES
        if offset < SEQUENCES // 2:
            self._assembly.add(offset, octets)
        heard = self._read()
        is_full = self._packets == MOST_PACKETS or self._messages == MOST_MESSAGES or self._assembly.is_full
        self.is_done = is_full or self._read_to == len(self._assembly.octets)
        return heard

    def finish(self) -> list[Heard]:
        """Tell nothing: a message without its end says nothing."""
        self.is_done = True
        return []

    def _read(self) -> list[Heard]:
        """Read the messages that are whole now; all together have the labels of one."""
        heard: list[Heard] = []
        allowance, octets = Allowance(), self._assembly.octets
        while self._messages < MOST_MESSAGES:
            begin = self._read_to + LENGTH
            end = begin + int.from_bytes(octets[self._read_to : begin])
            if len(octets) < max(begin, end):
                break
            heard += dns(octets[begin:end], allowance)
            self._read_to, self._messages = end, self._messages + 1
        return heard
