"""Filters against Wireshark's own where datagrams come in fragments and messages in segments: the last has the fields of the whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import pytest
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import ICMP, IP, TCP, UDP, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment, fragment6
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from scapy.utils import wrpcap

from tests.oracle.filtered import passing
from tests.unit.rules.database_messages import AMQP, MYSQL, PGSQL
from tests.unit.rules.machine_messages import OF_TCP, OF_UDP
from tests.unit.rules.machine_messages import TCP as OF_MACHINES
from tests.unit.rules.machine_messages import UDP as OF_TUNNELS
from tests.unit.rules.rpc_messages import CALLS
from tests.unit.rules.smb2_messages import TURNS
from tests.unit.rules.streams import ACK, FIN, PUSH, Segment

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

IN_PIECES = (
    "udp.port == 5300",
    "udp.length > 1400",
    'udp.payload contains "example"',
    "dns.id == 7",
    'dns.qry.name == "example.com"',
    "dns.count.answers == 90",
    "dns.a == 192.0.2.1",
    "dns.resp.ttl < 300",
    "icmp.type == 8 and icmp.seq == 3",
    "icmp.checksum.status == 1",
    "tcp.len == 3000 and tcp.flags.push == 1",
    "tcp.options.mss_val == 1460",
    "tcp.stream == 0",
    'http.host == "example.com"',
    "ipv6 and udp",
    "data",
    "data.len < 100",
    "ip.fragments and ip.fragment == 8",
    "ip.fragment.count == 5",
    "ip.reassembled.length > 3000",
    'ip.reassembled.data contains "example"',
    "ipv6.fragments and ipv6.fragment > 20",
    "ipv6.fragment.count == 3",
    "ipv6.reassembled.length > 2000",
    'frame.protocols contains "udp:dns"',
)


@pytest.fixture(scope="module")
def in_pieces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of datagrams of which the pieces come in order, the other way round, and among one another's."""
    asked, answers = DNSQR(qname="example.com"), [DNSRR(rrname="example.com", ttl=60, rdata=f"192.0.2.{host}") for host in range(90)]
    heads = IP(src="192.0.2.1", dst="192.0.2.2"), IPv6(src="2001:db8::1", dst="2001:db8::2")
    page = b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"
    carried = [
        UDP(sport=53, dport=5300) / DNS(id=7, qr=1, qd=asked, an=answers),
        UDP(sport=5300, dport=53) / DNS(id=8, qd=asked) / Raw(bytes(2000)),
        TCP(sport=5000, dport=80, flags="PA", options=[("MSS", 1460)]) / Raw(page.ljust(3000, b"x")),
    ]
    ping = fragment(heads[0] / ICMP(seq=3) / Raw(bytes(4000)), 1000)
    four = [piece for each in carried for piece in fragment(heads[0] / each, 600)[::-1]]
    six = [fragment6(heads[1] / IPv6ExtHdrFragment(id=number) / each, 800) for number, each in enumerate(carried)]
    mixed = [piece for pieces in zip_longest(*six) for piece in pieces if piece]
    path = tmp_path_factory.mktemp("pieces") / "pieces.pcap"
    wrpcap(str(path), [Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / piece for piece in (*ping, *four, *mixed)])
    return path


MESSAGES = (
    "dns",
    "dns.id == 7",
    "count(dns.id) == 3",
    "dns.length == 29",
    "dns.flags.response == 1",
    'dns.qry.name == "example.com"',
    "dns.count.answers == 90 and dns.a == 192.0.2.89",
    "dns.qry.type == 1 and dns.resp.type == 1",
    "dns.time > 2.5",
    "dns.response_to == 3",
    "dns.count.labels == 2",
    "tcp.segments",
    "tcp.segment == 4 and tcp.segment == 6",
    "tcp.segment.count == 3",
    "tcp.reassembled.length == 31",
    'tcp.reassembled.data contains "example"',
    "tcp.segment_data",
    'tcp.segment_data contains "example"',
)


