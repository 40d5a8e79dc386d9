"""How much the kernel keeps of a packet: all of one that may carry names, the beginning of all others.

What packets are for and whose they are is told by few of them: lookups, leases, announcements, and how connections begin. Their
names stand far behind the headers, while copying so much of every packet would cost the network.
"""

from __future__ import annotations

from sharky.capture.ringfilter import (
    AND,
    JUMP_IF_ABOVE,
    JUMP_IF_ANY,
    JUMP_IF_AT_LEAST,
    JUMP_IF_EQUAL,
    LOAD_HALF,
    LOAD_LENGTH,
    LOAD_OCTET,
    LOAD_WORD,
    RETURN,
    SHIFT_RIGHT,
    TCP,
    Instruction,
    Program,
)

WHOLE = 0xFFFF
LONG, SHORT = 512, 126
"""From how many octets on a packet carries something in bulk, and how many of those are kept: with what comes before them in a slot,
they fill three lines of a processor's cache."""

UDP, DNS, QUIC = 17, 53, 443
NAMING = (DNS, 67, 68, 137, 138, 546, 547, 1900, 5060, 5353, 5355)
"""UDP ports of DNS, DHCP, NetBIOS, DHCPv6, SSDP, SIP (which announces where a call's sound goes), mDNS and LLMNR."""

LONG_HEADER = 0xC0
"""How the first octet of a QUIC packet begins that sets up a connection (RFC 9000 section 17.2)."""

HEADS = (b"GET ", b"POST", b"HEAD", b"PUT ", b"HTTP", b"RTSP")
"""How HTTP messages begin, and RTSP's answers, which announce where a camera's picture goes."""

HELLO, CLIENT = 0x1603, 1
"""How a record with a handshake begins, and what a client's first message is (RFC 8446 sections 4 and 5.1)."""

HTTPS, PUSHED_AT, PUSHED = 443, 13, 0x08
FIRST_CONTENT, BEHIND_CONTENTS = 20, 24
"""A hello with keys for all times takes two segments. The second goes to this port, pushes (RFC 9293 section 3.1), as few segments
of an upload do, and begins with no type of a record."""

LLDP, LONGEST_LENGTH = 0x88CC, 1500
"""IEEE 802.1AB; and up to where the type of a frame is a length (IEEE 802.3), as in those of CDP."""

IPV4_TYPE, IPV6_TYPE, PLAIN = 0x0800, 0x86DD, 0x45
"""PLAIN is IPv4 without options: what is looked at stands at fixed places, since the kernel is slow to load from others."""

IPV4_CARRIES, IPV6_CARRIES = 34, 54
"""Where TCP or UDP begins."""

UDP_HEADER, TCP_LENGTH_AT = 8, 12
TCP_HEADERS = {0x50: 20, 0x80: 32}
"""Lengths of TCP's header, as it says them: without options, and with the usual one (RFC 7323)."""

ENOUGH = IPV6_CARRIES + 32 + 6
"""Octets that are looked at, at most; shorter packets are kept whole as it is."""


def names_whole(snaplen: int) -> Program:
    """Return what keeps an Ethernet packet whole where it may carry names; of short others the first `snaplen` octets.

    >>> names_whole(190)[-1]
    (6, 65535, '', '')
    """
    return [
        (LOAD_LENGTH, 0, "", ""),
        (JUMP_IF_AT_LEAST, ENOUGH, "", "short"),
        (LOAD_HALF, 12, "", ""),
        (JUMP_IF_EQUAL, IPV4_TYPE, "names in ipv4", ""),
        (JUMP_IF_EQUAL, IPV6_TYPE, "names in ipv6", ""),
        (JUMP_IF_EQUAL, LLDP, "whole", ""),
        (JUMP_IF_ABOVE, LONGEST_LENGTH, "others", "whole"),
        "names in ipv4",
        (LOAD_OCTET, 14, "", ""),
        (JUMP_IF_EQUAL, PLAIN, "", "others"),
        (LOAD_HALF, 20, "", ""),
        (JUMP_IF_ANY, 0x1FFF, "others", ""),
        (LOAD_OCTET, 23, "", ""),
        *_carried(IPV4_CARRIES),
        "names in ipv6",
        (LOAD_OCTET, 20, "", ""),
        *_carried(IPV6_CARRIES),
        "others",
        (LOAD_LENGTH, 0, "", ""),
        (JUMP_IF_AT_LEAST, LONG, "", "short"),
        (RETURN, min(SHORT, snaplen), "", ""),
        "short",
        (RETURN, snaplen, "", ""),
        "whole",
        (RETURN, WHOLE, "", ""),
    ]


def _carried(at: int) -> Program:
    """Look at what an IP packet carries from `at` on, by the protocol that was loaded."""
    return [
        (JUMP_IF_EQUAL, UDP, f"datagram at {at}", ""),
        (JUMP_IF_EQUAL, TCP, "", "others"),
        *_either_port(at, [(JUMP_IF_EQUAL, DNS, "whole", "")]),
        (LOAD_OCTET, at + TCP_LENGTH_AT, "", ""),
        (AND, 0xF0, "", ""),
        *[(JUMP_IF_EQUAL, said, f"payload at {at + length}", "") for said, length in TCP_HEADERS.items()],
        (JUMP_IF_AT_LEAST, 0, "others", ""),
        *[line for length in TCP_HEADERS.values() for line in _beginning(at, at + length)],
        f"datagram at {at}",
        *_either_port(at, [(JUMP_IF_EQUAL, port, "whole", "") for port in NAMING]),
        (JUMP_IF_EQUAL, QUIC, "", "others"),
        (LOAD_OCTET, at + UDP_HEADER, "", ""),
        (JUMP_IF_AT_LEAST, LONG_HEADER, "whole", "others"),
    ]


def _either_port(at: int, tests: list[Instruction]) -> Program:
    return [(LOAD_HALF, at, "", ""), *tests, (LOAD_HALF, at + 2, "", ""), *tests]


def _beginning(at: int, payload: int) -> Program:
    """Look at how the payload of a segment begins, and whether it may be the end of a hello."""
    return [
        f"payload at {payload}",
        (LOAD_WORD, payload, "", ""),
        *[(JUMP_IF_EQUAL, int.from_bytes(head), "whole", "") for head in HEADS],
        (SHIFT_RIGHT, 16, "", ""),
        (JUMP_IF_EQUAL, HELLO, "", f"rest at {payload}"),
        (LOAD_OCTET, payload + 5, "", ""),
        (JUMP_IF_EQUAL, CLIENT, "whole", "others"),
        f"rest at {payload}",
        (LOAD_HALF, at + 2, "", ""),
        (JUMP_IF_EQUAL, HTTPS, "", "others"),
        (LOAD_OCTET, at + PUSHED_AT, "", ""),
        (JUMP_IF_ANY, PUSHED, "", "others"),
        (LOAD_OCTET, payload, "", ""),
        (JUMP_IF_AT_LEAST, FIRST_CONTENT, "", "whole"),
        (JUMP_IF_AT_LEAST, BEHIND_CONTENTS, "whole", "others"),
    ]
