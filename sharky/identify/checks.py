"""What a row of the signature table cannot say: one short function each, over columns of payloads that fit the row so far."""

# mypy: disable-error-code="no-any-return"
# (numpy declares the comparison of an array with a number as Any)

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sharky.identify.payloads import Mask, Payloads

Check = Callable[[Payloads], Mask]


def dns(payloads: Payloads) -> Mask:
    """RFC 1035 section 4.1.1: a known opcode, the reserved bit clear, few records, and at least one."""
    return _is_dns(payloads, 0)


def dns_over_tcp(payloads: Payloads) -> Mask:
    """RFC 1035 section 4.2.2: a length before the message."""
    return _is_dns(payloads, 2) & (payloads.number(0) >= 12)


def dns_elsewhere(payloads: Payloads) -> Mask:
    """Away from its port: a plain query or its answer, with one question that begins with a label."""
    label = payloads.number(12, 1)
    return np.isin(payloads.number(2), _DNS_FLAGS) & (payloads.number(6) <= 64) & (label > 0) & (label < 64)


_DNS_FLAGS = np.array([0x0000, 0x0100, 0x0110, 0x0120, *(flags + code for flags in (0x8180, 0x8580) for code in range(6))])
"""Query, recursion desired, checking disabled, authentic data; answers with the codes of RFC 1035."""


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
    is_known = np.isin(version, _QUIC_VERSIONS) | (version >> 8 == 0xFF0000) | (version >> 4 == 0xFACEB00)
    is_known |= version & 0x0F0F0F0F == 0x0A0A0A0A
    return is_known & (payloads.number(5, 1) <= 20)


_QUIC_VERSIONS = np.array([0, 1, 0x6B3343CF, 0x709A50C4, 0x51303530, 0x54303530, 0x54303531])
"""Negotiation, v1, v2 (RFC 9369) and its draft, and the last of Google's own: Q050, T050, T051."""


def gquic(payloads: Payloads) -> Mask:
    """Google's QUIC before Q046: a flag for the version, eight octets of identifier, then Q and three digits."""
    digits = payloads.window[:, 10:13]
    return _everywhere((digits >= ord("0")) & (digits <= ord("9")))


def stun(payloads: Payloads) -> Mask:
    """RFC 8489 section 5: the length counts what follows the header, in fours."""
    length = payloads.number(2)
    return (length % 4 == 0) & (length + 20 <= payloads.length)


def classic_stun(payloads: Payloads) -> Mask:
    """RFC 3489 section 11.1, which had no cookie: a known type, and a length that fills the datagram."""
    return np.isin(payloads.number(0), _CLASSIC_STUN_TYPES) & (payloads.number(2) + 20 == payloads.length)


_CLASSIC_STUN_TYPES = np.array([base + message for base in (0x0000, 0x0100, 0x0110) for message in (1, 2, 3, 4, 5)])


def turn_channel(payloads: Payloads) -> Mask:
    """RFC 8656 section 12.4: the length counts what follows the channel's number and itself; up to three octets may fill it up."""
    surplus = payloads.length - payloads.number(2) - 4
    return (surplus >= 0) & (surplus <= 3) & (payloads.number(2) > 0)


def wireguard_data(payloads: Payloads) -> Mask:
    """Transport data is padded to sixteens (WireGuard whitepaper section 5.4.6)."""
    return payloads.length % 16 == 0


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
    is_transaction = _everywhere(smb[:, :5] == np.frombuffer(b"\xffSMB\x25", np.uint8))
    name = payloads.behind(82 + 69)[:, :6]
    return nbdgm(payloads) & is_transaction & _everywhere(name == np.frombuffer(b"BROWSE", np.uint8))


def radius(payloads: Payloads) -> Mask:
    """RFC 2865 section 3: a length of at least 20 that ends within the datagram."""
    length = payloads.number(2)
    return (length >= 20) & (length <= payloads.length)


def coap(payloads: Payloads) -> Mask:
    """RFC 7252 section 3: version 1, a token of at most 8 octets."""
    return (payloads.number(0, 1) >> 6 == 1) & (payloads.number(0, 1) & 15 <= 8)


def isakmp(payloads: Payloads) -> Mask:
    """RFC 7296 section 3.1: version 1 or 2, and a length that fills the datagram."""
    return np.isin(payloads.number(17, 1) >> 4, (1, 2)) & (payloads.number(24, 4) == payloads.length)


def isakmp_behind_marker(payloads: Payloads) -> Mask:
    """RFC 3948 section 2.2: four zero octets before the message."""
    return np.isin(payloads.number(21, 1) >> 4, (1, 2)) & (payloads.number(28, 4) + 4 == payloads.length)


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
    return _everywhere((address == second) & (address == third))


def json_object(payloads: Payloads) -> Mask:
    """The datagram's last octet closes the object."""
    return payloads.behind(payloads.length - 1)[:, 0] == ord("}")


def minecraft(payloads: Payloads) -> Mask:
    """A handshake: one octet of length that fills the segment or is followed by the next packet, an identifier of 0."""
    return (payloads.number(0, 1) >= 6) & (payloads.number(0, 1) <= payloads.length)


def dcerpc(payloads: Payloads) -> Mask:
    """C706 section 12.6.3: packet types up to 19, and a fragment of at least its header."""
    return (payloads.number(2, 1) <= 19) & (payloads.number(8, 1) + (payloads.number(9, 1) << 8) >= 16)


