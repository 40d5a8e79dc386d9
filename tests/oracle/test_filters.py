"""Filters against Wireshark's own: the same filter must let the same packets of real captures pass.

All captures are joined into one file, since starting tshark costs more than reading them. Left out are those in which
tshark sees records that are no packets, and those whose link or headers are wrong on purpose.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from sharky.capture import open_captures
from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.errors import SettingsError
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter

CAPTURES = Path(os.environ.get("SHARKY_CAPTURES", "/nonexistent"))
LEFT_OUT = ("test-generator", "fuzz", "asan", "overflow", "null_loopback")
RESPONSES_NOT_REASSEMBLED = ("-o", "http.desegment_body:FALSE", "-o", "http.desegment_headers:FALSE")
NOT_REASSEMBLED = ("-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE")

pytestmark = [
    pytest.mark.skipif(not CAPTURES.is_dir(), reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(not shutil.which("tshark") or not shutil.which("mergecap"), reason="tshark or mergecap is not installed"),
]

FILTERS = (
    "tcp.port == 443",
    "tcp.port != 443",
    "tcp.port ~= 443",
    "tcp.port === 443",
    "not tcp.port == 443",
    "tcp.dstport in {80, 443, 8000..8999}",
    "udp.port in {53, 5353}",
    "udp.dstport < 1024",
    "tcp.srcport > tcp.dstport",
    "tcp.flags.syn",
    "tcp.flags.syn == 1 and tcp.flags.ack == 0",
    "tcp.flags.syn != 1",
    "tcp.flags == 0x18",
    "tcp.flags & 0x05",
    "tcp.flags & 0x12 == 0x10",
    "tcp.hdr_len > 20",
    "tcp.window_size_value >= 1000",
    "tcp.len > 0 and not icmpv6",
    "udp.length > 500",
    "ip.addr == 192.168.0.0/16",
    "ip.addr != 192.168.0.0/16",
    "ip.src == 10.0.0.0/8 or ip.dst == 224.0.0.0/4",
    "ip.src in {192.168.0.0..192.168.255.255}",
    "ip.addr > 172.16.0.0/12",
    "ip.src == ip.dst",
    "ip.src != ip.dst",
    "ip.ttl != 64",
    "any ip.ttl != 64",
    "all ip.ttl == 64",
    "ip.ttl in {1, 255}",
    "ip.proto == 17",
    "ip.flags.df == 1",
    "ip.flags == 2",
    "ip.flags.mf == 1 or ip.frag_offset > 0",
    "ip.frag_offset > 1000",
    "ip.hdr_len > 20",
    "ip.dsfield.dscp != 0",
    "ipv6.addr == fe80::/10",
    "ipv6.addr != fe80::/10",
    "ipv6.src == ::",
    "ipv6.dst > fe80::",
    "ipv6.hlim == 255",
    "ipv6.nxt == 17",
    "icmp.type == 3",
    "icmp.code == 3",
    "icmpv6.type in {133..137}",
    "igmp.type == 0x16",
    "arp.opcode == 1",
    "arp.src.proto_ipv4 == 192.168.0.0/16",
    "arp.dst.hw_mac == 00:00:00:00:00:00",
    "eth.dst == ff:ff:ff:ff:ff:ff",
    "eth.dst.ig == 1",
    "eth.src > 80:00:00:00:00:00",
    "eth.type == 0x0800",
    "eth.len",
    "eth.type",
    "vlan.id == 13",
    "vlan.id != 13",
    "frame.len in {60..100}",
    "frame.cap_len < frame.len",
    "frame.number in {100..110, 5000}",
    "not tcp and not udp and frame.len < 100",
    "tcp or udp and frame.len > 100",
    "!(arp or icmp) && ip.ttl <= 64",
    "ip and ipv6",
    "icmp and udp.dstport",
    "tcp.flags.syn == True",
    "ip.addr eq 192.168.0.0/16 and not tcp.port eq 443 or udp",
    "ip.src > 80.0.0.0 && ip.src < 81.0.0.0",
    "tcp.dstport ge 0x1bb and tcp.dstport le 0673",
    "not not ip",
    "tcp.port === 443 or udp.port !== 53",
    "eth.src[0:3] == 00:17:88",
    "eth.addr[0:3] != 01:00:5e",
    "eth.dst[0] & 1",
    "ip.src[0:2] == c0:a8",
    "tcp[13] & 2",
    "frame[12:2] == 86:dd",
    'frame contains "HTTP"',
    "tcp contains 16:03:01",
    'udp contains "M-SEARCH"',
    "dns.flags.response == 1",
    "dns.flags.recdesired == 1",
    "dns.count.answers > 1",
    "eth.src.oui == 0x001788",
    "dns.qry.name",
    "dns.qry.type == 28",
    "dhcp.option.dhcp == 3 and udp and not icmp",
    "dns.qry.type != 1",
    "dns.qry.type in {12, 33}",
    'dns.qry.name contains "google"',
    'dns.qry.name != "www.google.com" and udp.dstport == 5353',
    'http.request.method == "M-SEARCH" and udp.port == 1900',
    'http.host contains "239.255"',
    "tls.handshake.extensions_server_name contains apple",
    "dns.resp.type in {16, 33}",
    "dns.a == 192.168.0.0/16",
    "dns.a > 128.0.0.0",
    "dns.aaaa != fe80::/10",
    'dns.resp.name == "<Root>"',
    r'dns.resp.name matches r"local$"',
    'dns.cname contains "akamai"',
    'dns.ptr.domain_name contains "_tcp"',
    r'dns.srv.target matches "local$"',
    "dns.mx.mail_exchange or dns.ns",
    "len(dns.qry.name) > 30",
    "all len(dns.resp.name) > 10",
    "len(dns.qry.name) == 10",
    "count(ip.addr) != 2",
    "count(dns.a) > 2",
    "count(dns.resp.name) >= 4",
    "count(vlan.id) > 1",
    'lower(http.user_agent) contains "mozilla" and http.request.method == "GET"',
    'upper(dns.qry.name) contains "LOCAL"',
    'dns.qry.name matches "google"',
    r'dns.qry.name matches r"^[a-z0-9-]+\.(com|net|org)$"',
    'all dns.qry.name matches "_tcp"',
    r'not dns.qry.name ~ r"\.local$" and dns.qry.name',
    r'tls.handshake.extensions_server_name matches r"^[a-z]+\.apple\.com$"',
    r'http.user_agent matches r"mozilla/\d\.\d \(" and http.request.method == GET',
    'frame matches "http/1[.][01]" and frame.len < 400',
    r'udp matches r"^....\x00.{3}.*local"',
    r'tcp matches r"\bhost: \w+" and tcp.dstport == 80',
    "http.request and udp.port == 1900",
    "tcp.stream in {1..9, 30}",
    "tcp.stream > 50 and tcp.stream != 60",
    "frame.time_delta > 1",
    "frame.time_delta in {0.000001..0.001, 2..2.5}",
    "frame.time_relative < 0 or frame.time_relative == 0",
    "tls.handshake.type == 1 and tcp",
    "icmp.ident",
    "icmpv6.nd.ns.target_address == fe80::/10",
    "tcp.len + 20 > 100",
    "tcp.dstport - tcp.srcport < 0",
    "udp.length == ip.len - 20",
    "tcp.flags & 2 + 16 == 16",
    "tcp.len % 10 == 3",
    "abs(tcp.srcport - tcp.dstport) < 1000",
    "max(tcp.port) > 50000 and min(tcp.port) == 443",
    "frame.time_delta + 1 > 1.5",
    "all tcp.port in {1024..65535}",
    "all ip.addr not in {10.0.0.0/8}",
    "ip.addr#1 == 192.168.0.0/16",
    "ip.ttl#[1-2] == 64",
    "ip.ttl#[-2] == 64 or ip.src#2 == 10.0.0.0/8",
    r'string(ip.src) matches r"\.1$"',
    'string(tcp.port) contains "44"',
    'dns.qry.name > "w" and dns.qry.name[0] == "w"',
    'http.user_agent[0:7] == "Mozilla" and http.request.method == GET',
    "tcp.payload[0:3] == 16:03:01",
    "udp.payload[-1] == 00 and not icmp",
    "frame[-4:] == 00:00:00:00",
    "ip[16:4] == e0:00:00:fb",
    "eth.src[0:3] == eth.dst[0:3]",
    "eth.src contains 00:17",
    "len(udp) == 8 and len(eth.src) == 6",
    "len(udp.payload) > 100 and not icmp",
    "ip.proto == UDP and eth.type == IPv4",
    'arp.opcode == "reply"',
    "ssl.handshake.type == 2 and tcp",
    "bootp.option.type == 50 and not icmp",
    "tls.handshake.type == 2 and tcp",
    "tls.handshake.type in {11, 12, 14, 16} and tcp",
    "tls.handshake.ciphersuite == 0xc02f and tcp",
    "tls.handshake.extension.type == 16 and tcp",
    'tls.handshake.extensions_alpn_str == "h2" and tcp',
    "tls.record.content_type in {20, 22}",
    "tls.change_cipher_spec",
    "tcp.seq == 1 and not icmpv6",
    "tcp.ack > 1000 and not icmpv6",
    "tcp.nxtseq > 1000",
    "tcp.window_size > 60000",
    "tcp.window_size_scalefactor == -1 and not icmpv6",
    "tcp.time_delta > 1",
    "tcp.time_relative in {10..20}",
    "tcp.completeness == 31",
    "tcp.analysis.flags",
    "tcp.analysis.flags && !tcp.analysis.window_update",
    "tcp.analysis.retransmission",
    "tcp.analysis.fast_retransmission or tcp.analysis.spurious_retransmission",
    "tcp.analysis.out_of_order or tcp.analysis.lost_segment",
    "tcp.analysis.ack_lost_segment",
    "tcp.analysis.duplicate_ack_num > 1",
    "tcp.analysis.keep_alive or tcp.analysis.keep_alive_ack",
    "tcp.analysis.window_update or tcp.analysis.window_full",
    "tcp.analysis.zero_window or tcp.analysis.zero_window_probe",
    "tcp.analysis.ack_rtt > 0.1",
    "tcp.analysis.initial_rtt > 0.05",
    "tcp.analysis.bytes_in_flight > 5000",
    "tcp.connection.syn or tcp.connection.synack",
    "tcp.options.mss_val < 1400",
    "tcp.options.timestamp.tsval > 100000",
    "tcp.option_kind == 3 and tcp.options.wscale.shift > 5",
    "ip.opt.type == 148",
    "dhcp.option.type == 55 and udp and not icmp",
    "dhcp.option.request_list_item == 3 and not icmp",
    "dhcp.ip.your != 0.0.0.0 and not icmp",
    "dhcpv6.msgtype == 1",
    "icmp.seq_le > 256",
    "icmpv6.opt.type == 1",
    "icmpv6.opt.prefix == 2000::/3",
    "icmpv6.mldr.mar.record_type == 4",
    "igmp.maddr == 224.0.0.251",
    "igmp.record_type == 4 or igmp.max_resp > 50",
    "ntp.flags.mode == 4",
    "ntp.stratum == 2",
    "nbns.flags.response == 0",
    "rtcp.pt == 200",
    "lldp.tlv.type == 5",
    'cdp.platform contains "cisco"',
    "pppoe.code == 0 or mpls.label > 3 or gre.proto == 0x0800",
    "llc.dsap == 0xaa",
    "wlan.fc.type_subtype == 0x28 or wlan.addr[0] == 00",
)

OF_RESPONSES = (
    "http.response.code != 200",
    "http.response.code in {201..299}",
    "http.response.code >= 300",
    "http.response and udp",
    "http.response.code == 200 and ipv6",
    'http.server contains "Apache"',
    "http.location",
    "http.referer or http.cookie or http.set_cookie",
    "http.accept_language or http.last_modified",
    'sip.Method == "INVITE"',
    "sip.Status-Code >= 400",
    "sip.Call-ID and sip.From and sip.To",
    "sip.User-Agent",
)

REFUSED = (
    "tcp.prot == 80",
    "tcp.port = 80",
    "tcp.port == 70000",
    "tcp.port == http",
    'tcp.port == "80"',
    "tcp.port == 64.0",
    "tcp.port ==",
    "== 80",
    "80 == tcp.port",
    "tcp udp",
    "tcp AND udp",
    "(tcp",
    "tcp)",
    "()",
    "TCP",
    "tcp.port in {}",
    "tcp.port in {80,}",
    "tcp.port in {80 443}",
    "tcp.flags.syn == true",
    "eth.dst.ig == Set",
    "any tcp",
    "all ip.ttl",
    "any tcp.flags & 2",
    "ip.addr == 10.0.0",
    "ip.addr == 10.0.0.0/33",
    "ip.addr == ::1",
    'ip.addr == "10.0.0.1"',
    "eth.addr == ff:ff",
    "10 < ip.ttl < 100",
    "ip.src == tcp.port",
    "frame.time_delta > 1e-3",
    "frame.time_delta > 0.1234567891",
    "frame.time_delta & 1",
    'frame.time_delta > "1"',
    "len(dns.qry.name)",
    "len(dns.qry.name) in {1..5}",
    "len(lower(dns.qry.name)) > 5",
    "tcp.len + 20 in {100}",
    "frame.time_relative * 2 > 1",
    "ip.addr + 1 == 10.0.0.1",
    "ip.ttl#-1 == 64",
    "string(dns.qry.name) == 1",
    "tcp.flags == SYN",
    "ip.proto == udp",
    "ip.src contains c0",
    "len() > 5",
    "lower(tcp.port) == 1",
    "LEN(dns.qry.name) > 5",
    "dns.qry.name matches google",
    "dns.qry.name matches 'g'",
    'dns.qry.name matches "a(b"',
    'dns.qry.name matches "*"',
    r'dns.qry.name matches "\."',
    r'dns.qry.name matches r"\q"',
    'dns.qry.name matches "[b-a]"',
    'dns.qry.name matches "[[:letter:]]"',
    'ip.ttl matches "6"',
)


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return all captures as one file."""
    files = [str(path) for path in sorted(CAPTURES.glob("*.pcap*")) if not any(word in path.name for word in LEFT_OUT)]
    whole = tmp_path_factory.mktemp("joined") / "all.pcapng"
    subprocess.run(["mergecap", "-a", "-w", str(whole), *files], check=True, capture_output=True)
    return whole


