"""How much the kernel keeps of a packet: all of one that may carry names, the beginning of all others.

What packets are for and whose they are is told by few of them: lookups, leases, announcements, and how connections begin. Their
names stand far behind the headers, while copying so much of every packet would cost the network.
"""

from __future__ import annotations

from sharky.capture.ringfilter import (
    ADD_X,
    AND,
    ETHERNET_HEADER,
    FIRST_LOADS,
    IPV6_HEADER,
    JUMP_IF_ABOVE,
    JUMP_IF_ANY,
    JUMP_IF_AT_LEAST,
    JUMP_IF_EQUAL,
    LOAD_HALF,
    LOAD_HALF_AT_X,
    LOAD_LENGTH,
    LOAD_OCTET,
    LOAD_OCTET_AT_X,
    LOAD_WORD_AT_X,
    NEGATIVE,
    RETURN,
    SHIFT_RIGHT,
    SUBTRACT_X,
    TCP,
    TO_X,
    X_IS,
    X_IS_IP_HEADER,
    Instruction,
    Program,
)

WHOLE = 0xFFFF
LONG, SHORT = 512, 126
"""From how many octets on a packet carries something in bulk, and how many of those are kept: with what comes before them in a slot,
they fill three lines of a processor's cache."""

UDP, DNS, QUIC = 17, 53, 443
NAMING = (DNS, 67, 68, 137, 138, 546, 547, 1900, 5353, 5355)
"""UDP ports of DNS, DHCP, NetBIOS, DHCPv6, SSDP, mDNS and LLMNR."""

LONG_HEADER = 0xC0
"""How the first octet of a QUIC packet begins that sets up a connection (RFC 9000 section 17.2)."""

HEADS = (b"GET ", b"POST", b"HEAD", b"PUT ", b"HTTP")
"""How HTTP messages begin."""

HELLO, CLIENT = 0x1603, 1
"""How a record with a handshake begins, and what a client's first message is (RFC 8446 sections 4 and 5.1)."""

LLDP, LONGEST_LENGTH = 0x88CC, 1500
"""IEEE 802.1AB; and up to where the type of a frame is a length (IEEE 802.3), as in those of CDP."""

IPV4_TYPE, IPV6_TYPE = 0x0800, 0x86DD
PORTS_AT, UDP_PAYLOAD, TCP_HEADER, TCP_LENGTH_AT = ETHERNET_HEADER, ETHERNET_HEADER + 8, 20, ETHERNET_HEADER + 12


def names_whole(snaplen: int) -> Program:
    """Return what keeps an Ethernet packet whole where it may carry names; of short others the first `snaplen` octets.

    >>> names_whole(190)[-1]
    (6, 65535, '', '')
    """
    return [*_by_type(), *_in_datagram(), *_in_segment(), *_others(snaplen)]


def _by_type() -> Program:
    return [
        (LOAD_LENGTH, 0, "", ""),
        (JUMP_IF_AT_LEAST, FIRST_LOADS, "", "others"),
        (LOAD_HALF, 12, "", ""),
        (JUMP_IF_EQUAL, IPV4_TYPE, "in ipv4", ""),
        (JUMP_IF_EQUAL, IPV6_TYPE, "in ipv6", ""),
        (JUMP_IF_EQUAL, LLDP, "whole", ""),
        (JUMP_IF_ABOVE, LONGEST_LENGTH, "others", "whole"),
        "in ipv4",
        (LOAD_HALF, 20, "", ""),
        (JUMP_IF_ANY, 0x1FFF, "others", ""),
        (X_IS_IP_HEADER, ETHERNET_HEADER, "", ""),
        (LOAD_OCTET, 23, "", ""),
        (JUMP_IF_EQUAL, UDP, "datagram", "no datagram"),
        "in ipv6",
        (X_IS, IPV6_HEADER, "", ""),
        (LOAD_OCTET, 20, "", ""),
        (JUMP_IF_EQUAL, UDP, "datagram", ""),
        "no datagram",
        (JUMP_IF_EQUAL, TCP, "segment", "others"),
    ]


def _in_datagram() -> Program:
    by_port: list[Instruction] = [(JUMP_IF_EQUAL, port, "whole", "") for port in NAMING]
    return [
        "datagram",
        *_reaching(UDP_PAYLOAD + 1),
        (LOAD_HALF_AT_X, PORTS_AT, "", ""),
        *by_port,
        (LOAD_HALF_AT_X, PORTS_AT + 2, "", ""),
        *by_port,
        (JUMP_IF_EQUAL, QUIC, "", "others"),
        (LOAD_OCTET_AT_X, UDP_PAYLOAD, "", ""),
        (JUMP_IF_AT_LEAST, LONG_HEADER, "whole", "others"),
    ]


def _in_segment() -> Program:
    return [
        "segment",
        *_reaching(ETHERNET_HEADER + TCP_HEADER),
        (LOAD_HALF_AT_X, PORTS_AT, "", ""),
        (JUMP_IF_EQUAL, DNS, "whole", ""),
        (LOAD_HALF_AT_X, PORTS_AT + 2, "", ""),
        (JUMP_IF_EQUAL, DNS, "whole", ""),
        (LOAD_OCTET_AT_X, TCP_LENGTH_AT, "", ""),
        (AND, 0xF0, "", ""),
        (SHIFT_RIGHT, 2, "", ""),
        (ADD_X, 0, "", ""),
        (TO_X, 0, "", ""),
        *_reaching(ETHERNET_HEADER + 6),
        (LOAD_WORD_AT_X, ETHERNET_HEADER, "", ""),
        *[(JUMP_IF_EQUAL, int.from_bytes(head), "whole", "") for head in HEADS],
        (SHIFT_RIGHT, 16, "", ""),
        (JUMP_IF_EQUAL, HELLO, "", "others"),
        (LOAD_OCTET_AT_X, ETHERNET_HEADER + 5, "", ""),
        (JUMP_IF_EQUAL, CLIENT, "whole", "others"),
    ]


def _others(snaplen: int) -> Program:
    return [
        "others",
        (LOAD_LENGTH, 0, "", ""),
        (JUMP_IF_AT_LEAST, LONG, "", "short"),
        (RETURN, min(SHORT, snaplen), "", ""),
        "short",
        (RETURN, snaplen, "", ""),
        "whole",
        (RETURN, WHOLE, "", ""),
    ]


def _reaching(octets: int) -> list[Instruction]:
    """Go on only with packets that have so many octets, counted from what X is ahead of."""
    return [
        (LOAD_LENGTH, 0, "", ""),
        (SUBTRACT_X, 0, "", ""),
        (JUMP_IF_ABOVE, NEGATIVE, "others", ""),
        (JUMP_IF_AT_LEAST, octets, "", "others"),
    ]
