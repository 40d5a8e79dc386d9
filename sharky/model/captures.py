"""What a capture file says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field

UNTOLD = -1


@dataclass(frozen=True, slots=True)
class Interface:
    """Where packets were captured.

    Attributes:
        name: As the file has it; empty where it has none.
        linktype: LINKTYPE_ value.
        snaplen: Most octets that are captured of a packet; 0 for no limit.
        ticks: How many units of time a second has: 1,000,000 where times are in microseconds.
        number, section: How packets name it in its section of the file, and which section that is, counted from 1; -1 and 0 where
            the file does not number them.
        check_octets: How many octets of a frame check sequence stand behind each Ethernet frame; `UNTOLD` where the file does not tell.
        description, filter, system, hardware, comment: What it is in words, the capture filter, the operating system it was part of, its
            hardware, and what somebody noted; empty as the name.
    """

    name: str
    linktype: int
    snaplen: int
    ticks: int
    description: str = ""
    filter: str = ""
    system: str = ""
    hardware: str = ""
    comment: str = ""
    number: int = field(default=-1, compare=False)
    section: int = field(default=0, compare=False)
    check_octets: int = UNTOLD


@dataclass(frozen=True, slots=True)
class Section:
    """Who wrote a part of a capture file, with interfaces of its own.

    Attributes:
        application, system, hardware: Program, operating system and hardware that wrote it; empty where the file does not tell.
        comment: What somebody noted; more than one note are lines.
    """

    application: str = ""
    system: str = ""
    hardware: str = ""
    comment: str = ""