def length_at_0(payloads: Payloads) -> Mask:
    """The first two octets are the datagram's length (RFC 3626 section 3.3)."""
    return payloads.number(0) == payloads.length


def length_of_4_at_0(payloads: Payloads) -> Mask:
    """The first four octets are the length of what is carried, themselves included, or of the first of several."""
    length = payloads.number(0, 4)
    return (length >= 8) & (length <= payloads.length)


def length_at_2(payloads: Payloads) -> Mask:
    """RFC 1006 section 6: the length stands behind version and a reserved octet, and counts them too."""
    return payloads.number(2) <= payloads.length


def length_before(payloads: Payloads) -> Mask:
    """The first two octets are the length of what follows."""
    return payloads.number(0) + 2 == payloads.length


def kerberos(payloads: Payloads) -> Mask:
    """RFC 4120 section 5.10: the tag of a message."""
    return np.isin(payloads.number(0, 1), _KERBEROS_TAGS)


_KERBEROS_TAGS = np.array([0x60 | message for message in (10, 11, 12, 13, 14, 15, 20, 21, 22, 30)])


def mgcp(payloads: Payloads) -> Mask:
    """RFC 3435 section 3: a verb of four letters or a code of three digits, and a space."""
    window = payloads.window
    is_verb = _everywhere((window[:, :4] >= ord("A")) & (window[:, :4] <= ord("Z"))) & (window[:, 4] == ord(" "))
    is_code = _everywhere((window[:, :3] >= ord("0")) & (window[:, :3] <= ord("9"))) & (window[:, 3] == ord(" "))
    return is_verb | is_code


def rx(payloads: Payloads) -> Mask:
    """A packet type from 1 to 13 behind epoch, identifiers and numbers."""
    kind = payloads.number(20, 1)
    return (kind >= 1) & (kind <= 13)


def slimp3(payloads: Payloads) -> Mask:
    """Messages of the first Slim Devices players begin with one of these letters."""
    return np.isin(payloads.number(0, 1), _SLIMP3_LETTERS)


_SLIMP3_LETTERS = np.frombuffer(b"2Dadhilmrs", np.uint8).astype(np.int64)


def smpp(payloads: Payloads) -> Mask:
    """SMPP 3.4 section 3.2: a length that ends within the segment, and a command that exists."""
    command = payloads.number(4, 4) & 0x7FFFFFFF
    return length_of_4_at_0(payloads) & ((command >= 1) & (command <= 0x15) | (command == 0x102) | (command == 0x103))


def sip_request(payloads: Payloads) -> Mask:
    """RFC 3261 section 7.1: the first line ends with the version, whatever the method and the address are."""
    return _says(payloads, b" SIP/2.0\r\n", 128)


def tftp_request(payloads: Payloads) -> Mask:
    """RFC 1350 section 5: the name of a file, then one of the two modes that are in use."""
    return _says(payloads, b"\0octet\0", 128) | _says(payloads, b"\0netascii\0", 128)


def switched_to_websocket(payloads: Payloads) -> Mask:
    """RFC 6455 section 4.2.2: what the server switches to."""
    return _says(payloads, b"websocket", 512) | _says(payloads, b"WebSocket", 512)


def switched_to_http2(payloads: Payloads) -> Mask:
    """RFC 7540 section 3.2: what the server switches to."""
    return _says(payloads, b"h2c", 512)


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


def tns(payloads: Payloads) -> Mask:
    """A length that ends within the segment, and a packet type."""
    kind = payloads.number(4, 1)
    return (payloads.number(0) <= payloads.length) & (payloads.number(0) >= 8) & (kind >= 1) & (kind <= 19)


def openflow(payloads: Payloads) -> Mask:
    """A hello fills the segment."""
    return payloads.number(2) == payloads.length


def drda(payloads: Payloads) -> Mask:
    """A message that ends within the segment carries parameters that are six octets shorter."""
    length = payloads.number(0)
    return (length >= 10) & (length <= payloads.length) & (payloads.number(6) + 6 == length)


def _says(payloads: Payloads, text: bytes, most: int) -> Mask:
    """Return which payloads have a text among their first octets."""
    found = np.zeros(len(payloads), np.bool_)
    for row, (offset, captured) in enumerate(zip(payloads.offset.tolist(), payloads.captured.tolist(), strict=True)):
        found[row] = text in payloads.buffer[offset : offset + min(captured, most)].tobytes()
    return found


def _everywhere(matrix: Mask) -> Mask:
    """Return which rows of a matrix hold from end to end."""
    return np.logical_and.reduce(matrix, axis=1)


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
        drda,
        dtls_record,
        gquic,
        http_connect,
        isakmp,
        isakmp_behind_marker,
        json_object,
        kerberos,
        length_at_0,
        length_at_2,
        length_before,
        length_of_4_at_0,
        mgcp,
        minecraft,
        mp2t,
        nbdgm,
        nbdgm_browser,
        ntp,
        openflow,
        openvpn,
        quic_long_header,
        radius,
        rtcp,
        rx,
        sip_request,
        slimp3,
        smpp,
        sslv2_hello,
        stun,
        switched_to_http2,
        switched_to_websocket,
        tftp,
        tftp_request,
        tls_record,
        tns,
        turn_channel,
        wake_on_lan,
        wireguard_data,
    )
}
"""By the name that the table uses."""
