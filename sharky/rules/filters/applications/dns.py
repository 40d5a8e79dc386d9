"""Records of DNS that say more than a name or an address (RFC 1035 section 3.3, RFC 2782, RFC 4034, RFC 9460)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sharky.rules.filters.applications.scan import CutOffError, Line, Scan, text_of
from sharky.rules.filters.heard import ROOT

HEAD = 12
LONGEST_LABEL, POINTER = 63, 0xC0
MOST_RECORDS, MOST_LABELS = 200, 128
MOST_STEPS = 600
"""Labels of all names of a message, wherever they stand."""
SOA, HINFO, SRV, NAPTR, DNAME, OPT, NSEC, CAA = 6, 13, 33, 35, 39, 41, 47, 257
TOLD = ("serial_number", "refresh_interval", "retry_interval", "expire_limit", "minimum_ttl")
COOKIE, CLIENT = 10, 8


@dataclass(slots=True)
class Names(Scan):
    """A message, or a part of one, with names that may point to others; `steps` is how many labels were read."""

    steps: int = 0

    def labels(self) -> list[str]:
        """Read the labels of a name, wherever they stand."""
        labels: list[str] = []
        at: Scan = self
        for _ in range(MOST_LABELS):
            self.steps += 1
            size = at.number(1)
            if self.steps > MOST_STEPS or LONGEST_LABEL < size < POINTER:
                raise CutOffError
            if not size:
                break
            if size >= POINTER:
                at = Scan(self.octets, min((size & ~POINTER) << 8 | at.number(1), len(self.octets)))
            else:
                labels.append(text_of(at.take(size)))
        return labels

    def name(self) -> str:
        """Read a name."""
        return ".".join(self.labels()) or ROOT


def read_dns(octets: bytes) -> Iterator[Line]:
    """Yield what the questions and records of a message say."""
    scan = Names(octets)
    scan.take(4)
    asked, *told = (scan.number(2) for _ in range(4))
    for number in range(min(asked + sum(told), MOST_RECORDS)):
        labels = scan.labels()
        kind = scan.number(2)
        scan.take(2)
        if number < asked:
            yield Line("count.labels", len(labels))
            continue
        scan.take(4)
        size = scan.number(2)
        content = Names(octets[: scan.at + size], scan.at, scan.steps)
        scan.within(size)
        try:
            yield from _record(kind, labels, content)
        except CutOffError:
            continue
        finally:
            scan.steps = content.steps
    if scan.left and asked + sum(told) <= MOST_RECORDS:
        yield from (Line("extraneous", 1), Line("extraneous.length", scan.left), Line("extraneous.data", scan.rest()))


def _record(kind: int, labels: list[str], scan: Names) -> Iterator[Line]:
    if kind == SOA:
        yield from (Line("soa.mname", scan.name()), Line("soa.rname", scan.name()))
        yield from (Line(f"soa.{name}", scan.number(4)) for name in TOLD)
    elif kind == SRV and len(labels) > 2:
        yield from (Line("srv.service", labels[0]), Line("srv.proto", labels[1]), Line("srv.name", ".".join(labels[2:])))
    elif kind == NSEC:
        yield Line("nsec.next_domain_name", scan.name())
    elif kind == DNAME:
        yield Line("dname", scan.name())
    elif kind == HINFO:
        yield from (Line(f"hinfo.{name}", text_of(scan.take(scan.number(1)))) for name in ("cpu", "os"))
    elif kind == NAPTR:
        yield from (Line("naptr.order", scan.number(2)), Line("naptr.preference", scan.number(2)))
        yield from (Line(f"naptr.{name}", text_of(scan.take(scan.number(1)))) for name in ("flags", "service", "regex"))
        yield Line("naptr.replacement", scan.name())
    elif kind == CAA:
        scan.take(1)
        yield Line("caa.tag", text_of(scan.take(scan.number(1))))
        yield Line("caa.value", text_of(scan.rest()))
    elif kind == OPT:
        yield from _options(scan)


def _options(scan: Scan) -> Iterator[Line]:
    while scan.left >= 4:
        kind, content = scan.number(2), scan.within(scan.number(2))
        yield Line("opt.data", content.octets)
        yield from _option(kind, content)


def _option(kind: int, scan: Scan) -> Iterator[Line]:
    if kind == COOKIE:
        yield from (Line("opt.cookie.client", scan.take(8)), Line("opt.cookie.server", scan.rest()))
    elif kind == CLIENT:
        family, mask = scan.number(2), scan.number(1)
        yield from (Line("opt.client.family", family), Line("opt.client.netmask", mask), Line("opt.client.scope", scan.number(1)))
        address = scan.rest()
        if family == 1:
            yield Line("opt.client.addr4", int.from_bytes(address[:4].ljust(4, b"\0")))
        elif family == 2:
            yield Line("opt.client.addr6", address[:16].ljust(16, b"\0"))
