"""DHCP messages and their options (RFC 2131, RFC 2132).

Bounded: at most `MOST_OPTIONS` options within the first `MOST_OCTETS` octets; what stands behind a broken one is not read.
"""

from __future__ import annotations

from dataclasses import dataclass

from sharky.identify.text import from_octets

FIXED_LENGTH = 236
MAGIC = b"\x63\x82\x53\x63"
MOST_OPTIONS = 128
MOST_OCTETS = 4096
"""What is read of a message: more than any link carries in one piece."""

PAD, HOST_NAME, REQUESTED_ADDRESS, MESSAGE_TYPE, VENDOR_CLASS, FULL_NAME, END = 0, 12, 50, 53, 60, 81, 255

MESSAGE_TYPES = ("", "Discover", "Offer", "Request", "Decline", "ACK", "NAK", "Release", "Inform")


@dataclass(frozen=True, slots=True)
class DhcpMessage:
    """A message as far as it could be read.

    Attributes:
        transaction: Ties answers to questions.
        client_mac: Hardware address of the client, as octets; empty where it is not Ethernet's.
        options: The octets of each option; of one that comes several times all together, as RFC 3396 asks.
    """

    transaction: int
    client_mac: bytes
    options: dict[int, bytes]

    @property
    def type_number(self) -> int:
        """What is said, as a number; 0 where it is not."""
        return int.from_bytes(self.options.get(MESSAGE_TYPE, b"")[:1])

    @property
    def message_type(self) -> str:
        """What is said, such as "Discover"; empty where it is not known."""
        return MESSAGE_TYPES[self.type_number] if self.type_number < len(MESSAGE_TYPES) else ""

    @property
    def host_name(self) -> str:
        """What the client calls itself; empty where it does not."""
        return from_octets(self.options.get(HOST_NAME, b"").rstrip(b"\0"))


def parse_dhcp(octets: bytes) -> DhcpMessage | None:
    """Read a message; None where its fixed part is not there."""
    if len(octets) < FIXED_LENGTH:
        return None
    is_ethernet = octets[1] == 1 and octets[2] == 6
    options = _read_options(octets[:MOST_OCTETS]) if octets[FIXED_LENGTH : FIXED_LENGTH + 4] == MAGIC else {}
    return DhcpMessage(int.from_bytes(octets[4:8]), octets[28:34] if is_ethernet else b"", options)


def _read_options(octets: bytes) -> dict[int, bytes]:
    options: dict[int, bytes] = {}
    place = FIXED_LENGTH + len(MAGIC)
    for _ in range(MOST_OPTIONS):
        while octets[place : place + 1] == b"\0":
            place += 1
        head = octets[place : place + 2]
        if len(head) < 2 or head[0] == END or place + 2 + head[1] > len(octets):
            break
        options[head[0]] = options.get(head[0], b"") + octets[place + 2 : place + 2 + head[1]]
        place += 2 + head[1]
    return options
