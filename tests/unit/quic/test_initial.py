"""Taking the protection off QUIC's first packets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.identify.quic_google import google_server_name
from sharky.quic.initial import InitialKeys, crypto_frames, read_initials, read_integer
from tests.unit.quic.sealing import crypto, initial

RFC_HELLO = bytes.fromhex(
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e00000b"
    "6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9"
    "caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d0002010100"
    "1c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff"
)
"""The CRYPTO frame of RFC 9001 appendix A.2."""

RFC_HEAD = bytes.fromhex("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b")
"""How the protected packet of that appendix begins."""

VERSIONS = (1, 2, 0x6B3343CF, 0x709A50C4, 0xFF00001D, 0xFF00001B, 0xFF000015, 0xFF000012, 0xFACEB002, 0x54303530, 0x1A2A3A4A)


def opened(datagram: bytes) -> list[bytes | None]:
    return [InitialKeys(packet.version, packet.identifier).open(packet) for packet in read_initials(datagram)]


def test_the_packet_of_the_standard_is_sealed_and_opened_as_the_standard_says() -> None:
    datagram = initial(RFC_HELLO)
    assert datagram.startswith(RFC_HEAD)
    assert opened(datagram) == [RFC_HELLO.ljust(1162, b"\0")]


@pytest.mark.parametrize("version", [version for version in VERSIONS if version != 2], ids=hex)
def test_every_version_opens_with_its_own_salt(version: int) -> None:
    payload = opened(initial(crypto(0, b"hello"), version=version))[0]
    assert payload is not None
    assert list(crypto_frames(payload)) == [(0, b"hello")]


def test_behind_a_made_up_version_the_last_drafts_are_tried_too() -> None:
    payloads = opened(initial(crypto(0, b"hello"), version=0x0A0A0A0A, meant=1))
    assert [payload and list(crypto_frames(payload)) for payload in payloads] == [None, [(0, b"hello")]]


def test_google_s_version_with_tls_has_a_type_of_its_own_for_the_hello() -> None:
    packet = next(read_initials(initial(b"\x08" + crypto(0, b"hello")[1:], version=0x54303530)))
    payload = InitialKeys(packet.version, packet.identifier).open(packet)
    assert payload is not None
    assert list(crypto_frames(payload, packet.version.crypto)) == [(0, b"hello")]


def test_a_packet_that_was_changed_does_not_open() -> None:
    datagram = bytearray(initial(RFC_HELLO))
    datagram[600] ^= 1
    assert opened(bytes(datagram)) == [None]


def test_two_packets_in_one_datagram_are_both_read() -> None:
    assert len(opened(initial(RFC_HELLO) + initial(RFC_HELLO, number=3))) == 2


def test_versions_that_nobody_knows_and_packets_that_were_cut_are_left_alone() -> None:
    datagram = initial(RFC_HELLO)
    assert opened(datagram[:1] + b"\x12\x34\x56\x78" + datagram[5:]) == []
    assert opened(datagram[:900]) == []


def test_frames_between_the_pieces_of_a_hello_are_skipped() -> None:
    acknowledgement = b"\x02\x05\x00\x01\x00\x01\x01"
    payload = b"\0\0\x01" + crypto(0, b"he") + acknowledgement + crypto(2, b"llo") + b"\x1c\x00" + crypto(9, b"behind the end")
    assert list(crypto_frames(payload)) == [(0, b"he"), (2, b"llo")]


def test_a_number_that_does_not_end_is_no_number() -> None:
    assert read_integer(b"\x25", 0) == (37, 1)
    with pytest.raises(IndexError):
        read_integer(b"\xc2\x19", 0)


def test_googles_hello_names_the_server() -> None:
    tags = b"PAD\0\x02\0\0\0SNI\0\x0d\0\0\0"
    assert google_server_name(b"\x09CHLO\x02\0\0\0" + tags + b"--example.org" + b"rest") == "example.org"
    assert google_server_name(b"CHLO\x02\0\0\0" + tags + b"--exam") == ""
    assert google_server_name(b"nothing") is None


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 80))
def test_no_datagram_is_too_strange(octets: bytes, place: int) -> None:
    sane = initial(RFC_HELLO)
    for hostile in (octets, sane[:5] + octets, sane[:place] + octets + sane[place + len(octets) :]):
        opened(hostile)
        list(crypto_frames(hostile))
        google_server_name(b"CHLO" + hostile)
        google_server_name(hostile)
