"""NetBIOS names: sixteen octets, of which the last says what kind of service it is, written as 32 letters (RFC 1001 section 14)."""

from __future__ import annotations

from sharky.identify.text import from_octets

ENCODED_LENGTH = 32


def decode_netbios_name(label: str) -> tuple[str, int] | None:
    """Decode the first label of a NetBIOS name.

    Returns:
        The name without the spaces that fill it up, and its suffix; None where it is none.

    >>> decode_netbios_name("EDGBGMGGEBCACACACACACACACACACAAA")
    ('CalfA', 0)
    """
    if len(label) != ENCODED_LENGTH or not all("A" <= letter <= "P" for letter in label):
        return None
    octets = bytes((ord(high) - 65) << 4 | ord(low) - 65 for high, low in zip(label[::2], label[1::2], strict=True))
    return from_octets(octets[:15].rstrip(b" \0")), octets[15]