@pytest.fixture(scope="module")
def in_segments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of DNS over TCP: a question by octets, an answer in three segments, three questions in one."""
    asked, answers = DNSQR(qname="example.com"), [DNSRR(rrname="example.com", ttl=60, rdata=f"192.0.2.{host}") for host in range(90)]
    question, answer = bytes(DNS(id=7, qd=asked)), bytes(DNS(id=7, qr=1, qd=asked, an=answers))
    asking, answering = (len(message).to_bytes(2) + message for message in (question, answer))
    ends = [[asking[:1], asking[1:2], asking[2:]], [answering[:2], answering[2:900], answering[900:]], [asking * 3], [answering]]
    path = tmp_path_factory.mktemp("segments") / "segments.pcap"
    write_talk(path, 53, ends)
    return path


def write_talk(path: Path, port: int, turns: list[list[bytes]]) -> None:
    """Write a capture of a connection in which first one side sends some segments, then the other, and so on."""
    packets, sent = [], [1, 1]
    for turn, pieces in enumerate(turns):
        here, there = turn % 2, 1 - turn % 2
        for octets in pieces:
            head = IP(src=f"192.0.2.{here}", dst=f"192.0.2.{there}") / TCP(
                sport=(50_000, port)[here], dport=(50_000, port)[there], flags="PA"
            )
            head[TCP].seq, head[TCP].ack = sent[here], sent[there]
            sent[here] += len(octets)
            packets.append(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / head / Raw(octets))
            packets[-1].time = float(len(packets))
    wrpcap(str(path), packets)


Talk = Callable[[str, int, list[list[bytes]]], Path]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    """Return what makes a capture of a connection, the first time that it is asked for."""
    folder = tmp_path_factory.mktemp("talks")

    def made(name: str, port: int, turns: list[list[bytes]]) -> Path:
        path = folder / f"{name}{port}.pcap"
        if not path.exists():
            write_talk(path, port, turns)
        return path

    return made


MAIL = b"Date: Mon, 2 Nov 2026 12:00:00 +0100\r\nFrom: a@a.example\r\nTo: b@b.example\r\nSubject: Tea\r\n at five\r\n\r\nCome.\r\n"
LETTERS = {
    25: [
        *([b"EHLO a\r\n"], [b"220 b\r\n"], [b"AUTH LOGIN\r\n"], [b"334 VXNlcm5hbWU6\r\n"], [b"YW5uYQ==\r\n"]),
        *([b"334 UGFzc3dvcmQ6\r\n"], [b"c2VjcmV0\r\n"], [b"235 ok\r\n"], [b"DATA\r\n"], [b"354 go\r\n"]),
        *([MAIL[:50], MAIL[50:], b".\r\n"], [b"250 ok\r\n"], [b"DATA\r\n"], [b"354 go\r\n"], [MAIL + b".\r\n"], [b"250 ok\r\n"]),
        *([b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"], [b"250 ok\r\n250 ok\r\n354 go\r\n"], [MAIL + b".\r\n"], [b"250 ok\r\n"]),
    ],
    110: [[b"RETR 1\r\n"], [b"+OK 200 octets\r\n", MAIL, MAIL + b"\r\n.\r\n"], [b"QUIT\r\n"], [b"+OK\r\n"]],
    143: [
        [b"a1 FETCH 1 (RFC822)\r\n"],
        [b"* 1 FETCH (RFC822 {%d}\r\n" % len(MAIL) + MAIL[:40], MAIL[40:] + b")\r\na1 OK done\r\n"],
        [b"a2 LOGOUT\r\n"],
    ],
    80: [[b"GET / HTTP/1.1\r\nAuthorization: Basic YW5uYTpzZWNyZXQ=\r\n\r\n"], [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]],
}
OF_MAILS = {
    25: (
        *("imf", 'imf.subject contains "five"', 'imf.from == "a@a.example"', "imf.to", "imf.date", 'smtp.auth.username == "YW5uYQ=="'),
        *(
            'smtp.auth.password == "c2VjcmV0"',
            "smtp.data.fragments",
            "smtp.data.fragment.count == 2",
            "smtp.data.fragment.count == 1",
            "smtp.data.reassembled.length > 20",
            "smtp.eom",
            'smtp.command_line contains "AUTH"',
        ),
    ),
    110: ("imf.subject", "imf.date"),
    143: ("imf", 'imf.to == "b@b.example"'),
    80: ('http.authbasic == "anna:secret"',),
}


@pytest.mark.parametrize(("port", "text"), [(port, text) for port, texts in OF_MAILS.items() for text in texts])
def test_the_segment_in_which_a_mail_ends_has_its_fields(port: int, text: str, talk: Talk) -> None:
    assert differing(text, OF_MAILS[port], talk("mail", port, LETTERS[port])) == []


SHARES = (
    *('smb2.filename == "tea.txt"', 'smb2.tree == "\\\\\\\\server\\\\house"', "smb2.tree", "ntlmssp", "ntlmssp.messagetype == 1"),
    *('ntlmssp.auth.username == "anna"', 'ntlmssp.auth.domain == "A"', 'ntlmssp.auth.hostname == "PC"'),
    *("ntlmssp.negotiateseal == 1", "ntlmssp.negotiateflags == 0xa2820235", "ntlmssp.version.build_number == 19045", "ntlmssp.reserved"),
    *('ntlmssp.challenge.target_info.dns_computer_name == "nas.lan"', "ntlmssp.challenge.target_info.length > 9", "ntlmssp.auth.sesskey"),
    *('ntlmssp.ntlmv2_response.nb_domain_name == "HOUSE"', "ntlmssp.ntlmv2_response.chal == 71:75:65:73:74:69:6f:6e", "ntlmssp.identifier"),
    *(
        'ntlmssp.ntlmv2_response.time == "2019-04-17 18:40:00"',
        "ntlmssp.authenticate.mic",
        "ntlmssp.auth.lmresponse",
        "ntlmssp.blob.length > 16",
    ),
    *('ntlmssp.negotiate.domain == "NULL"', "ntlmssp.string.offset > 80", "ntlmssp.ntlmv2_response.z == 00:00:00:00", "ntlmssp.version"),
    *('smb2.acct == "anna"', 'smb2.domain == "A"', 'smb2.host == "PC"', "smb2.auth_frame", "smb2.sesid == 0x77", "smb2.cmd == 6"),
    *("smb2.cmd == 5", "smb2.chain_offset > 0", "smb2.close.pq_attrib == 1", 'smb2.dialect == "SMB 3.1.1"', "smb2.dialect_count == 2"),
    *("smb2.sec_mode.sign_required == 1", "smb2.find.infolevel == 3", "smb2.buffer_code == 57", "smb2.header.transform.msg_size == 6"),
)


@pytest.mark.parametrize("text", SHARES)
def test_messages_of_smb_2_have_the_names_that_they_say_or_mean(text: str, talk: Talk) -> None:
    assert differing(text, SHARES, talk("shares", 445, TURNS)) == []


ASKED = {
    3306: (
        *(
            "mysql.packet_number == 1",
            "mysql.command == 14",
            'mysql.query contains "tea"',
            'mysql.user == "anna"',
            'mysql.schema == "house"',
        ),
        *("mysql.version", "mysql.error_code == 1045", 'mysql.error.message contains "denied"', "mysql.packet_length > 20"),
    ),
    5432: (
        *('pgsql.query == "SELECT tea"', 'pgsql.type == "Parse"', 'pgsql.type == "Startup message"', 'pgsql.type == "Data row"'),
        *("pgsql.frontend == 1", 'pgsql.statement == "one"', 'pgsql.parameter_value == "anna"', 'pgsql.tag == "SELECT 1"'),
        *('pgsql.severity == "ERROR"', 'pgsql.code == "42601"', 'pgsql.message == "no"'),
    ),
    2049: (
        *(
            "rpc.xid == 5",
            "rpc.msgtyp == 1",
            "rpc.program == 100003",
            "rpc.programversion == 3",
            "rpc.procedure == 0",
            "rpc.replystat == 0",
        ),
        *("rpc.state_accept == 0", "rpc.auth.flavor == 1", 'rpc.auth.machinename == "teapot-1"', "rpc.auth.uid == 1000", "rpc.time > 0.5"),
        *("rpc.auth.gid == 100", "rpc.repframe == 2", "nfs.procedure_v3 == 1", "nfs.status3 == 2", "tcp.segments"),
    ),
    5672: (
        *("amqp.type == 1", "amqp.channel == 1", "amqp.length > 9", "amqp.method.class == 60", "amqp.method.method == 40"),
        *('amqp.method.arguments.queue == "jobs"', 'amqp.method.arguments.exchange == "all"', "amqp.method.arguments.routing_key"),
        *("amqp.method.arguments.consumer_tag", "amqp.method.arguments.delivery_tag == 5"),
    ),
}
TALKS = {3306: [[], *MYSQL], 5432: PGSQL, 5672: AMQP, 2049: CALLS}


@pytest.mark.parametrize(("port", "text"), [(port, text) for port, texts in ASKED.items() for text in texts])
def test_what_databases_are_asked_is_told_in_the_same_packets(port: int, text: str, talk: Talk) -> None:
    assert differing(text, ASKED[port], talk("asked", port, TALKS[port])) == []


@pytest.mark.parametrize(("port", "text"), [(port, text) for port, texts in OF_TCP.items() for text in texts])
def test_what_machines_say_is_told_in_the_same_packets(port: int, text: str, talk: Talk) -> None:
    assert differing(text, tuple(OF_TCP[port]), talk("machines", port, OF_MACHINES[port])) == []


@pytest.fixture(scope="module")
def tunnels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a capture of each tunnel's messages."""
    folder = tmp_path_factory.mktemp("tunnels")
    for port, messages in OF_TUNNELS.items():
        head = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src="192.0.2.0", dst="192.0.2.1") / UDP(sport=port, dport=port)
        wrpcap(str(folder / f"{port}.pcap"), [head / Raw(octets) for octets in messages])
    return folder


