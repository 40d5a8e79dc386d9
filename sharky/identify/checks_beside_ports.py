"""Checks of signatures that ask for a port: weak alone, enough beside it."""

# mypy: disable-error-code="no-any-return"
# (numpy declares the comparison of an array with a number as Any)

from __future__ import annotations

import numpy as np

from sharky.identify.payloads import Mask, Payloads, everywhere, one_of
from sharky.identify.ports import is_listed
from sharky.identify.signatures import TRANSPORTS
from sharky.model.gtp import IS_GTP_TYPE


def is_elsewhere(payloads: Payloads) -> Mask:
    """Neither port is one at which Wireshark takes all that it hears for one protocol."""
    listed = is_listed()
    row = (payloads.transport == TRANSPORTS["udp"]).astype(np.intp)
    return ~(listed[row, payloads.source_port] | listed[row, payloads.destination_port])


def length_at_0(payloads: Payloads) -> Mask:
    """RFC 3626 section 3.3: the first two octets are the length, of which there may be less than of what carries it."""
    return payloads.number(0) <= payloads.length


def fills_datagram(payloads: Payloads) -> Mask:
    """The first two octets are the datagram's length."""
    return payloads.number(0) == payloads.length


def cookie(payloads: Payloads) -> Mask:
    """Letters, digits or underlines up to a space: what a command to RTPproxy begins with, and its answer."""
    window = payloads.window
    is_word = (window >= ord("0")) & (window <= ord("9")) | (window == ord("_"))
    is_word |= ((window | LOWER_CASE) >= ord("a")) & ((window | LOWER_CASE) <= ord("z"))
    end = is_word.argmin(axis=1)
    return (end > 0) & (window[np.arange(len(window)), end] == ord(" "))


LOWER_CASE = 0x20


def length_of_4_at_0(payloads: Payloads) -> Mask:
    """The first four octets are the length of what is carried, themselves included, or of the first of several."""
    length = payloads.number(0, 4)
    return (length >= 8) & (length <= payloads.length)


def length_at_2(payloads: Payloads) -> Mask:
    """RFC 1006 section 6: the length stands behind version and a reserved octet, and counts them too."""
    return payloads.number(2) <= payloads.length


def length_of_4_at_4(payloads: Payloads) -> Mask:
    """What follows a header of eight octets has the length that the header ends with."""
    return payloads.number(4, 4) + 8 == payloads.length


def length_before(payloads: Payloads) -> Mask:
    """The first two octets are the length of what follows."""
    return payloads.number(0) + 2 == payloads.length


def abridged(payloads: Payloads) -> Mask:
    """MTProto's abridged transport: behind the first octet a length in fours, and the message fills the segment."""
    return payloads.number(1, 1) * 4 + 2 == payloads.length


def has_line_end(payloads: Payloads) -> Mask:
    """A line ends within the first octets."""
    return (payloads.window == ord("\n")).any(axis=1)


def gtp(payloads: Payloads) -> Mask:
    """TS 29.060 section 6: a message that exists."""
    return IS_GTP_TYPE.take(payloads.number(1, 1))


def kerberos(payloads: Payloads) -> Mask:
    """RFC 4120 section 5.10: the tag of a message, of a ticket or of what these have in them; primitive or not."""
    return one_of(payloads.number(0, 1) & ASN1_NUMBER, _KERBEROS_TAGS)


ASN1_NUMBER = 0x1F
_KERBEROS_TAGS = np.array([1, 2, 3, *range(10, 16), 20, 21, *range(25, 31)])


def krb4(payloads: Payloads) -> Mask:
    """Version 4 has one of eight message types, and in their lowest bit the order of octets."""
    kind = payloads.number(1, 1)
    return (kind >= 2) & (kind <= 17)


def aodv(payloads: Payloads) -> Mask:
    """RFC 3561 section 5: types 1 to 4, and 16 to 19 of the drafts for IPv6."""
    return one_of(payloads.number(0, 1), (1, 2, 3, 4, 16, 17, 18, 19))


def mgcp(payloads: Payloads) -> Mask:
    """RFC 3435 section 3: a verb of four letters or a code of three digits, and a space."""
    window = payloads.window
    is_verb = everywhere((window[:, :4] >= ord("A")) & (window[:, :4] <= ord("Z"))) & (window[:, 4] == ord(" "))
    is_code = everywhere((window[:, :3] >= ord("0")) & (window[:, :3] <= ord("9"))) & (window[:, 3] == ord(" "))
    return is_verb | is_code


