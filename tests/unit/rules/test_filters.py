"""What a filter lets pass, by hand-made packets; that Wireshark agrees is held by the oracle test."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.errors import SettingsError
from sharky.rules import compile_filter
from sharky.rules.filters.fields import HEAD, fields, protocols
from sharky.rules.filters.messages import DNS_HEADS
from sharky.rules.filters.parts import parts
from sharky.rules.filters.places import BESIDE
from tests.unit.rules.builder import DNS_PACKET, Batches, Layer, eth, icmp, ip, ipv6, packet, tcp, udp, vlan

WEB: tuple[Layer, ...] = (eth(), ip("192.168.1.5", "17.0.0.1", ttl=64, flags=2), tcp(50_000, 443, 0x18, window=512))
SYN: tuple[Layer, ...] = (eth(), vlan(7, priority=3), ip(), tcp(1024, 80, 0x02))
V6: tuple[Layer, ...] = (eth(dst="33:33:00:00:00:fb", kind=0x86DD), ipv6("fe80::1", "2001:db8::5"), udp(5353, 5353))
TUNNEL: tuple[Layer, ...] = (eth(), ip("10.0.0.1", "10.0.0.9"), icmp(3, 1), ip("10.0.0.9", "172.16.0.1"), udp(9, 33434))

QUOTED: tuple[Layer, ...] = (eth(), ip(), icmp(3, 1), ip(), tcp(50_000, 443))
PING: tuple[Layer, ...] = (eth(), ip(), ("icmp", bytes.fromhex("0800000000070009")))
TOO_LONG: tuple[Layer, ...] = (eth(), ip(), ("icmp", bytes.fromhex("0304000000000578")))
SOLICITATION: tuple[Layer, ...] = (eth(), ipv6(), ("icmpv6", bytes.fromhex("8700000000000000fe80") + bytes(14)))
CUT_SHORT: tuple[Layer, ...] = (eth(), ipv6(), ("icmpv6", bytes.fromhex("8700000000000000fe80")))


def passes(text: str, *layers: Layer, length: int = 60) -> bool:
    """Return whether one packet passes a filter."""
    columns, labels = Batches().batch(packet(1.0, *layers, length=length))
    return bool(compile_filter(text).mask(columns, labels)[0])


@pytest.mark.parametrize(
    ("text", "layers", "expected"),
    [
        ("", WEB, True),
        ("frame", WEB, True),
        ("tcp", WEB, True),
        ("udp", WEB, False),
        ("dns", DNS_PACKET, True),
        ("tcp.port == 443", WEB, True),
        ("tcp.port == 50000", WEB, True),
        ("tcp.srcport == 443", WEB, False),
        ("tcp.dstport eq 0x1bb", WEB, True),
        ("tcp.dstport == 0673", WEB, True),
        ("tcp.dstport == 0b110111011", WEB, True),
        ("tcp.port != 443", WEB, False),
        ("tcp.srcport > tcp.dstport == 443", WEB, True),
        ("tcp.srcport > tcp.dstport > 443", WEB, False),
        ("ip.src != ip.dst != 10.0.0.1 and tcp", WEB, True),
        ("ip.src == ip.dst == 10.0.0.1 or udp", WEB, False),
        ('frame contains "" or tcp contains ""', WEB, False),
        ('eth.src[0:3] contains "" and not eth.src[0:3] == ""', WEB, True),
        ('any frame contains "x" or all frame contains 08:00', WEB, True),
        ('any tcp matches "x"', WEB, False),
        ("ieee8021ad.svid == 5 and ieee8021ad.cvid == 10", (eth(), ("ieee8021ad", bytes.fromhex("b00588a8300a0800"))), True),
        ("ieee8021ad.id == 5 and ieee8021ad.priority == 5", (eth(), ("ieee8021ad", bytes.fromhex("b0050800"))), True),
        ("ieee8021ad.id == 5", (eth(), ("ieee8021ad", bytes.fromhex("b00588a8300a0800"))), False),
        ("eth.src_not_group", (eth(src="01:00:00:00:00:01"),), True),
        ("ip.ttl.too_small", (eth(), ip(ttl=4), udp()), True),
        ("ip.ttl.too_small", (eth(), ip(ttl=4, dst="224.0.0.5"), udp()), False),
        ("udp.possible_traceroute", (eth(), ip(), udp(1024, 33435)), True),
        ("tcp.ack.nonzero", (eth(), ip(), tcp(flags=0x02)), True),
        ("tcp.ack.nonzero", (eth(), ip(), tcp(flags=0x12)), False),
        ("vlan.len == 38", (eth(), ("vlan", bytes.fromhex("00050026"))), True),
        ("icmp.address_mask == 255.255.0.0", (eth(), ip(), ("icmp", bytes.fromhex("1200000000010002ffff0000"))), True),
        ("string(tcp.srcport) > string(tcp.dstport)", WEB, True),
        ("string(ip.src) == string(ip.dst)", WEB, False),
        ("tcp.port ~= 443", WEB, True),
        ("tcp.port === 443", WEB, False),
        ("tcp.port !== 443", WEB, True),
        ("any tcp.port != 443", WEB, True),
        ("all tcp.port == 443", WEB, False),
        ("all tcp.port > 400", WEB, True),
        ("tcp.port != 443", DNS_PACKET, False),
        ("not tcp.port == 443", DNS_PACKET, True),
        ("udp.port != 53", WEB, False),
        ("tcp.port in {80, 443}", WEB, True),
        ("tcp.port == +443 and tcp.port in {+ 443}", WEB, True),
        ("tcp.port in {443..80}", WEB, False),
        ("all tcp.port in {443..80} or not tcp.port not in {443..80}", WEB, False),
        ("ip.src in {ip.dst, 192.168.1.5}", WEB, True),
        ("ip.src in {ip.dst}", WEB, False),
        ("tcp.srcport in {tcp.dstport .. 65535} and all tcp.port in {tcp.dstport .. tcp.srcport}", WEB, True),
        ("all tcp.port in {tcp.dstport} or tcp.srcport not in {tcp.port}", WEB, False),
        ("tcp.dstport in {len(http.host)}", WEB, False),
        ("tcp.port in {80, 400..450}", WEB, True),
        ("tcp.port not in {443}", WEB, False),
        ("tcp.port not in {443}", DNS_PACKET, True),
        ("tcp.flags.syn", WEB, True),
        ("tcp.flags.syn == 1", WEB, False),
        ("tcp.flags.syn == 1 and tcp.flags.ack == 0", SYN, True),
        ("tcp.flags.syn == True", SYN, True),
        ("tcp.flags.syn == 2", SYN, True),
        ("tcp.flags == 0x18", WEB, True),
        ("tcp.flags & 0x08", WEB, True),
        ("tcp.flags & 0x02", WEB, False),
        ("tcp.flags & 0x12 == 0x10", WEB, True),
        ("tcp.hdr_len == 20", WEB, True),
        ("tcp.len == 0", WEB, True),
        ("tcp.len", QUOTED, False),
        ("tcp.port == 443", QUOTED, True),
        ("tcp.window_size_value >= 512", WEB, True),
        ("vlan.id == 7 && vlan.priority == 3", SYN, True),
        ("ip.addr == 192.168.0.0/16", WEB, True),
        ("ip.addr != 192.168.0.0/16", WEB, False),
        ("ip.src > 192.168.0.0/16", WEB, False),
        ("ip.src >= 192.168.0.0/16", WEB, True),
        ("ip.src in {10.0.0.0/8, 192.168.1.0..192.168.1.9}", WEB, True),
        ("ip.ttl < 65 and ip.flags.df == 1", WEB, True),
        ("ip.src == ip.dst", WEB, False),
        ("tcp.srcport > tcp.dstport", WEB, True),
        ("ip.addr == 172.16.0.1", TUNNEL, True),
        ("ip.src == ip.dst", TUNNEL, True),
        ("udp.dstport == 33434 and icmp.type == 3", TUNNEL, True),
        ("ipv6.addr == fe80::/10", V6, True),
        ("ipv6.dst == 2001:db8::5", V6, True),
        ("ipv6.src == 2001:db8::5", V6, False),
        ("ipv6.hlim == 64 and ip", V6, False),
        ("eth.dst == 33-33-00-00-00-fb", V6, True),
        ("eth.addr == 0200.0000.0001", WEB, True),
        ("eth.dst.ig == 1", V6, True),
        ("eth.type == 0x86dd", V6, True),
        ("eth.len", V6, False),
        ("eth.src.oui == 0x020000", WEB, True),
        ("eth.addr.oui == 0x333300", V6, True),
        ("eth.dst.lg == 1 and eth.src.ig == 0", WEB, True),
        ("vlan.dei == 0", SYN, True),
        ("ipv6.version == 6 and ipv6.tclass.dscp == 0", V6, True),
        ("icmp.ident == 7 and icmp.seq == 9", PING, True),
        ("icmp.mtu", PING, False),
        ("icmp.seq", TUNNEL, False),
        ("icmp.mtu == 1400", TOO_LONG, True),
        ("icmpv6.nd.ns.target_address == fe80::/10", SOLICITATION, True),
        ("icmpv6.nd.na.target_address", SOLICITATION, False),
        ("icmpv6.nd.ns.target_address", CUT_SHORT, False),
        ("tcp.flags.res == 0 and tcp.flags.ae == 0", WEB, True),
        ("arp.opcode == 1", WEB, False),
        ("frame.number == 1 and frame.cap_len == 54", WEB, True),
        ("ip.version#1 == 4 and ip.version#1 == 6", (eth(), ip(), *V6[1:]), True),
        ("ip.version#2 == 6", (eth(), ip(), *V6[1:]), False),
        ('eth.type#1 == "IPv4" and eth.type#1 == IPv4', WEB, True),
        (".ip.dst == .ip.dst and .ip and len(.ip.ttl) == 1 and ip.ttl in {.ip.ttl}", WEB, True),
        ("ip#1[0] == 45 and len(ip.ttl#1) == 1 and -ip.ttl#1 < 0", WEB, True),
        ("ip#2[0] == 45 or ip#2[0] != 45", WEB, False),
        ('frame.protocols[0:3] >= "zz" and frame.protocols[0:3] < "zzzz" and frame.protocols[0:3] <= "eth"', WEB, True),
        ('frame.protocols[0:3] < "et" or frame.protocols[0:3] < "eta" or frame.protocols[0:3] > "eth"', WEB, False),
        ("vlan[0:2] == 00:07 and vlan[-2:] == 08:00 and len(vlan) == 4 and not vlan[4]", (eth(), vlan(7), ip()), True),
        ("raw#1 or tcp#2[18-21] != 00", WEB, False),
        ("udp#2[6-9] != 45:00:00", DNS_PACKET, False),
    ],
)
def test_a_filter_means_what_it_means_in_wireshark(text: str, layers: tuple[Layer, ...], *, expected: bool) -> None:
    assert passes(text, *layers) is expected


def test_the_length_on_the_wire_counts_not_what_was_captured() -> None:
    assert passes("frame.len > 1000", *WEB, length=1500)


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("tcp or udp and frame.len > 100", "tcp or (udp and frame.len > 100)"),
        ("udp and frame.len > 100 or tcp", "(udp and frame.len > 100) or tcp"),
        ("not tcp and udp", "(not tcp) and udp"),
        ("tcp xor udp and ip", "tcp xor (udp and ip)"),
        ("tcp or udp xor ip", "tcp or (udp xor ip)"),
        ("! ! tcp", "tcp"),
        ("!(tcp||udp)&&ip", "not (tcp or udp) and ip"),
        ("not tcp.port == 80", "not (tcp.port == 80)"),
    ],
)
def test_not_binds_tighter_than_and_and_that_than_or(text: str, same_as: str) -> None:
    batches = Batches()
    columns, labels = batches.batch(
        *(packet(1.0, *layers, length=120) for layers in (WEB, SYN, V6, TUNNEL, DNS_PACKET)), packet(1.0, eth())
    )
    assert compile_filter(text).mask(columns, labels).tolist() == compile_filter(same_as).mask(columns, labels).tolist()


@pytest.mark.parametrize("field", [name for name, field in fields().items() if field.type != "name"])
def test_every_field_can_be_asked_for_and_compared(field: str) -> None:
    value = {"ipv4": "1.2.3.4", "ipv6": "::1", "ether": "00:00:00:00:00:00", "octets": "00", "bytes": "00", "date": "2000-01-01"}.get(
        fields()[field].type, "1"
    )
    batches = Batches()
    columns, labels = batches.batch(*(packet(1.0, *layers) for layers in (WEB, SYN, V6, TUNNEL)))
    there = compile_filter(field).mask(columns, labels)
    if fields()[field].type == "none":
        return
    for operator in ("==", "!=") if fields()[field].type in ("text", "octets", "bytes") else ("==", "!=", "<", "<=", ">", ">="):
        assert not (compile_filter(f"{field} {operator} {value}").mask(columns, labels) & ~there).any()


def test_every_protocol_that_owns_a_field_is_known() -> None:
    owners = {spot.header for field in fields().values() for spot in field.spots}
    named = {owner for owner in owners if not owner.startswith(HEAD)}
    assert {owner if owner in protocols() else owner.split()[0] for owner in named} <= set(protocols())
    assert {owner for owner in named if owner not in protocols()} <= {*parts(), *DNS_HEADS, *BESIDE}


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        ("tcp.prot == 80", 0, 'unknown field "tcp.prot"', 'did you mean "tcp.port"?'),
        ("eq", 0, '"eq" cannot stand here', 'a field comes first, such as "tcp.port == 443"'),
        ("ip and contains", 7, '"contains" cannot stand here', 'a field comes first, such as "tcp.port == 443"'),
        ("ip and dnss", 7, 'unknown field or protocol "dnss"', 'did you mean "dns"?'),
        ("wpa", 0, 'unknown field or protocol "wpa"', ""),
        ("vrrp == 5", 0, "vrrp is a protocol and has no value to compare", "vrrp"),
        ("tcp == anna", 7, '"anna" cannot stand here', "00:17:88"),
        ("104asdu", 0, 'unknown field or protocol "104asdu"', "write iec60870_104"),
        ("tcp.port == 70000", 12, "70000 is too big for tcp.port", "at most 65535"),
        ("tcp.port == http", 12, '"http" is not a number, as tcp.port wants it', "such as 80"),
        ('tcp.port == "80"', 12, "tcp.port cannot be compared with a text", "without quotes"),
        ("tcp.port = 80", 9, '"=" cannot stand here', 'write "=="'),
        ("tcp.port ==", 11, "the filter ends too early", "a value for tcp.port is missing"),
        ("ip.addr == 10.0.0", 11, '"10.0.0" is not an IPv4 address', "192.168.0.0/16"),
        ("ip.addr == 10.0.0.0/33", 11, '"33" is not the length of a prefix', "0 to 32"),
        ("ipv6.addr == 10.0.0.1", 13, '"10.0.0.1" is not an IPv6 address', "fe80::/10"),
        ("eth.addr == ff:ff", 12, '"ff:ff" is not a MAC address', "00:53"),
        ("(tcp", 0, "this parenthesis is never closed", "close it"),
        ("tcp)", 3, "this parenthesis was never opened", "remove it"),
        ("()", 1, '")" cannot stand here', "a condition is missing"),
        ("tcp udp", 4, '"udp" cannot stand here', '"and" or "or"'),
        ("tcp AND udp", 4, '"AND" cannot stand here', 'write "and"'),
        ("tcp and", 7, "the filter ends too early", "a condition is missing"),
        ("and tcp", 0, '"and" cannot stand here', "a condition is missing"),
        ("443 == tcp.port", 0, '"443" cannot stand here', "a field comes first"),
        ("tcp.port in {}", 13, '"}" cannot stand here', "a value for tcp.port is missing"),
        ("tcp.port in {80 443}", 16, '"443" cannot stand here', "a comma"),
        ("service in {netflix youtube}", 20, '"youtube" cannot stand here', "a comma"),
        ("tcp.flags.syn == true", 17, '"true" is not a truth value', "True or False"),
        ("eth.dst.ig == Set", 14, '"Set" is not a truth value', "True or False"),
        ("any tcp", 4, '"tcp" cannot stand here', "wants a comparison"),
        ("all ip.ttl and tcp", 11, '"and" cannot stand here', "all ip.ttl == 1"),
        ("any device", 10, "the filter ends too early", "wants a comparison"),
        ("all tcp.flags & 2", 17, "the filter ends too early", "wants a comparison"),
        ("tcp.port in 80", 12, '"80" cannot stand here', "in braces"),
        ("tcp.port in {ip.src}", 13, "tcp.port and ip.src cannot be compared", "one is uint"),
        ("ip.src in {ip.dst .. 10.0.0.1}", 18, "no field can bound a range of ip.src", "its two ends"),
        ("tcp.port in $web", 12, 'unknown list "web"', "lists"),
        ('vrrp contains "x"', 0, "vrrp cannot be searched", "frame can"),
        ("frame contains ff", 15, '"ff" is a protocol here', "write 0xff"),
        ("frame contains google", 15, '"google" cannot stand here', 'in "quotes"'),
        ("http.request.method == 'GET'", 23, "single quotes are for one character", 'put a text in double quotes: "GET"'),
        ("service in {'netflix'}", 12, "single quotes are for one character", 'double quotes: "netflix"'),
        ("tcp.len == ''", 11, "single quotes are for one character", "double quotes"),
        ("ip.src == 'a'", 10, "ip.src cannot be compared with a text", "without quotes"),
        ('http.host == "\\q"', 13, '"\\q" is not known in a text', "for a backslash"),
        ('frame contains "\\q"', 15, '"\\q" is not known in a text', "for a backslash"),
        ("eth.src[0:3] & 00:17", 15, "eth.src[0:3] has 3 octets", "as many"),
        ("dns.qry.name[0] == w", 19, '"w" cannot stand here', "00:17:88"),
        ("tcp.payload in {80 81}", 19, '"81" cannot stand here', "a comma"),
        ("tcp.payload in 80", 15, '"80" cannot stand here', "in braces"),
        ("eth.src[4:0] == 00:17:88", 7, "this slice has no octets", "one at least"),
        ("frame[015] == 00", 5, "this is no slice", "[first:length]"),
        ("eth.src[1-1] == 00", 7, "this slice has no octets", "one at least"),
        ("frame contains de:adbe:ef", 15, '"de:adbe:ef" cannot stand here', "00:17:88"),
        ("frame[a] == 00", 5, "this is no slice", "[first:length]"),
        ("frame[0", 7, "the filter ends too early", 'close the slice with "]"'),
        ("tcp.port[0] == 0", 8, '"[" is not supported here', ""),
        ("tcp.payload + 0", 14, "tcp.payload is no number", "tcp.len + 20"),
        ("http.host - 1 > 3", 12, "http.host is no number", "tcp.len + 20"),
        ("tcp.analysis.flags*2", 19, "tcp.analysis.flags is no number", "tcp.len + 20"),
        ("tcp.len + == 3", 10, '"==" cannot stand here', "a field comes first"),
        ("tcp.len + ip.src > 3", 8, '"+" works on numbers, and ip.src is none', "tcp.len + 20"),
        ("frame.time_delta * 2 > 1", 17, '"*" works on numbers, and frame.time_delta is none', ""),
        ("tcp.len + frame.time_delta > 1", 8, "tcp.len and frame.time_delta do not go together", "uint"),
        ("{tcp.len + 2 > 1", 13, '">" cannot stand here', "close the brace"),
        ("tcp.len + 20 in {5}", 13, '"in" cannot stand here', "tcp.len + 20 > 1"),
        ("{" * 50 + "tcp.len" + "}" * 50 + " > 1", 40, "there are too many operands", "at most 40"),
        ("tcp.len" + " + 1" * 50 + " > 1", 168, "there is too much arithmetic", "at most 40"),
        ("ip.ttl#0 == 1", 6, "these are no layers", "#1 for the outermost"),
        ("ip.ttl#[1", 9, "the filter ends too early", "close the layers"),
        ("max(ip.src) > 3", 0, "max() is asked of numbers", "max(tcp.srcport)"),
        ("string(http.host) == a", 7, "string() cannot be asked of http.host", "of the type text"),
        ('ip.proto == "TPC"', 12, 'unknown ip.proto "TPC"', 'did you mean "tcp"?'),
        ("tcp port 80", 4, '"port" cannot stand here', "that is a capture filter; a display filter says: tcp.port == 443"),
        ("host 10.0.0.1", 0, 'unknown field or protocol "host"', "ip.addr == 192.168.1.5"),
        ("dns | arp", 4, '"|" cannot stand here', 'write "||"'),
        ("dns & arp", 0, "dns is a protocol", 'write "&&"'),
        ("tcp.flags.syn == 1 & tcp.flags.ack == 0", 19, '"&" works on numbers, and tcp.flags.ack is none', 'write "&&"'),
        ("frame.time > 5", 13, '"5" is not a date', 'such as "2020-07-04'),
        ("ip.z.z.z == DE", 0, 'unknown field "ip.z.z.z"', "known are: ip.addr, ip.src"),
        ("ip.geoip.country == DE", 0, 'unknown field or protocol "ip.geoip.country"', "write the network"),
        ('_ws.col.protocol == "DNS"', 0, 'unknown field or protocol "_ws.col.protocol"', "write the protocol, as in dns"),
        ("tcp and _ws.expert.message == error", 8, 'unknown field or protocol "_ws.expert.message"', "tcp.analysis.retransmission"),
        ("_ws.malformed", 0, 'unknown field or protocol "_ws.malformed"', 'problem == "malformed"'),
        ("_ws.malformed.expert", 0, 'unknown field or protocol "_ws.malformed.expert"', 'problem == "malformed"'),
        ("expert.severity == 2", 0, 'unknown field or protocol "expert.severity"', '_ws.expert.severity == "Warning"'),
        ("dns.qry.name and not dns.response_in", 21, 'unknown field or protocol "dns.response_in"', "dns.response_to"),
        ("rdp.type == 3", 0, 'unknown field "rdp.type"', "write rdp for all its packets"),
        ('tls.handshake.type == "Server Hello"', 22, 'unknown tls.handshake.type "Server Hello"', "tls.handshake.type == 2"),
        ("tcp.analysis.flags == 1", 19, "tcp.analysis.flags has no value to compare", "write only"),
        ("tcp.payload & 80", 12, "tcp.payload is no number", "slice"),
        ("tls.handshake.type == x", 22, '"x" is not a number', "80"),
        ("frame.time_delta > 1e-3", 19, '"1e-3" is not a time in seconds', "0.5"),
        ("frame.time_delta & 1", 17, '"&" works on numbers', ""),
        ("count(device) > 3", 6, "count() cannot be asked of device", "count(dns.a)"),
        ("lowr(http.host) == a", 0, 'unknown function "lowr"', 'did you mean "lower"?'),
        ("foo(http.host) == a", 0, 'unknown function "foo"', "known are: len, lower, upper, count, max, min, abs, string"),
        ("len() > 3", 4, '")" cannot stand here', "wants one field"),
        ("len(lower(http.host)) > 3", 4, '"lower" cannot stand here', "wants one field"),
        ("len(http.host, tcp.port) > 3", 13, '"," cannot stand here', "close the parenthesis"),
        ("dhcpv6.dns_server[0:2] == 20:01", 17, "dhcpv6.dns_server cannot be sliced", "as a whole"),
        ("len(http.host)", 14, "the filter ends too early", "len(http.host) > 1"),
        ("lower(http.host) and tcp", 17, '"and" cannot stand here', "lower(http.host) == anna"),
        ("len(http.host) in {1..5}", 15, '"in" cannot stand here', "len(http.host) > 1"),
        ("lower(http.host) in {a}", 17, '"in" cannot stand here', "lower(http.host) == anna"),
        ('len(http.host) matches "a"', 15, '"matches" does not work on such a field', ""),
        ("len(http.host) == 5000000000", 18, "5000000000 is too big for len(http.host)", "at most"),
        ("ip.src == tcp.port", 10, "ip.src and tcp.port cannot be compared", "ipv4"),
        ('tcp.port == "80', 12, "a quote is opened here and never closed", "close it"),
        ("tcp €", 4, '"€" cannot stand here', '"and" or "or"'),
    ],
)
def test_a_mistake_is_pointed_at_with_the_way_out(text: str, at: int, message: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        compile_filter(text)
    (problem,) = caught.value.problems
    assert problem.message.startswith(message)
    assert hint in problem.hint
    assert (problem.quote, problem.column) == (text, 1 + at)


@pytest.mark.parametrize(
    "text",
    ["(" * 10_000 + "tcp" + ")" * 10_000, "tcp or " * 15_000 + "tcp", "not " * 30_000 + "tcp", "tcp.port in {" + "1," * 50_000 + "1}"],
)
def test_a_filter_that_is_too_long_is_a_problem_and_no_crash(text: str) -> None:
    with pytest.raises(SettingsError, match="too long"):
        compile_filter(text)


@pytest.mark.parametrize("text", ["(" * 4000 + "tcp" + ")" * 4000, "not " * 2000 + "tcp", "tcp and (" * 800 + "ip" + ")" * 800])
def test_deep_nesting_costs_no_stack(text: str) -> None:
    assert passes(text, *WEB)


PIECES = [*"()!<>=&|{}.,$'\"€\n", " ", "0", "19", "tcp", "ip.addr", " not ", " and ", " in ", "10.0.0.1", ":", "ff", "frame.len", " any "]
PIECES += [
    "[",
    "]",
    "#",
    "-",
    "+",
    "*",
    "/",
    "%",
    "tcp.payload",
    "max(",
    "string(",
    "dhcp.option.type",
    "tls.handshake.type",
    "eth.src",
    " contains ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_text_does_anything_but_compile_or_be_explained(text: str) -> None:
    with suppress(SettingsError):
        passes(text, *WEB)


def test_a_list_stands_for_its_items() -> None:
    columns, labels = Batches().batch(packet(1.0, *WEB), packet(1.0, *SYN))
    assert compile_filter("ip.src in $phones", {"phones": ["192.168.1.5"]}).mask(columns, labels).tolist() == [True, False]
    with pytest.raises(SettingsError, match='in the list "phones", "x" is not an IPv4 address'):
        compile_filter("ip.src in $phones", {"phones": ["x"]})


@given(
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 9)), min_size=1, max_size=30),
    st.lists(st.integers(0, 80), min_size=1, max_size=40),
)
def test_a_set_of_any_size_holds_what_its_members_hold(members: list[tuple[int, int]], ports: list[int]) -> None:
    columns, labels = Batches().batch(*(packet(1.0, eth(), ip(), udp(1000, port)) for port in ports))
    text = ", ".join(f"{low}..{low + more}" for low, more in members)
    expected = [any(low <= port <= low + more for low, more in members) for port in ports]
    assert compile_filter(f"udp.dstport in {{{text}}}").mask(columns, labels).tolist() == expected


def test_a_large_set_of_ipv6_networks_is_looked_up() -> None:
    networks = ", ".join(f"2001:db8:{number:x}::/48" for number in range(0, 100, 2))
    columns, labels = Batches().batch(
        *(packet(1.0, eth(), ipv6("fe80::1", f"2001:db8:{number:x}::7"), udp()) for number in (0, 1, 98, 99, 200))
    )
    assert compile_filter(f"ipv6.addr in {{{networks}}}").mask(columns, labels).tolist() == [True, False, True, False, False]
