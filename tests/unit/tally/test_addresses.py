"""Addresses are written as the C library, and with it Wireshark, writes them."""

from __future__ import annotations

import socket

from hypothesis import given
from hypothesis import strategies as st

from sharky.tally.addresses import address_text

sparse = st.lists(st.sampled_from([b"\0\0", b"\0\1", b"\xff\xff", b"\x12\x34"]), min_size=8, max_size=8).map(b"".join)


@given(st.binary(min_size=16, max_size=16) | sparse)
def test_ipv6_is_written_as_inet_ntop_does(octets: bytes) -> None:
    assert address_text(octets) == socket.inet_ntop(socket.AF_INET6, octets)


@given(st.binary(min_size=4, max_size=4))
def test_ipv4_is_written_as_inet_ntop_does(octets: bytes) -> None:
    assert address_text(octets) == socket.inet_ntop(socket.AF_INET, octets)
