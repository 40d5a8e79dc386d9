"""What a row of the signature table cannot say: one short function each, over columns of payloads that fit the row so far."""

# mypy: disable-error-code="no-any-return"
# (numpy declares the comparison of an array with a number as Any)

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from sharky.identify.checks_beside_ports import BESIDE_PORTS, is_elsewhere
from sharky.identify.payloads import Mask, Payloads, everywhere, one_of

Check = Callable[[Payloads], Mask]


def dns(payloads: Payloads) -> Mask:
    """RFC 1035 section 4.1.1: a known opcode, the reserved bit clear, few records, and at least one."""
    return _is_dns(payloads, 0)


def dns_over_tcp(payloads: Payloads) -> Mask:
    """RFC 1035 section 4.2.2: a length before the message."""
    return _is_dns(payloads, 2) & (payloads.number(0) >= 12)


def dns_elsewhere(payloads: Payloads) -> Mask:
    """Away from its port, as Wireshark tells it: a query has one question and no answer; few records in either."""
    questions, answers, authorities, additional = (payloads.number(place) for place in (4, 6, 8, 10))
    is_response = payloads.number(2, 1) & 0x80 != 0
    is_few = (questions <= 1) & (answers <= 100) & (authorities <= 10) & (additional <= 10)
    return is_elsewhere(payloads) & is_few & (is_response | ((questions == 1) & (answers == 0) & (authorities == 0)))


def _is_dns(payloads: Payloads, place: int) -> Mask:
    opcode = (payloads.number(place + 2, 1) >> 3) & 15
    counts = np.stack([payloads.number(place + 4 + 2 * section) for section in range(4)])
    return (opcode <= 8) & (payloads.number(place + 3, 1) & 0x40 == 0) & (counts.max(axis=0) <= 512) & (counts.sum(axis=0) > 0)


def ntp(payloads: Payloads) -> Mask:
    """RFC 5905 section 7.3: version 1 to 4 and a mode; 48 octets unless it is a control or private message."""
    version, mode = (payloads.number(0, 1) >> 3) & 7, payloads.number(0, 1) & 7
    return (version >= 1) & (version <= 4) & (mode >= 1) & ((payloads.length >= 48) | (mode >= 6))


def tls_record(payloads: Payloads) -> Mask:
    """RFC 8446 section 5.1: a record has 1 to 2**14 + 256 octets, in older versions 2**14 + 2048."""
    length = payloads.number(3)
    return (length > 0) & (length <= (1 << 14) + 2048)


def sslv2_hello(payloads: Payloads) -> Mask:
    """RFC 5246 appendix E.2: the length's high bit is set, and the hello fills the segment."""
    return (payloads.number(0) & 0x7FFF) + 2 == payloads.length


def dtls_record(payloads: Payloads) -> Mask:
    """RFC 6347 section 4.1: the record ends within the datagram."""
    return payloads.number(11) + 13 <= payloads.length


def quic_long_header(payloads: Payloads) -> Mask:
    """RFC 9000 section 17.2: a version that exists, and an identifier of at most 20 octets."""
    version = payloads.number(1, 4)
    is_known = one_of(version, _QUIC_VERSIONS) | ((version >> 8 == 0xFF0000) & (version & 0xFF <= LAST_DRAFT)) | (version >> 4 == 0xFACEB00)
    is_known |= version & 0x0F0F0F0F == 0x0A0A0A0A
    return is_known & (payloads.number(5, 1) <= 20)


LAST_DRAFT = 34
"""Of QUIC version 1 (draft-ietf-quic-transport)."""

_QUIC_VERSIONS = np.array([1, 0x6B3343CF, 0x709A50C4, 0x51303530, 0x54303530, 0x54303531])
"""v1, v2 (RFC 9369) and its draft, and the last of Google's own: Q050, T050, T051."""


def gquic(payloads: Payloads) -> Mask:
    """Google's QUIC before Q046: a flag for the version, eight octets of identifier, then Q and three digits."""
    digits = payloads.window[:, 10:13]
    return everywhere((digits >= ord("0")) & (digits <= ord("9")))


STUN_RESERVED = 0x3C00
"""The bits of a message's type that methods have beyond 255."""


