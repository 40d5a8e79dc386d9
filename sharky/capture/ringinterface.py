"""What the kernel says about network interfaces: their names, what they carry, and whether they are up."""

from __future__ import annotations

import fcntl
import os
import socket
import struct

from sharky.model.errors import CaptureError, Problem
from sharky.model.packets import LINKTYPE_ETHERNET

SIOCGIFFLAGS, SIOCGIFHWADDR = 0x8913, 0x8927
IFF_UP, IFF_RUNNING = 0x1, 0x40
"""<linux/sockios.h> and <linux/if.h>."""

LOOPBACK = 772
"""ARPHRD_LOOPBACK, on which each packet is seen twice: as it leaves, and as it comes back."""

RAW_IP = 101

LINKTYPES = {
    1: LINKTYPE_ETHERNET,
    LOOPBACK: LINKTYPE_ETHERNET,
    512: RAW_IP,
    519: RAW_IP,
    768: RAW_IP,
    769: RAW_IP,
    776: RAW_IP,
    801: 105,
    802: 119,
    803: 127,
    65534: RAW_IP,
}
"""From ARPHRD_ (<linux/if_arp.h>) to LINKTYPE_. PPP, mobile modems and tunnels hand over bare IP; 801 to 803 are Wi-Fi monitors."""


def interface_names() -> list[str]:
    """Return the names of all interfaces."""
    return [name for _, name in socket.if_nameindex()]


def has_interface(name: str) -> bool:
    """Return whether an interface has a name."""
    return name in interface_names()


def current_name(index: int) -> str | None:
    """Return the name that the interface with a number has now; None where it is gone."""
    try:
        return socket.if_indextoname(index)
    except OSError:
        return None


def is_up(name: str) -> bool:
    """Return whether an interface is there and up, with a cable in it that leads somewhere."""
    try:
        flags: int = struct.unpack_from("H", _ask(SIOCGIFFLAGS, name), 16)[0]
    except OSError:
        return False
    return flags & (IFF_UP | IFF_RUNNING) == IFF_UP | IFF_RUNNING


def hardware_type(name: str) -> int:
    """Return an interface's ARPHRD_ number.

    Raises:
        CaptureError: Where there is no such interface, naming those that there are.
    """
    try:
        kind: int = struct.unpack_from("H", _ask(SIOCGIFHWADDR, name), 16)[0]
    except OSError as error:
        raise no_such_interface(name) from error
    return kind


def linktype_of(name: str, hardware: int) -> int:
    """Return the LINKTYPE_ of what an interface carries.

    Raises:
        CaptureError: Where Sharky knows none.
    """
    if hardware not in LINKTYPES:
        raise CaptureError(
            Problem(f"{name} carries packets of hardware type {hardware}, which Sharky cannot read", "name an Ethernet or Wi-Fi interface")
        )
    return LINKTYPES[hardware]


def own_addresses() -> list[bytes]:
    """Return the hardware addresses of this machine's Ethernet interfaces, each once."""
    addresses: dict[bytes, None] = {}
    for name in interface_names():
        try:
            answer = _ask(SIOCGIFHWADDR, name)
        except OSError:
            continue
        if LINKTYPES.get(struct.unpack_from("H", answer, 16)[0]) == LINKTYPE_ETHERNET:
            addresses[answer[18:24]] = None
    return list(addresses)


def no_such_interface(name: str) -> CaptureError:
    """Return what is said about a name that no interface has."""
    return CaptureError(Problem(f"there is no network interface {name!r}", f"this machine has: {', '.join(interface_names())}"))


def _ask(request: int, name: str) -> bytes:
    octets = os.fsencode(name)
    if not 0 < len(octets) < 16 or b"\0" in octets:
        raise OSError(f"{name!r} cannot be the name of an interface")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return fcntl.ioctl(sock, request, struct.pack("16s24x", octets))
