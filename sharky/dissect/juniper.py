"""What Juniper's routers write when they capture their own traffic: a header, a cookie of the module at work, and the packet.

The header says which protocol follows only where there is no link header. Behind a cookie, what follows shows from how it begins.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import Codes, Layer, code, load_codes, register
from sharky.dissect.walk import DATA, Found, Walk
from sharky.model.packets import Offsets

JUNIPER = np.dtype([("magic", "u1", 3), ("flags", "u1")])
MAGIC = (0x4D, 0x47, 0x43)
"""Old releases of JUNOS write no header."""
IS_INCOMING, HAS_NO_LINK, HAS_EXTENSION = 0x01, 0x02, 0x80
LENGTH, FAMILY = np.dtype([("length", ">u2")]), np.dtype([("family", "<u4")])
PROTOCOL = np.dtype([("protocol", "<u2"), ("vlan", "<u2")])
COOKIE = np.dtype([("word", ">u4"), ("level", "u1", 4)])
BEGIN = np.dtype([("octet", "u1"), ("second", "u1"), ("third", "u1"), ("fourth", "u1")])

OLD_OAM, NEW_OAM, GAP_COUNT = 0x80, 0x70, 0x3FE
"""Of cookies of ATM modules: what tells cells of maintenance, and what a bridged frame has."""
LINK_SERVICES, ADAPTIVE_SERVICES = 0x54, (0x40, 0x47)
"""What cookies of four octets begin with, and those of eight."""
TO_ENGINE, LEVEL_3, OVER_IPV4, OVER_IPV6, OVER_MPLS, OVER_OSI = 3, 0x70, 0x00, 0x10, 0x20, 0x30
UNNUMBERED, CONTROL, Q933 = 0x03, 0xFF03, 0x0308
SNAP, NLPID = 0xAAAA03, 0xFEFE03

PROTOCOLS = load_codes("juniper_protocols", 1 << 8)
IP, IPV6, MPLS, OSI, PPP, LLC, ETHERNET = (code(name) for name in ("ip", "ipv6", "mpls", "osi", "ppp", "llc", "eth"))
OF_PPP = (0x21, 0x23, 0x3D, 0x57, 0x0281, 0x0283, 0x8021, 0x8023, 0x8057, 0x8281, 0xC021, 0xC023, 0xC223)
"""Protocols of PPP by which it is recognised."""
VERSIONS = np.full(1 << 8, DATA, np.uint16)
VERSIONS[0x45:0x50], VERSIONS[0x60:0x70] = IP, IPV6

Carried = tuple[Offsets, Codes]
Follow = Callable[[Walk, Found, Offsets], Carried]


def _register(name: str, follow: Follow) -> None:
    """Know the header, and what is behind it where there is a link header."""

    @register(f"juniper {name}", JUNIPER, Layer.LINK, protocol="juniper")
    def read(walk: Walk, found: Found) -> None:
        fields = found.fields
        has_header = (fields["magic"] == MAGIC).all(axis=1)
        behind = found.offset + JUNIPER.itemsize
        extension = walk.peek(found.rows, behind, LENGTH)["length"].astype(np.int64)
        behind = np.where(fields["flags"] & HAS_EXTENSION, behind + LENGTH.itemsize + extension, behind)
        at, codes = follow(walk, found, np.where(has_header, behind, found.offset))
        family = np.minimum(walk.peek(found.rows, behind, FAMILY)["family"], 255)
        is_bare = has_header & (fields["flags"] & HAS_NO_LINK != 0)
        walk.send(
            found.rows, np.where(is_bare, behind + FAMILY.itemsize, at), np.where(is_bare, PROTOCOLS.take(family), codes).astype(np.uint16)
        )


def _always(name: str, size: int = 0) -> Follow:
    """Have the same follow in all packets, `size` octets on."""
    return lambda _, __, at: (at + size, np.full(len(at), code(name), np.uint16))


def _service(_: Walk, found: Found, at: Offsets) -> Carried:
    return at + np.where(found.fields["flags"] & IS_INCOMING, 16, 12), np.full(len(at), IP, np.uint16)


def _gateway(walk: Walk, found: Found, at: Offsets) -> Carried:
    protocol = walk.peek(found.rows, at, PROTOCOL)["protocol"]
    return at + PROTOCOL.itemsize, PROTOCOLS.take(np.minimum(protocol, 255))


def _old_atm(walk: Walk, found: Found, at: Offsets) -> Carried:
    is_cell = walk.peek(found.rows, at, BEGIN)["octet"] == OLD_OAM
    return _begun(walk, found, at + 4, [(is_cell, DATA)], [])


def _new_atm(walk: Walk, found: Found, at: Offsets) -> Carried:
    cookie = walk.peek(found.rows, at, COOKIE)
    is_bridged = (found.fields["flags"] & IS_INCOMING == 0) & (cookie["word"] & GAP_COUNT != 0)
    is_ppp = np.isin(_two(walk.peek(found.rows, at + 8, BEGIN)), OF_PPP)
    return _begun(walk, found, at + 8, [(cookie["level"][:, 3] & NEW_OAM != 0, DATA)], [(is_bridged, ETHERNET), (is_ppp, PPP)])


Guess = tuple[NDArray[np.bool_], int]


def _begun(walk: Walk, found: Found, at: Offsets, before: list[Guess], between: list[Guess]) -> Carried:
    """Tell from the first octets what follows: LLC, an identifier of OSI's behind a control field, or IP."""
    begin = walk.peek(found.rows, at, BEGIN)
    first_three = _two(begin).astype(np.int64) << 8 | begin["third"]
    is_control = begin["octet"] == UNNUMBERED
    guesses = [*before, (np.isin(first_three, (SNAP, NLPID)), LLC), *between, (is_control, OSI)]
    codes = np.select([guess for guess, _ in guesses], [np.uint16(to) for _, to in guesses], VERSIONS.take(begin["octet"]))
    return at + (is_control & (codes == OSI)), codes.astype(np.uint16)


