"""DHCP: what a message says beyond its head, and in its options (RFC 2131 section 2, RFC 2132)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

HARDWARE, ADDRESS, SERVER_NAME, FILE, COOKIE, OPTIONS = 2, 28, 44, 108, 236, 240
ADDRESS_OCTETS = 16
PAD, END = 0, 255
ETHERNET = 1
ADDRESSES = {
    4: "time_server", 5: "name_server", 7: "log_server", 8: "quotes_server", 9: "lpr_server", 28: "broadcast_address",
    32: "router_solicitation_address", 41: "nis_server", 42: "ntp_server", 44: "netbios_over_tcpip_name_server",
    45: "netbios_over_tcpip_dd_name_server", 69: "smtp_server", 70: "pop3_server", 118: "subnet_selection_option",
    150: "tftp_server_address",
}  # fmt: skip
NUMBERS = {
    13: ("boot_file_size", 2), 19: ("ip_forwarding", 1), 22: ("max_datagram_reassembly_size", 2), 23: ("default_ip_ttl", 1),
    26: ("interface_mtu", 2), 31: ("perform_router_discover", 1), 35: ("arp_cache_timeout", 4), 37: ("tcp_default_ttl", 1),
    38: ("tcp_keepalive_interval", 4), 46: ("netbios_over_tcpip_node_type", 1), 52: ("option_overload", 1),
    57: ("dhcp_max_message_size", 2), 58: ("renewal_time_value", 4), 59: ("rebinding_time_value", 4),
    91: ("client_last_transaction_time", 4),
    93: ("client_system_architecture", 2), 116: ("dhcp_auto_configuration", 1),
}  # fmt: skip
TEXTS = {
    17: "root_path", 18: "extension_path", 40: "nis_domain", 47: "netbios_over_tcpip_scope", 56: "message", 64: "nis_plus_domain",
    66: "tftp_server_name", 67: "bootfile_name", 100: "tz_pcode", 101: "tz_tcode", 114: "captive_portal", 160: "captive_portal",
}  # fmt: skip
TIME_OFFSET, STATIC_ROUTES, CLIENT, NAME, RELAY, NONCE = 2, 33, 61, 81, 82, 145
ETHERNET_OCTETS, UNIQUE = 6, 255
ADDRESS_AND_TIME, NUMBERED, ADDRESS_ALONE = 1, 2, 3
"""Kinds of identifiers that are unique (RFC 8415 section 11)."""

NAME_FLAGS = (("s", 0x01), ("o", 0x02), ("e", 0x04), ("n", 0x08))
RELAYED = {1: "agent_circuit_id", 2: "agent_remote_id"}


def read_dhcp(octets: bytes) -> Iterator[Line]:
    """Yield what a message says."""
    hardware = min(octets[HARDWARE], ADDRESS_OCTETS) if len(octets) > HARDWARE else 0
    scan = Scan(octets)
    scan.take(ADDRESS + hardware)
    if hardware < ADDRESS_OCTETS:
        yield Line("hw.addr_padding", scan.take(ADDRESS_OCTETS - hardware))
    yield Line("server", text_of(scan.take(FILE - SERVER_NAME).partition(b"\0")[0]))
    yield Line("file", text_of(scan.take(COOKIE - FILE).partition(b"\0")[0]))
    scan.take(OPTIONS - COOKIE)
    while scan.left:
        kind = scan.number(1)
        if kind == END:
            yield Line("option.end", kind)
            if scan.left:
                yield Line("option.padding", scan.rest())
        elif kind == PAD:
            scan.take(scan.left - len(scan.octets[scan.at :].lstrip(b"\0")))
        else:
            content = scan.within(scan.number(1))
            yield Line("option.value", content.octets)
            yield from _option(kind, content)


def _option(kind: int, scan: Scan) -> Iterator[Line]:
    if kind in NUMBERS:
        name, width = NUMBERS[kind]
        yield Line(f"option.{name}", scan.number(width))
    elif kind in TEXTS:
        yield Line(f"option.{TEXTS[kind]}", text_of(scan.rest().partition(b"\0")[0]))
    elif kind == TIME_OFFSET:
        yield Line("option.time_offset", int.from_bytes(scan.take(4), signed=True))
    elif kind in ADDRESSES:
        while scan.left >= 4:
            yield Line(f"option.{ADDRESSES[kind]}", scan.number(4))
    elif kind == STATIC_ROUTES:
        while scan.left >= 8:
            yield from (Line("option.static_route.ip", scan.number(4)), Line("option.static_route.router", scan.number(4)))
    else:
        yield from _more(kind, scan)


def _more(kind: int, scan: Scan) -> Iterator[Line]:
    if kind == CLIENT and len(scan.octets) == 7 and scan.number(1) == ETHERNET:
        yield Line("client", scan.number(6))
    elif kind == CLIENT:
        yield from _client(Scan(scan.octets))
    elif kind == NAME:
        flags = scan.number(1)
        yield from (Line("fqdn.flags", flags), Line("fqdn.mbz", flags >> 4))
        yield from (Line(f"fqdn.{name}", int(flags & bit != 0)) for name, bit in NAME_FLAGS)
        yield from (Line("fqdn.rcode1", scan.number(1)), Line("fqdn.rcode2", scan.number(1)))
        if scan.left:
            yield Line("fqdn.name", _labels(scan.rest()) if flags & 0x04 else text_of(scan.rest()))
    elif kind == RELAY:
        while scan.left >= 2:
            part, content = scan.number(1), scan.within(scan.number(1)).octets
            if part in RELAYED:
                yield Line(f"option.agent_information_option.{RELAYED[part]}", content)
    elif kind == NONCE:
        yield from (Line("option.forcerenew_nonce.algorithm", one) for one in scan.rest())


def _client(scan: Scan) -> Iterator[Line]:
    """Yield a client's identifier: a text, or one that is unique, with the number of its interface ahead of it (RFC 4361)."""
    kind = scan.number(1)
    if not kind:
        yield from (Line("client_id.type", kind), Line("client_id.undef", text_of(scan.rest())))
    elif kind == UNIQUE:
        yield Line("client_id.iaid", scan.take(4).hex())
        kind = scan.number(2)
        yield Line("client_id.duid_type", kind)
        if kind in (ADDRESS_AND_TIME, ADDRESS_ALONE):
            yield Line(f"client_id.{'duid_llt' if kind == ADDRESS_AND_TIME else 'duid_ll'}_hw_type", scan.number(2))
            if kind == ADDRESS_AND_TIME:
                yield Line("client_id.time", scan.number(4))
            address = scan.rest()
            yield Line("client_id.link_layer_address", address.hex(":") if len(address) == ETHERNET_OCTETS else address.hex())
        elif kind == NUMBERED:
            yield Line("client_id.enterprise_num", scan.number(4))


def _labels(octets: bytes) -> str:
    """Return a name whose labels have their length ahead of them."""
    scan, labels = Scan(octets), []
    while scan.left and (size := scan.number(1)):
        labels.append(text_of(scan.within(size).octets))
    return ".".join(labels)
