"""Names under which addresses are looked up, as a person reads them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address


def readable(name: str) -> str:
    """Return a name as a person reads it: of a reverse lookup (RFC 1035 section 3.5, RFC 3596 section 2.5) the address.

    >>> readable("1.1.168.192.in-addr.arpa"), readable("_ipp._tcp.local"), readable("x.in-addr.arpa")
    ('192.168.1.1 (reverse lookup)', '_ipp._tcp.local', 'x.in-addr.arpa')
    >>> readable(IPv6Address("fe80::1").reverse_pointer)
    'fe80::1 (reverse lookup)'
    """
    labels = name.lower().split(".")[::-1]
    try:
        if labels[:2] == ["arpa", "in-addr"]:
            return f"{IPv4Address('.'.join(labels[2:]))} (reverse lookup)"
        if labels[:2] == ["arpa", "ip6"] and [len(label) for label in labels[2:]] == [1] * 32:
            return f"{IPv6Address(bytes.fromhex(''.join(labels[2:])))} (reverse lookup)"
    except ValueError:
        return name
    return name