def rx(payloads: Payloads) -> Mask:
    """A packet type from 1 to 13 behind epoch, identifiers and numbers."""
    kind = payloads.number(20, 1)
    return (kind >= 1) & (kind <= 13)


def skinny(payloads: Payloads) -> Mask:
    """A length with room for the kind of message, and a version that Cisco's telephones have had."""
    has_length = (payloads.number(0, 1) >= 4) | (payloads.number(1, 3) > 0)
    return has_length & one_of(payloads.number(4, 1), _SKINNY_VERSIONS)


_SKINNY_VERSIONS = np.array([0x00, 0x0A, 0x0B, *range(0x0F, 0x17)])


def slimp3(payloads: Payloads) -> Mask:
    """Messages of the first Slim Devices players begin with one of these letters."""
    return one_of(payloads.number(0, 1), _SLIMP3_LETTERS)


_SLIMP3_LETTERS = np.frombuffer(b"2Dadhilmrs", np.uint8).astype(np.int64)


def smpp(payloads: Payloads) -> Mask:
    """SMPP 3.4 section 3.2: a length that ends within the segment, and a command that exists."""
    command = payloads.number(4, 4) & 0x7FFFFFFF
    return (
        is_elsewhere(payloads) & length_of_4_at_0(payloads) & ((command >= 1) & (command <= 0x15) | (command == 0x102) | (command == 0x103))
    )


def tns(payloads: Payloads) -> Mask:
    """A length that ends within the segment, and a packet type."""
    kind = payloads.number(4, 1)
    return (payloads.number(0) <= payloads.length) & (payloads.number(0) >= 8) & (kind >= 1) & (kind <= 19)


def ocp1(payloads: Payloads) -> Mask:
    """AES70-3 section 7: one of five types, and a length that fills the payload or is followed by the next message."""
    size = payloads.number(3, 4) + 1
    is_followed = (size < payloads.length) & (payloads.behind(size)[:, 0] == OCP1_SYNC)
    return (payloads.number(7, 1) <= 4) & ((size == payloads.length) | is_followed)


OCP1_SYNC = 0x3B


def openflow(payloads: Payloads) -> Mask:
    """A type that exists, and a length with room for the header (OpenFlow 1.5 section 7.1); any message may be the first one seen."""
    return (payloads.number(1, 1) <= 35) & (payloads.number(2) >= 8)


def iscsi(payloads: Payloads) -> Mask:
    """RFC 7143 section 11.2: an opcode that exists, no more headers, and a segment of at most 1 MiB."""
    return one_of(payloads.number(0, 1) & 0x3F, _ISCSI_OPCODES) & (payloads.number(4, 1) == 0) & (payloads.number(5, 3) <= 1 << 20)


_ISCSI_OPCODES = np.array([*range(0x07), 0x10, *range(0x20, 0x27), 0x31, 0x32, 0x3F])


def gsm_ipa(payloads: Payloads) -> Mask:
    """ip.access' multiplex of GSM's protocols: a message on a stream that exists fills the segment, or another one follows it."""
    end = payloads.number(0) + 3
    second = payloads.behind(end)
    is_followed = (end < payloads.length) & second[:, :2].any(axis=1) & one_of(second[:, 2].astype(np.int64), _IPA_STREAMS)
    return (end > 3) & ((end == payloads.length) | is_followed) & one_of(payloads.number(2, 1), _IPA_STREAMS)


_IPA_STREAMS = np.array([0x00, 0xDD, 0xEE, 0xFC, 0xFD, 0xFE, 0xFF])


def drda(payloads: Payloads) -> Mask:
    """A message that ends within the segment carries parameters that are six octets shorter."""
    length = payloads.number(0)
    return (length >= 10) & (length <= payloads.length) & (payloads.number(6) + 6 == length)


BESIDE_PORTS = (
    abridged,
    aodv,
    cookie,
    drda,
    fills_datagram,
    gsm_ipa,
    gtp,
    has_line_end,
    iscsi,
    kerberos,
    krb4,
    length_at_0,
    length_at_2,
    length_before,
    length_of_4_at_0,
    length_of_4_at_4,
    mgcp,
    ocp1,
    openflow,
    rx,
    skinny,
    slimp3,
    smpp,
    tns,
)
"""All of them, for the table of checks."""
