"""Values of fields as packets were heard to say them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from sharky.model.names import Heard

Said = str | int | bytes
"""A text, a number, or the octets of an IPv6 address."""

ROOT = "<Root>"
"""What Wireshark calls the name without labels."""

DNS = ("dns", "mdns", "llmnr", "dns_record", "mdns_record", "llmnr_record")

SERVICE = 33
"""Type of records whose name Wireshark shows in three fields of its own."""


def value_of(heard: Heard, kind: str, *, is_numbered: bool) -> Said | None:
    """Return what a field is by what was heard; None where it has no such field.

    Args:
        heard: What was.
        kind: The field's type.
        is_numbered: Whether the field is what the record says, and not whose it is.
    """
    match kind:
        case "ipv4":
            return int(IPv4Address(heard.about))
        case "ipv6":
            return IPv6Address(heard.about).packed
        case "uint":
            return heard.number
        case "text":
            return _text(heard, is_numbered=is_numbered)
        case _:
            return 1


def _text(heard: Heard, *, is_numbered: bool) -> str | None:
    if heard.kind not in DNS:
        return heard.name
    if heard.kind.endswith("_record") and heard.number == SERVICE and heard.name and not is_numbered:
        return None
    return (heard.about if is_numbered else heard.name) or ROOT
