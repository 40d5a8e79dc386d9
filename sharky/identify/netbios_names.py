"""NetBIOS names: sixteen octets, of which the last says what kind of service it is, written as 32 letters (RFC 1001 section 14)."""

from __future__ import annotations

ENCODED_LENGTH = 32


def decode_netbios_name(label: str) -> tuple[str, int] | None:
    """Decode the first label of a NetBIOS name; what does not print is written as <01>.

    Returns:
        The name without the spaces that fill it up, and its suffix; None where it is none.

    >>> decode_netbios_name("EDGBGMGGEBCACACACACACACACACACAAA")
    ('CalfA', 0)

    Letters behind P stand in no name that is right; they count as Wireshark counts them.
    """
    if len(label) != ENCODED_LENGTH or not all("A" <= letter <= "Z" for letter in label):
        return None
    octets = bytes(((ord(high) - 65) << 4 | ord(low) - 65) & 0xFF for high, low in zip(label[::2], label[1::2], strict=True))
    return "".join(map(_printable, octets[:15].rstrip(b" \0"))), octets[15]


def _printable(octet: int) -> str:
    return chr(octet) if 0x20 <= octet < 0x7F else f"<{octet:02x}>"
