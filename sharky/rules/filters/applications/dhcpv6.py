"""DHCPv6: what the options of a message say, and options within them (RFC 8415 sections 11 and 21)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import CutOffError, Line, Scan, text_of

RELAYS = (12, 13)
DEEPEST = 4
CLIENT, SERVER, IA, TEMPORARY, ADDRESS, WISHES, PREFERENCE, ELAPSED, RELAYED, STATUS = 1, 2, 3, 4, 5, 6, 7, 8, 9, 13
CLASS, INTERFACE, DNS, SEARCH, PREFIXES, PREFIX, REFRESH, NAME = 16, 18, 23, 24, 25, 26, 32, 39
WITH_TIME, ENTERPRISE, LINK_LAYER = 1, 2, 3
NAMES = {
    1: "Client Identifier", 2: "Server Identifier", 3: "Identity Association for Non-temporary Address",
    4: "Identity Association for Temporary Address", 5: "IA Address", 6: "Option Request", 7: "Preference", 8: "Elapsed time",
    9: "Relay Message", 11: "Authentication", 12: "Server unicast", 13: "Status code", 14: "Rapid Commit", 15: "User Class",
    16: "Vendor Class", 17: "Vendor-specific Information", 18: "Interface-Id", 19: "Reconfigure Message", 20: "Reconfigure Accept",
    23: "DNS recursive name server", 24: "Domain Search List", 25: "Identity Association for Prefix Delegation", 26: "IA Prefix",
    31: "Simple Network Time Protocol Server", 32: "Lifetime", 37: "Remote Identifier", 38: "Subscriber Identifier",
    39: "Fully Qualified Domain Name",
}  # fmt: skip


def read_dhcpv6(octets: bytes, depth: int = 0) -> Iterator[Line]:
    """Yield what a message says, and one that is passed on within it."""
    scan = Scan(octets)
    if scan.number(1) in RELAYS:
        yield from (Line("hopcount", scan.number(1)), Line("linkaddr", scan.take(16)), Line("peeraddr", scan.take(16)))
    else:
        scan.take(3)
    yield from _options(scan, depth)


def _options(scan: Scan, depth: int) -> Iterator[Line]:
    while scan.left >= 4 and depth < DEEPEST:
        kind, size = scan.number(2), scan.number(2)
        yield from (Line("option.type", kind), Line("option.length", size))
        if kind in NAMES:
            yield Line("option.type_str", NAMES[kind])
        try:
            yield from _option(kind, scan.within(size), depth)
        except CutOffError:
            continue


def _option(kind: int, scan: Scan, depth: int) -> Iterator[Line]:
    match kind:
        case 1 | 2:
            yield from _identifier(scan)
        case 3 | 25:
            yield Line("iaid", scan.take(4).hex())
            yield from (Line("iaid.t1", scan.number(4)), Line("iaid.t2", scan.number(4)))
            yield from _options(scan, depth + 1)
        case 4:
            yield Line("iata", scan.take(4).hex())
            yield from _options(scan, depth + 1)
        case 5:
            yield Line("iaaddr.ip", scan.take(16))
            yield from (Line("iaaddr.pref_lifetime", scan.number(4)), Line("iaaddr.valid_lifetime", scan.number(4)))
            yield from _options(scan, depth + 1)
        case 26:
            yield from (Line("iaprefix.pref_lifetime", scan.number(4)), Line("iaprefix.valid_lifetime", scan.number(4)))
            yield from (Line("iaprefix.pref_len", scan.number(1)), Line("iaprefix.pref_addr", scan.take(16)))
            yield from _options(scan, depth + 1)
        case 9:
            yield from read_dhcpv6(scan.rest(), depth + 1)
        case _:
            yield from _plain(kind, scan)


def _plain(kind: int, scan: Scan) -> Iterator[Line]:
    if kind == WISHES:
        while scan.left >= 2:
            yield Line("requested_option_code", scan.number(2))
    elif kind in (PREFERENCE, ELAPSED, REFRESH):
        name, width = {PREFERENCE: ("option_preference", 1), ELAPSED: ("elapsed_time", 2), REFRESH: ("lifetime", 4)}[kind]
        yield Line(name, scan.number(width) * (10 if kind == ELAPSED else 1))
    elif kind == STATUS:
        yield Line("status_code", scan.number(2))
        if scan.left:
            yield Line("status_msg", text_of(scan.rest()))
    elif kind == CLASS:
        yield Line("vendorclass.enterprise", scan.number(4))
        while scan.left >= 2:
            yield Line("vendorclass.data", text_of(scan.within(scan.number(2)).octets))
    elif kind == INTERFACE:
        yield Line("interface_id", scan.rest())
    elif kind == DNS:
        while scan.left >= 16:
            yield Line("dns_server", scan.take(16))
    elif kind in (SEARCH, NAME):
        yield from _names(kind, scan)


def _names(kind: int, scan: Scan) -> Iterator[Line]:
    if kind == NAME:
        flags = scan.number(1)
        yield from (Line("client_fqdn_flags", flags), Line("clientfqdn.client.n", flags >> 2 & 1), Line("clientfqdn.client.s", flags & 1))
    while scan.left:
        labels = []
        while scan.left and (size := scan.number(1)):
            labels.append(text_of(scan.within(size).octets))
        is_whole = scan.octets[scan.at - 1 : scan.at] == b"\0"
        yield Line(
            "client_domain" if kind == NAME else "search_list_entry", ".".join(labels) + ("." if is_whole and kind == SEARCH else "")
        )


def _identifier(scan: Scan) -> Iterator[Line]:
    yield Line("duid.bytes", scan.octets)
    kind = scan.number(2)
    yield Line("duid.type", kind)
    if kind == WITH_TIME:
        yield from (Line("duidllt.hwtype", scan.number(2)), Line("duidllt.time", scan.number(4)))
        yield Line("duidllt.link_layer_addr", scan.rest().hex(":"))
    elif kind == LINK_LAYER:
        yield from (Line("duidll.hwtype", scan.number(2)), Line("duidll.link_layer_addr", scan.rest().hex(":")))
    elif kind == ENTERPRISE:
        yield from (Line("duiden.enterprise", scan.number(4)), Line("duiden.identifier", scan.rest()))