def _two(begin: NDArray[np.void]) -> NDArray[np.uint16]:
    two: NDArray[np.uint16] = begin["octet"].astype(np.uint16) << 8 | begin["second"]
    return two


def _by_cookie(found: Found, cookie: NDArray[np.void], *, of_ppp: bool) -> Codes:
    """Return what a cookie of eight octets says; packets for the router's own engine have their link header."""
    direction, level = cookie["level"][:, 0] & TO_ENGINE, cookie["level"][:, 1] & LEVEL_3
    is_linked = (found.fields["flags"] & IS_INCOMING != 0) & (direction != TO_ENGINE) if of_ppp else direction == TO_ENGINE
    over_ipv4 = np.where(is_linked, PPP if of_ppp else DATA, IP)
    conditions = [level == OVER_IPV4, level == OVER_IPV6, level == OVER_MPLS, level == OVER_OSI]
    return np.select(conditions, [over_ipv4, IPV6, MPLS, OSI], DATA).astype(np.uint16)


def _bundle_of_ppp(walk: Walk, found: Found, at: Offsets) -> Carried:
    cookie = walk.peek(found.rows, at, COOKIE)
    first, begin, behind = cookie["word"] >> 24, walk.peek(found.rows, at, BEGIN), walk.peek(found.rows, at + 2, BEGIN)
    is_framed, is_ppp = _two(begin) == CONTROL, np.isin(_two(begin), OF_PPP)
    has_number = is_framed | np.isin(_two(behind), OF_PPP)
    conditions = [first == LINK_SERVICES, np.isin(first, ADAPTIVE_SERVICES), has_number, is_ppp]
    codes = np.select(conditions, [np.uint16(PPP), _by_cookie(found, cookie, of_ppp=True), np.uint16(PPP), np.uint16(PPP)], np.uint16(DATA))
    return at + np.select(conditions, [4, 8, 2, 0], 0), codes.astype(np.uint16)


def _bundle_of_frame_relay(walk: Walk, found: Found, at: Offsets) -> Carried:
    cookie = walk.peek(found.rows, at, COOKIE)
    first, behind = cookie["word"] >> 24, walk.peek(found.rows, at + 2, BEGIN)
    inner = walk.peek(found.rows, at + 4, BEGIN)
    is_padded = np.isin(_two(inner), (UNNUMBERED, UNNUMBERED << 8))
    last = np.where(is_padded, walk.peek(found.rows, at + 6, BEGIN)["octet"], inner["octet"])
    of_services = 4 + 2 * is_padded + (last == UNNUMBERED)
    by_cookie = _by_cookie(found, cookie, of_ppp=False)
    is_osi = (by_cookie == DATA) & (walk.peek(found.rows, at + 8, BEGIN)["octet"] == UNNUMBERED)
    conditions = [
        first == LINK_SERVICES,
        np.isin(first, ADAPTIVE_SERVICES),
        _two(behind) == Q933,
        np.isin(_two(behind), (UNNUMBERED, UNNUMBERED << 8)),
        behind["octet"] == UNNUMBERED,
    ]
    osi = np.uint16(OSI)
    codes = np.select(conditions, [osi, np.where(is_osi, osi, by_cookie), np.uint16(code("q933")), osi, osi], np.uint16(DATA))
    return at + np.select(conditions, [of_services, 8 + is_osi, 3, 4, 3], 0), codes.astype(np.uint16)


KINDS: dict[str, Follow] = {
    "ether": _always("eth"),
    "ppp": _always("ppp", 2),
    "frelay": _always("fr"),
    "chdlc": _always("chdlc"),
    "voice": _always("ip", 18),
    "services": _service,
    "gateway": _gateway,
    "atm 1": _old_atm,
    "atm 2": _new_atm,
    "bundle of ppp": _bundle_of_ppp,
    "bundle of frame relay": _bundle_of_frame_relay,
}
for kind, follow in KINDS.items():
    _register(kind, follow)
