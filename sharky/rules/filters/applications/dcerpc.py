"""DCE/RPC, with which Windows calls functions of other machines (C706 chapter 12, MS-RPCE section 2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sharky.rules.filters.applications.scan import Line, Scan

KIND_AT, CODING_AT, LENGTH_AT, CALL_AT, BODY_AT = 2, 4, 8, 12, 16
ASKS, ANSWER_KINDS, BIND_KINDS = 0, (2, 3), (11, 14)
LITTLE = 0x10
DATAGRAM, DATAGRAM_FUNCTION_AT = 4, 68


def length_of(octets: bytes) -> int:
    """Return how long a message says that it is."""
    return int.from_bytes(octets[LENGTH_AT : LENGTH_AT + 2], "little")


def context_of(octets: bytes) -> int:
    """Return the number under which a call or an answer means an interface."""
    return int.from_bytes(octets[BODY_AT + 4 : BODY_AT + 6], "little")


def function_of(octets: bytes) -> int:
    """Return the number of the function that is called."""
    return int.from_bytes(octets[BODY_AT + 6 : BODY_AT + 8], "little")


def call_of(octets: bytes) -> int:
    """Return the number that an answer shares with its call."""
    return int.from_bytes(octets[CALL_AT:BODY_AT], "little")


def read_contexts(scan: Scan) -> Iterator[Line]:
    """Yield the interfaces that somebody wants to call, each under a number."""
    scan.take(BODY_AT + 8)
    count = scan.number(1)
    yield Line("cn_num_ctx_items", count)
    scan.take(3)
    for _ in range(count):
        yield Line("cn_ctx_id", scan.number(2, "little"))
        ways = scan.number(1)
        yield Line("cn_num_trans_items", ways)
        scan.take(1)
        yield Line("cn_bind_to_uuid", str(UUID(bytes_le=scan.take(16))))
        yield Line("cn_bind_if_ver", scan.number(2, "little"))
        yield Line("cn_bind_if_ver_minor", scan.number(2, "little"))
        for _ in range(ways):
            yield Line("cn_bind_trans_id", str(UUID(bytes_le=scan.take(16))))
            yield Line("cn_bind_trans_ver", scan.number(4, "little"))


def read_datagram(octets: bytes) -> Iterator[Line]:
    """Yield which function a datagram calls or answers, or nothing where it is none."""
    if octets[:1] == bytes((DATAGRAM,)) and len(octets) >= DATAGRAM_FUNCTION_AT + 2:
        order = "little" if octets[CODING_AT] & LITTLE else "big"
        yield Line("opnum", Scan(octets, DATAGRAM_FUNCTION_AT).number(2, order))