@pytest.fixture(scope="module")
def passed(joined: Path) -> dict[str, set[int]]:
    """Return the numbers of the packets that pass each filter."""
    tree = ProtocolTree()
    identifier = Identifier(tree)
    compiled = {text: compile_filter(text) for text in (*FILTERS, *OF_RESPONSES)}
    numbers: dict[str, set[int]] = {text: set() for text in compiled}
    for batch in open_captures([joined]).batches():
        columns = dissect(batch, tree)
        labels = identifier.identify(columns)
        for text, one in compiled.items():
            numbers[text].update((columns.first_number + np.asarray(columns.position)[one.mask(columns, labels)]).tolist())
    return numbers


@pytest.mark.parametrize("text", [*FILTERS, *OF_RESPONSES])
def test_a_filter_lets_the_same_packets_pass_as_in_tshark(text: str, joined: Path, passed: dict[str, set[int]]) -> None:
    options = (*NOT_REASSEMBLED, *(RESPONSES_NOT_REASSEMBLED if text in OF_RESPONSES else ()))
    command = ["tshark", "-n", *options, "-r", str(joined), "-Y", text, "-T", "fields", "-e", "frame.number"]
    theirs = set(map(int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()))
    assert sorted(passed[text] ^ theirs) == []


@pytest.mark.parametrize("text", REFUSED)
def test_what_tshark_refuses_is_refused(text: str, joined: Path) -> None:
    with pytest.raises(SettingsError):
        compile_filter(text)
    assert subprocess.run(["tshark", "-r", str(joined), "-c", "1", "-Y", text], check=False, capture_output=True).returncode != 0
