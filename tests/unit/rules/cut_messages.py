"""Talks whose messages segments cut, over several protocols, and what filters say of them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.unit.rules import ssh_talk
from tests.unit.rules.streams import Segment

MOST = 100
DESCRIPTION = b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=door\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
TYPE = b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(DESCRIPTION)


@dataclass(frozen=True)
class Talk:
    """What is said at a port, by whom (a server or not), and filters on it."""

    port: int
    turns: tuple[tuple[bool, bytes], ...]
    filters: tuple[str, ...]

    def segments(self) -> list[Segment]:
        """Return segments of `MOST` octets at most."""
        at, segments = {False: 1, True: 1}, []
        for comes_back, octets in self.turns:
            for begin in range(0, len(octets), MOST):
                piece = octets[begin : begin + MOST]
                segments.append(Segment(at[comes_back], at[not comes_back], piece, comes_back=comes_back, port=self.port))
                at[comes_back] += len(piece)
        return segments


def mqtt(kind: int, octets: bytes) -> bytes:
    """Return a message of MQTT with a length in two octets."""
    return bytes((kind, len(octets) & 0x7F | 0x80, len(octets) >> 7)) + octets


def published(topic: bytes, octets: bytes) -> bytes:
    return mqtt(0x30, len(topic).to_bytes(2) + topic + octets)


def ber(tag: int, *octets: bytes) -> bytes:
    """Return a value in BER, its length in two octets."""
    content = b"".join(octets)
    return bytes((tag, 0x82)) + len(content).to_bytes(2) + content


FOUND = ber(0x30, ber(2, b"\2"), ber(0x64, ber(4, b"cn=anna,dc=example"), ber(0x30, ber(0x30, ber(4, b"memberOf"), ber(0x31, bytes(150))))))
DONE = ber(0x30, ber(2, b"\2"), ber(0x65, ber(10, b"\0"), ber(4, b""), ber(4, b"")))
CALL = b"Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:anna@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: abc\r\n"
BODY = ber(
    *(0x30, ber(0xA0, ber(3, b"\0\x40\0\0\0")), ber(0xA2, ber(0x1B, b"EXAMPLE.ORG"))),
    *(ber(0xA5, ber(0x18, b"20370913024805Z")), ber(0xA7, ber(2, b"\1\2\3\4")), ber(0xA8, ber(0x30, ber(2, b"\x12")))),
)
PROOFS = ber(0x30, ber(0x30, ber(0xA1, ber(2, b"\2")), ber(0xA2, ber(4, bytes(150)))))
ASKED = ber(0x6A, ber(0x30, ber(0xA1, ber(2, b"\5")), ber(0xA2, ber(2, b"\x0a")), ber(0xA3, PROOFS), ber(0xA4, BODY)))
WRITTEN = (
    b"\xffSMB\x2f\0\0\0\0\x18\1\xc8" + bytes(20) + b"\x0e\xff\0\0\0\1\x40" + bytes(15) + b"\xc8\0\x40\0" + bytes(4) + b"\xc9\0" + bytes(201)
)

TALKS = {
    "mqtt": Talk(
        1883,
        (
            (False, mqtt(0x10, b"\0\4MQTT\4\2\0\x3c\0\4lamp")),
            (True, b"\x20\2\0\0"),
            (False, published(b"home/kitchen", bytes(250))),
            (True, published(b"a/b", bytes(40)) + published(b"c/d", bytes(180)) + b"\xd0\0"),
        ),
        (
            "mqtt",
            "mqtt.msgtype == 3",
            'mqtt.topic == "home/kitchen"',
            'mqtt.topic == "c/d"',
            "mqtt.msgtype == 13",
            "mqtt.len > 200",
            "mqtt.msg",
        ),
    ),
    "ldap": Talk(
        389,
        ((True, FOUND + DONE),),
        ("ldap", "ldap.messageID == 2", 'ldap.objectName contains "anna"', "ldap.resultCode == 0", "ldap.searchResDone_element"),
    ),
    "sip": Talk(
        5060,
        (
            (False, b"INVITE sip:bob@example.com SIP/2.0\r\n" + CALL + TYPE + DESCRIPTION),
            (True, b"SIP/2.0 100 Trying\r\n" + CALL + b"l: 0\r\n\r\n"),
        ),
        (
            "sip",
            'sip.Method == "INVITE"',
            "sip.Status-Code == 100",
            'sip.Call-ID == "abc"',
            "sdp",
            'sdp.media contains "video"',
            "tcp.segment_data",
        ),
    ),
    "rtsp": Talk(
        554,
        (
            (False, b"DESCRIBE rtsp://cam/ RTSP/1.0\r\nCSeq: 2\r\nUser-Agent: " + 80 * b"a" + b"\r\n\r\n"),
            (True, b"RTSP/1.0 200 OK\r\nCSeq: 2\r\n" + TYPE + DESCRIPTION),
            (False, b"GET_PARAMETER rtsp://cam/ RTSP/1.0\r\nCSeq: 3\r\n\r\n"),
        ),
        ("rtsp", 'rtsp.method == "DESCRIBE"', "rtsp.status == 200", "sdp", 'sdp.session_name == "door"', 'rtsp.method == "GET_PARAMETER"'),
    ),
    "kerberos": Talk(
        88,
        ((False, len(ASKED).to_bytes(4) + ASKED),),
        ("kerberos", "kerberos.msg_type == 10", 'kerberos.realm == "EXAMPLE.ORG"', "kerberos.nonce == 16909060"),
    ),
    "smb": Talk(
        445,
        ((False, len(WRITTEN).to_bytes(4) + WRITTEN), (True, b"\0\0\0\x2f" + WRITTEN[:9] + b"\x98" + WRITTEN[10:32] + b"\6" + bytes(14))),
        ("smb", "nbss", "smb.cmd == 0x2f", "smb.flags.response == 0", "smb.mid == 0", "nbss.length > 200", "nbss.type == 0"),
    ),
    "ssh": Talk(22, ssh_talk.TURNS, ssh_talk.FILTERS),
}
CASES = [(name, text) for name, talk in TALKS.items() for text in talk.filters]