def stun(payloads: Payloads) -> Mask:
    """RFC 8489 section 5: the length counts what follows the header; in fours, but not everybody keeps to that.

    Methods beyond 255 are left to others that share the port (RFC 7983 section 5).
    """
    return (payloads.number(0) & STUN_RESERVED == 0) & (payloads.number(2) + 20 <= payloads.length)


def classic_stun(payloads: Payloads) -> Mask:
    """RFC 3489 section 11.1, which had no cookie: a known type, and a length that fills the datagram."""
    return one_of(payloads.number(0), _CLASSIC_STUN_TYPES) & (payloads.number(2) + 20 == payloads.length)


_CLASSIC_STUN_TYPES = np.array([*(kind + message for kind in (0x0000, 0x0100) for message in (1, 2, 3, 4, 6)), 0x111, *range(0x113, 0x117)])
"""Binding, secret, TURN's allocation, sending and choice of a peer, as requests and responses; failures, and data."""


def turn_channel(payloads: Payloads) -> Mask:
    """RFC 8656 section 12.4: the length counts what follows the channel's number and itself; up to three octets may fill it up."""
    surplus = payloads.length - payloads.number(2) - 4
    return (surplus >= 0) & (surplus <= 3) & (payloads.number(2) > 0)


def rtcp(payloads: Payloads) -> Mask:
    """RFC 3550 section 6.4: the first packet of the compound ends within the datagram, in fours."""
    return (payloads.length % 4 == 0) & ((payloads.number(2) + 1) * 4 <= payloads.length)


def dhcpv6(payloads: Payloads) -> Mask:
    """RFC 8415 section 7.3: message types 1 to 36."""
    return (payloads.number(0, 1) >= 1) & (payloads.number(0, 1) <= 36)


def nbdgm(payloads: Payloads) -> Mask:
    """RFC 1002 section 4.4.1: message types 16 to 22."""
    return (payloads.number(0, 1) >= 0x10) & (payloads.number(0, 1) <= 0x16)


def nbdgm_browser(payloads: Payloads) -> Mask:
    r"""A datagram that carries an SMB transaction to `\MAILSLOT\BROWSE`, behind two encoded names."""
    smb = payloads.behind(82)
    is_transaction = everywhere(smb[:, :5] == np.frombuffer(b"\xffSMB\x25", np.uint8))
    name = payloads.behind(82 + 69)[:, :16]
    return nbdgm(payloads) & is_transaction & everywhere(name == np.frombuffer(rb"\MAILSLOT\BROWSE", np.uint8))


def radius(payloads: Payloads) -> Mask:
    """RFC 2865 section 3: a code that exists, and a length within bounds; Wireshark does not mind one that the datagram cuts."""
    length = payloads.number(2)
    return one_of(payloads.number(0, 1), _RADIUS_CODES) & (length >= 20) & (length <= 4096)


_RADIUS_CODES = np.array([*range(1, 14), *range(21, 28), *range(29, 35), *range(40, 46), 50, 51, *range(129, 133)])
"""In use or reserved (IANA, RADIUS Packet Type Codes, with what Ascend uses)."""


def coap(payloads: Payloads) -> Mask:
    """RFC 7252 section 3: version 1, a token of at most 8 octets."""
    return (payloads.number(0, 1) >> 6 == 1) & (payloads.number(0, 1) & 15 <= 8)


def isakmp(payloads: Payloads) -> Mask:
    """RFC 7296 section 3.1: version 1 or 2, and a length that fills the datagram."""
    return one_of(payloads.number(17, 1) >> 4, (1, 2)) & (payloads.number(24, 4) == payloads.length)


def isakmp_behind_marker(payloads: Payloads) -> Mask:
    """RFC 3948 section 2.2: four zero octets before the message."""
    return one_of(payloads.number(21, 1) >> 4, (1, 2)) & (payloads.number(28, 4) + 4 == payloads.length)


def openvpn(payloads: Payloads) -> Mask:
    """An opcode from 1 to 11 in the upper five bits."""
    opcode = payloads.number(0, 1) >> 3
    return (opcode >= 1) & (opcode <= 11)


def tftp(payloads: Payloads) -> Mask:
    """RFC 1350 section 5: opcodes 1 to 5, and 6 of RFC 2347."""
    return (payloads.number(1, 1) >= 1) & (payloads.number(1, 1) <= 6)


