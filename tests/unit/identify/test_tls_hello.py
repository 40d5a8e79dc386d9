"""Client hellos, sane and hostile."""

from __future__ import annotations

from struct import pack

from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.identify.tls_hello import parse_client_hello, records


def extension(number: int, octets: bytes) -> bytes:
    return pack(">HH", number, len(octets)) + octets


def server_name(name: bytes) -> bytes:
    return extension(0, pack(">HBH", len(name) + 3, 0, len(name)) + name)


def client_hello(*extensions: bytes, cut: int = 0) -> bytes:
    tail = b"".join(extensions)
    body = b"\x03\x03" + bytes(32) + b"\x04abcd" + b"\x00\x02\x13\x01" + b"\x01\x00" + pack(">H", len(tail)) + tail
    octets = b"\x01" + len(body).to_bytes(3) + body
    return octets[: len(octets) - cut]


def record(kind: int, octets: bytes) -> bytes:
    return pack(">BHH", kind, 0x0303, len(octets)) + octets


def test_a_hello_names_the_server_and_what_it_would_speak() -> None:
    hello = parse_client_hello(client_hello(extension(43, b"\x02\x03\x04"), server_name(b"example.org"), extension(16, b"\x00\x03\x02h2")))
    assert hello is not None
    assert (hello.server_name, hello.protocols, hello.is_whole) == ("example.org", ("h2",), True)


def test_a_hello_without_a_name_has_none() -> None:
    hello = parse_client_hello(client_hello())
    assert hello is not None
    assert hello.server_name == ""


def test_a_name_that_was_cut_is_no_name() -> None:
    hello = parse_client_hello(client_hello(server_name(b"example.org"), cut=3))
    assert hello is not None
    assert (hello.server_name, hello.is_whole) == ("", False)


def test_records_stand_one_behind_the_other_and_the_last_may_be_cut() -> None:
    octets = record(20, b"\x01") + record(23, b"secret")[:8]
    assert list(records(octets)) == [(20, b"\x01"), (23, b"sec")]


def test_what_is_no_record_ends_the_reading() -> None:
    assert list(records(record(22, b"x") + b"HTTP/1.1 200 OK")) == [(22, b"x")]


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 60))
def test_no_hello_is_too_strange(octets: bytes, place: int) -> None:
    sane = client_hello(server_name(b"example.org"), extension(16, b"\x00\x03\x02h2"))
    for hostile in (octets, b"\x01\x00\x01\x00" + octets, sane[:place] + octets, sane[:place] + octets + sane[place + len(octets) :]):
        parse_client_hello(hostile)
        list(records(hostile))
