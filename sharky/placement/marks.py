"""Who takes a place, redirects over an interface, or watches over that at the moment: marks that the kernel takes away with their process.

A mark is a name without a file, one for each network namespace (unix(7), abstract sockets).
"""

from __future__ import annotations

import socket

REDIRECTING, GUARDING, PLACING = "mitm", "mitm-guardian", "place"


def mark(role: str, interface: str) -> socket.socket:
    """Set a mark, which holds until the socket is closed.

    Raises:
        OSError: If somebody else has set it.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        sock.bind(_name(role, interface))
    except OSError:
        sock.close()
        raise
    return sock


def is_marked(role: str, interface: str) -> bool:
    """Tell whether somebody has set a mark."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        return sock.connect_ex(_name(role, interface)) == 0


def _name(role: str, interface: str) -> str:
    return f"\0sharky-{role}-{interface}"