def wake_on_lan(payloads: Payloads) -> Mask:
    """Behind six times ff the same address again and again."""
    address, second, third = (payloads.window[:, place : place + 6] for place in (6, 12, 18))
    return everywhere((address == second) & (address == third))


def minecraft(payloads: Payloads) -> Mask:
    """A handshake: one octet of length that fills the segment or is followed by the next packet, an identifier of 0."""
    return (payloads.number(0, 1) >= 6) & (payloads.number(0, 1) <= payloads.length)


def dcerpc(payloads: Payloads) -> Mask:
    """C706 section 12.6.3: packet types up to 19, and a fragment of at least its header."""
    return (payloads.number(2, 1) <= 19) & (payloads.number(8, 1) + (payloads.number(9, 1) << 8) >= 16)


def sip_request(payloads: Payloads) -> Mask:
    """RFC 3261 section 7.1: a method, and whom it is meant for."""
    return _begin_line(payloads, 9, _SIP_REQUEST, 64)


def sip_request_at_its_port(payloads: Payloads) -> Mask:
    """RFC 3261 section 7.1: the first line ends with the version, whatever the method and the address are."""
    return payloads.say(b" SIP/2.0\r\n", 128)


def http_request(payloads: Payloads) -> Mask:
    """RFC 9112 section 3: a method, what is asked for, and the version, which a short snaplen may have cut off."""
    return _begin_line(payloads, 20, _HTTP_REQUEST, 4096)


def _begin_line(payloads: Payloads, longest_method: int, pattern: re.Pattern[bytes], most: int) -> Mask:
    """Hold those payloads against a pattern whose first word may be a method: it has at least three letters."""
    begin = payloads.first_word_ends(3, longest_method)
    rows = begin.nonzero()[0]
    begin[rows] = payloads.take(rows).begin(pattern, most)
    return begin


_SIP_REQUEST = re.compile(rb"[A-Z]{3,9} (?:sips?|tel):")
_HTTP_REQUEST = re.compile(rb"[A-Z_-]{3,20} (?:/|\*|https?://)[^\r\n]*(?<= HTTP/1\..)\r?\n|[A-Z_-]{3,20} (?:/|https?://)[^\r\n]*\Z")


def tftp_request(payloads: Payloads) -> Mask:
    """RFC 1350 section 5: the name of a file, then one of the two modes that are in use."""
    return payloads.say(b"\0octet\0", 128) | payloads.say(b"\0netascii\0", 128)


def switched_to_websocket(payloads: Payloads) -> Mask:
    """RFC 6455 section 4.2.2: what the server switches to."""
    return payloads.say(b"websocket", 512) | payloads.say(b"WebSocket", 512)


def switched_to_http2(payloads: Payloads) -> Mask:
    """RFC 7540 section 3.2: what the server switches to."""
    return payloads.say(b"h2c", 512)


def http_connect(payloads: Payloads) -> Mask:
    """RFC 9110 section 9.3.6: a host and a port follow, not the object that NATS sends."""
    return payloads.number(8, 1) != ord("{")


def dcerpc_datagram(payloads: Payloads) -> Mask:
    """C706 section 12.5: packet types up to 19."""
    return payloads.number(1, 1) <= 19


def mp2t(payloads: Payloads) -> Mask:
    """ISO 13818-1: packets of 188 octets, each begins with 47."""
    second = payloads.behind(188)[:, 0]
    return (payloads.length % 188 == 0) & ((payloads.length == 188) | (second == 0x47))


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        classic_stun,
        coap,
        dcerpc,
        dcerpc_datagram,
        dhcpv6,
        dns,
        dns_elsewhere,
        dns_over_tcp,
        dtls_record,
        gquic,
        http_connect,
        http_request,
        isakmp,
        isakmp_behind_marker,
        minecraft,
        mp2t,
        nbdgm,
        nbdgm_browser,
        ntp,
        openvpn,
        quic_long_header,
        radius,
        rtcp,
        sip_request,
        sip_request_at_its_port,
        sslv2_hello,
        stun,
        switched_to_http2,
        switched_to_websocket,
        tftp,
        tftp_request,
        tls_record,
        turn_channel,
        wake_on_lan,
        *BESIDE_PORTS,
    )
}
"""By the name that the table uses."""
