"""What logs in to Windows: NTLM (MS-NLMP section 2.2), and what wraps it or a ticket (RFC 4178, RFC 2743 section 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import CutOffError, Line, Scan

SIGNATURE = b"NTLMSSP\0"
WANTS, CHALLENGES, PROVES = 1, 2, 3
TOKEN, ANSWER, SPNEGO = 0x60, 0xA1, b"\x06\x06\x2b\x06\x01\x05\x05\x02"
NAMES = {"domain": 28, "username": 36, "hostname": 44}
BLOBS = {"lmresponse": 12, "ntresponse": 20}
KEY_AT, PROOF_AT = 52, 72
UNICODE, HAS_VERSION = 1, 0x02000000
TARGET_AT, SAYS_AT = 12, 40
FLAGS_AT = {WANTS: 12, CHALLENGES: 20, PROVES: 60}
VERSION_AT = {WANTS: 32, CHALLENGES: 48, PROVES: 64}
OF_FIRST_VERSION = 24
"""Octets of a response of NTLM's first version; what is longer is of the second."""

ITEMS = {1: "nb_computer_name", 2: "nb_domain_name", 3: "dns_computer_name", 4: "dns_domain_name", 5: "dns_tree_name", 9: "target_name"}
NUMBER, MOMENT, OCTETS = {6: "flags"}, {7: "timestamp"}, {8: "restrictions", 10: "channel_bindings"}
MOST_ITEMS = 32

BEFORE_1970 = 116_444_736_000_000_000
"""Since the year 1601, in steps of 100 ns, as Windows counts."""


def read_login(octets: bytes) -> Iterator[Line]:
    """Yield what a token says that logs in."""
    if octets[:1] and octets[0] in (TOKEN, ANSWER):
        yield Line("gss-api", 1)
        if octets[0] == ANSWER or SPNEGO in octets[:16]:
            yield Line("spnego", 1)
    at = octets.find(SIGNATURE)
    if at >= 0:
        yield from read_ntlmssp(octets[at:])


def read_ntlmssp(octets: bytes) -> Iterator[Line]:
    """Yield what a message of NTLM says, as far as it goes.

    >>> [line.value for line in read_ntlmssp(SIGNATURE + bytes([1, 0, 0, 0]))][:3]
    [1, 'NTLMSSP', 1]
    """
    kind = int.from_bytes(octets[8:12], "little")
    yield from (Line("ntlmssp", 1), Line("identifier", "NTLMSSP"), Line("messagetype", kind))
    try:
        yield from _message(octets, kind)
    except CutOffError:
        return


def _message(octets: bytes, kind: int) -> Iterator[Line]:
    flags_at = FLAGS_AT.get(kind, len(octets))
    flags = int.from_bytes(octets[flags_at : flags_at + 4], "little")
    if kind == WANTS:
        yield from (line for name, at in (("calling.domain", 16), ("calling.workstation", 24)) for line in _named(name, octets, at, 0))
    elif kind == CHALLENGES:
        yield from (*_named("target", octets, TARGET_AT, flags), Line("challenge", octets[24:32]), Line("reserved", octets[32:40]))
        yield from _said(octets) if _begin(octets, TARGET_AT) > SAYS_AT else ()
    elif kind == PROVES:
        yield from _proof(octets, flags)
    if len(octets) >= flags_at + 4:
        yield Line("ntlm.flags", octets[flags_at : flags_at + 4])
    version_at = VERSION_AT.get(kind, 0)
    if flags & HAS_VERSION and len(octets) >= version_at + 8:
        yield Line("ntlm.version", octets[version_at : version_at + 8])


def _begin(octets: bytes, at: int) -> int:
    """Return where something begins of which length and place stand at an octet."""
    return int.from_bytes(octets[at + 4 : at + 8], "little")


def _region(octets: bytes, at: int) -> bytes:
    begin = _begin(octets, at)
    return octets[begin : begin + int.from_bytes(octets[at : at + 2], "little")]


def _place(name: str, octets: bytes, at: int) -> Iterator[Line]:
    """Yield where something stands, and how long it is, unless it is nothing."""
    scan = Scan(octets, at)
    if any(octets[at : at + 2]):
        yield from (Line(f"{name}.length", scan.number(2, "little")), Line(f"{name}.maxlen", scan.number(2, "little")))
        yield Line(f"{name}.offset", scan.number(4, "little"))


def _named(name: str, octets: bytes, at: int, flags: int) -> Iterator[Line]:
    text = _region(octets, at).decode("utf-16-le" if flags & UNICODE else "latin-1", "replace")
    yield from (Line(name, text or "NULL"), *_place("string", octets, at))


def _blob(name: str, octets: bytes, at: int) -> Iterator[Line]:
    """Yield octets that stand elsewhere; where they are none, Wireshark shows those that say so."""
    yield from (Line(name, _region(octets, at) or octets[at : at + 8]), *_place("blob", octets, at))


def _said(octets: bytes) -> Iterator[Line]:
    """Yield what a server says of itself in a challenge."""
    yield from (Line("said", 1), *_place("said", octets, SAYS_AT), *_items("said", Scan(_region(octets, SAYS_AT))))


def _proof(octets: bytes, flags: int) -> Iterator[Line]:
    for name, at in BLOBS.items():
        yield from _blob(name, octets, at)
    response = _region(octets, BLOBS["ntresponse"])
    yield from _second_version(Scan(response)) if len(response) > OF_FIRST_VERSION else ()
    yield from (line for name, at in NAMES.items() for line in _named(name, octets, at, flags))
    first = min(_begin(octets, at) for at in (*BLOBS.values(), *NAMES.values()))
    if first > KEY_AT:
        yield from _blob("sesskey", octets, KEY_AT)
    if first >= PROOF_AT + 16:
        yield Line("mic", octets[PROOF_AT : PROOF_AT + 16])


def _second_version(scan: Scan) -> Iterator[Line]:
    """Yield what a response of NTLM's second version consists of."""
    yield from (Line("v2", scan.octets), Line("v2.ntproofstr", scan.take(16)))
    yield from (Line("v2.rversion", scan.number(1)), Line("v2.hirversion", scan.number(1)), Line("v2.z", scan.take(6)))
    yield from (Line("v2.time", _moment(scan.number(8, "little"))), Line("v2.chal", scan.take(8)), Line("v2.z", scan.take(4)))
    yield from _items("v2", scan)


def _items(name: str, scan: Scan) -> Iterator[Line]:
    for _ in range(MOST_ITEMS):
        kind, size = scan.number(2, "little"), scan.number(2, "little")
        yield from (Line(f"{name}.item.type", kind), Line(f"{name}.item.length", size))
        if not kind:
            return
        octets = scan.take(size)
        if kind in ITEMS:
            yield Line(f"{name}.{ITEMS[kind]}", octets.decode("utf-16-le", "replace"))
        elif kind in OCTETS:
            yield Line(f"{name}.{OCTETS[kind]}", octets)
        elif kind in NUMBER:
            yield Line(f"{name}.{NUMBER[kind]}", int.from_bytes(octets[:4], "little"))
        elif kind in MOMENT:
            yield Line(f"{name}.{MOMENT[kind]}", _moment(int.from_bytes(octets[:8], "little")))


def _moment(since_1601: int) -> int:
    """Return a moment in nanoseconds since 1970."""
    return (since_1601 - BEFORE_1970) * 100
