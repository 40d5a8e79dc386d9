"""Remote procedure calls, and what of NFS, its mounts and port maps they are (RFC 5531 section 9, RFC 1813)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sharky.rules.filters.applications.scan import Line, Scan, text_of

CALL, REPLY, ACCEPTED, WELL = 0, 1, 0, 0
VERSION, UNIX = 2, 1
PROGRAMS = {100000: "portmap", 100003: "nfs", 100005: "mount"}
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Call:
    """What is called: a procedure of a program; when, and in which packet."""

    program: int
    version: int
    procedure: int
    time_ns: int
    number: int

    def lines(self) -> Iterator[Line]:
        """Yield what calls and replies have in common."""
        yield from (Line("program", self.program), Line("programversion", self.version), Line("procedure", self.procedure))
        if self.program in PROGRAMS:
            yield Line(f"{PROGRAMS[self.program]}.procedure_v{self.version}", self.procedure)


def read_call(octets: bytes, time_ns: int, number: int) -> Call | None:
    """Return what a message calls; None where it is no call."""
    if len(octets) < 24 or int.from_bytes(octets[4:12]) != CALL << 32 | VERSION:
        return None
    program, version, procedure = (int.from_bytes(octets[at : at + 4]) for at in (12, 16, 20))
    return Call(program, version, procedure, time_ns, number)


def read_credentials(octets: bytes) -> Iterator[Line]:
    """Yield who calls."""
    scan = Scan(octets, 24)
    flavor, size = scan.number(4), scan.number(4)
    yield Line("flavor", flavor)
    own = scan.within(size)
    yield Line("flavor", scan.number(4))
    if flavor == UNIX:
        own.take(4)
        size = own.number(4)
        yield Line("machinename", text_of(own.take(min(size, LONGEST_NAME))))
        own.take(-size % 4)
        yield from (Line("uid", own.number(4)), Line("gid", own.number(4)))


def read_reply(octets: bytes, call: Call) -> Iterator[Line]:
    """Yield what became of a call."""
    scan = Scan(octets, 8)
    state = scan.number(4)
    yield Line("replystat", state)
    if state != ACCEPTED:
        return
    yield Line("flavor", scan.number(4))
    scan.take(scan.number(4))
    accepted = scan.number(4)
    yield Line("state_accept", accepted)
    if accepted == WELL and (call.program, call.version) == (100003, 3) and call.procedure:
        yield Line("nfs.status3", scan.number(4))
