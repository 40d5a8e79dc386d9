"""What a capture file says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interface:
    """Where packets were captured.

    Attributes:
        name: As the file has it; empty where it has none.
        linktype: LINKTYPE_ value.
        snaplen: Most octets that are captured of a packet; 0 for no limit.
        ticks: How many units of time a second has: 1,000,000 where times are in microseconds.
        description, filter, system: What it is in words, the capture filter, and the operating system it was part of; empty as the name.
    """

    name: str
    linktype: int
    snaplen: int
    ticks: int
    description: str = ""
    filter: str = ""
    system: str = ""
