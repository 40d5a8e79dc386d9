"""What the kernel leaves out before it copies a packet: a classic BPF program (Documentation/networking/filter.rst).

Sharky's own page is traffic too, and watching it would make more of it. It is known by its port together with a hardware
address of this machine, so that another machine's page on the same port is still seen. A load beyond a packet's
end makes the kernel drop the packet; so lengths are checked first, or somebody could hide behind a header that lies.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

LOAD_WORD, LOAD_HALF, LOAD_OCTET, LOAD_LENGTH = 0x20, 0x28, 0x30, 0x80
LOAD_HALF_AT_X, X_IS, X_IS_IP_HEADER, SUBTRACT_X = 0x48, 0x01, 0xB1, 0x1C
AND, SHIFT_RIGHT = 0x54, 0x74
JUMP_IF_EQUAL, JUMP_IF_ABOVE, JUMP_IF_AT_LEAST, JUMP_IF_ANY = 0x15, 0x25, 0x35, 0x45
RETURN = 0x06
"""Codes of <linux/bpf_common.h>, put together from class, size and mode."""

TCP = 6
ETHERNET_HEADER, IPV6_HEADER, PORTS = 14, 40, 4
FIRST_LOADS = 24
"""As far as is looked before lengths are computed."""
NEGATIVE = 0x7FFF_FFFF
"""A length above this came out below zero."""

MOST_ADDRESSES = 8
"""Of this machine that are compared; jumps reach 255 instructions far."""

Instruction = tuple[int, int, str, str]
"""Code, operand, and where to go on if the condition holds and if not: a label, or empty for the next instruction."""

Program = Sequence[Instruction | str]
"""Instructions with the labels that stand before them."""


def beginnings(snaplen: int) -> Program:
    """Return what keeps the first `snaplen` octets of each packet.

    >>> assemble(beginnings(128)).hex()
    '0600000080000000'
    """
    return [(RETURN, snaplen, "", "")]


def without_own_page(kept: Program, port: int, addresses: Sequence[bytes]) -> bytes:
    """Return the program that leaves out what this machine serves at a TCP port, on Ethernet.

    Args:
        kept: What says how much of all other packets is kept.
        port: The page's port.
        addresses: The hardware addresses of this machine, 6 octets each; those beyond `MOST_ADDRESSES` are not compared.
    """
    own = addresses[:MOST_ADDRESSES]
    return assemble(
        [
            (LOAD_LENGTH, 0, "", ""),
            (JUMP_IF_AT_LEAST, FIRST_LOADS, "", "keep"),
            (LOAD_HALF, 12, "", ""),
            (JUMP_IF_EQUAL, 0x0800, "ipv4", ""),
            (JUMP_IF_EQUAL, 0x86DD, "ipv6", "keep"),
            "ipv4",
            (LOAD_OCTET, 23, "", ""),
            (JUMP_IF_EQUAL, TCP, "", "keep"),
            (LOAD_HALF, 20, "", ""),
            (JUMP_IF_ANY, 0x1FFF, "keep", ""),
            (X_IS_IP_HEADER, ETHERNET_HEADER, "", ""),
            (JUMP_IF_EQUAL, 0, "ports", "ports"),
            "ipv6",
            (LOAD_OCTET, 20, "", ""),
            (JUMP_IF_EQUAL, TCP, "", "keep"),
            (X_IS, IPV6_HEADER, "", ""),
            "ports",
            (LOAD_LENGTH, 0, "", ""),
            (SUBTRACT_X, 0, "", ""),
            (JUMP_IF_ABOVE, NEGATIVE, "keep", ""),
            (JUMP_IF_AT_LEAST, ETHERNET_HEADER + PORTS, "", "keep"),
            (LOAD_HALF_AT_X, ETHERNET_HEADER, "", ""),
            (JUMP_IF_EQUAL, port, "", "to the page"),
            *_leave_out_address(6, own, "from"),
            "to the page",
            (LOAD_HALF_AT_X, ETHERNET_HEADER + 2, "", ""),
            (JUMP_IF_EQUAL, port, "", "keep"),
            *_leave_out_address(0, own, "to"),
            "keep",
            *kept,
            "leave out",
            (RETURN, 0, "", ""),
        ]
    )


def _leave_out_address(place: int, addresses: Sequence[bytes], name: str) -> list[Instruction | str]:
    """Leave out packets with one of these addresses at `place`."""
    program: list[Instruction | str] = []
    for number, address in enumerate(addresses):
        first, rest = struct.unpack(">HI", address)
        unlike = f"not {name} {number}"
        program += [
            (LOAD_WORD, place + 2, "", ""),
            (JUMP_IF_EQUAL, rest, "", unlike),
            (LOAD_HALF, place, "", ""),
            (JUMP_IF_EQUAL, first, "leave out", unlike),
            unlike,
        ]
    return program


def assemble(program: Program) -> bytes:
    """Return a program as an array of struct sock_filter, its labels as distances."""
    places: dict[str, int] = {}
    instructions: list[Instruction] = []
    for line in program:
        if isinstance(line, str):
            if line in places:
                raise ValueError(f'the label "{line}" stands twice')
            places[line] = len(instructions)
        else:
            instructions.append(line)
    octets = b""
    for number, (code, operand, then, otherwise) in enumerate(instructions):
        far = [places[label] - number - 1 if label else 0 for label in (then, otherwise)]
        octets += struct.pack("HBBI", code, *far, operand)
    return octets