@pytest.mark.parametrize(("port", "text"), [(port, text) for port, texts in OF_UDP.items() for text in texts])
def test_what_tunnels_say_is_told_in_the_same_packets(port: int, text: str, tunnels: Path) -> None:
    assert differing(text, tuple(OF_UDP[port]), tunnels / f"{port}.pcap") == []


PAGES = [
    [b"GET /a HTTP/1.1\r\nHost: a.exa", b"mple\r\n\r\n"],
    [b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"token"', b': "a1"}'],
    [b"POST /b HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nname=", b"anna"],
    [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n<html>tea", b"</"],
]
CARRIED = (
    *('json contains "token"', 'json matches "a[0-9]"', 'urlencoded-form contains "name"', 'data-text-lines contains "tea"'),
    *('http contains "example"', 'http matches "(?i)host: a.example"'),
)


@pytest.mark.parametrize("text", CARRIED)
def test_octets_are_looked_for_in_what_http_carries(text: str, talk: Talk) -> None:
    assert differing(text, CARRIED, talk("pages", 80, PAGES)) == []


def differing(text: str, among: tuple[str, ...], path: Path) -> list[int]:
    """Return the packets that pass a filter, one among others of a capture, here or there and not in both."""
    ours, theirs = passing(text, among, path)
    return sorted(ours ^ theirs)


@pytest.mark.parametrize("text", IN_PIECES)
def test_the_piece_that_makes_a_datagram_whole_has_the_fields_of_all_of_it(text: str, in_pieces: Path) -> None:
    assert differing(text, IN_PIECES, in_pieces) == []


@pytest.mark.parametrize("text", MESSAGES)
def test_the_segment_in_which_messages_of_dns_end_has_their_fields(text: str, in_segments: Path) -> None:
    assert differing(text, MESSAGES, in_segments) == []


TO_THE_END = (
    *("tcp.payload", "tcp.payload contains 78", "len(tcp.payload) == 3", "tcp.segment_data"),
    *("http.response.code == 200", "http.file_data", 'http.file_data contains "abc"', "data-text-lines", "http.content_length == 9"),
)


@pytest.fixture(scope="module")
def to_the_end(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of answers of HTTP that end with their connection, in one segment or several, sent again, late, or chunked."""
    head, last = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", FIN | PUSH | ACK
    plain = head + b"\r\nabc"
    answers: dict[int, list[tuple[int, bytes, int]]] = {
        80: [(0, plain, ACK), (len(plain), b"xyz", last), (len(plain), b"xyz", last)],
        3128: [(0, head, ACK), (len(head), b"\r\nabc", last)],
        8080: [(0, plain, ACK), (len(plain) + 3, b"xyz", last), (len(plain), b"def", ACK)],
        8088: [(0, head + b"Content-Length: 6\r\n\r\nabc", ACK), (len(plain) + 19, b"xyz", last)],
        5985: [(0, head + b"Transfer-Encoding: chunked\r\n\r\n", ACK), (len(head) + 30, b"0\r\n\r\n", last)],
        3132: [(0, plain, last)],
        11371: [(0, head + b"Content-Length: 3\r\n\r\nabc", last)],
        2869: [(0, head + b"Content-Length: 9\r\n\r\nabc", last)],
        1900: [(0, head + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", last)],
    }
    packets = []
    for port, pieces in answers.items():
        packets.append(Segment(1, payload=b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", port=port))
        packets += [Segment(1 + at, 40, octets, flags, comes_back=True, port=port) for at, octets, flags in pieces]
    path = tmp_path_factory.mktemp("ends") / "ends.pcap"
    wrpcap(str(path), [Ether(packet.octets()) for packet in packets])
    return path


@pytest.mark.parametrize("text", TO_THE_END)
def test_the_last_segment_of_a_message_without_a_length_has_no_payload_of_its_own(text: str, to_the_end: Path) -> None:
    ours, theirs = passing(text, TO_THE_END, to_the_end)
    assert ours == theirs
