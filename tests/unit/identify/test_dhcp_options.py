"""DHCP messages, sane and hostile."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.identify.dhcp_options import DhcpMessage, parse_dhcp

HEAD = b"\x01\x01\x06\x00\x39\x03\xf3\x26" + bytes(20) + b"\xdc\xa6\x32\x01\x02\x03" + bytes(202) + b"\x63\x82\x53\x63"


def parsed(options: bytes) -> DhcpMessage:
    message = parse_dhcp(HEAD + options)
    assert message is not None
    return message


def test_a_message_tells_its_kind_its_client_and_its_name() -> None:
    message = parsed(b"\x35\x01\x01" + b"\x0c\x06kettle" + b"\xff")
    assert (message.message_type, message.host_name) == ("Discover", "kettle")
    assert (message.transaction, message.client_mac.hex(":")) == (0x3903F326, "dc:a6:32:01:02:03")


def test_an_option_in_two_parts_is_put_together() -> None:
    assert parsed(b"\x0c\x03ket\x00\x00\x0c\x03tle\xff").host_name == "kettle"


def test_an_option_that_lies_about_its_length_is_not_read() -> None:
    assert parsed(b"\x35\x01\x03\x0c\xffkettle").options == {53: b"\x03"}


def test_a_message_without_options_is_plain_bootp() -> None:
    message = parse_dhcp(HEAD[:236])
    assert message is not None
    assert (message.message_type, message.options) == ("", {})


def test_what_is_too_short_is_no_message() -> None:
    assert parse_dhcp(HEAD[:235]) is None


@settings(deadline=None)
@given(st.binary(max_size=700))
def test_no_options_are_too_strange(octets: bytes) -> None:
    message = parsed(octets)
    message.host_name.encode("utf-8")
    assert message.message_type is not None
