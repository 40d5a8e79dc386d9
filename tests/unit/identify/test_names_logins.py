"""Which computer somebody logs in from: NTLM's third message in SMB sessions and in the heads of HTTP requests."""

from __future__ import annotations

from base64 import b64encode
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.identify.names_logins import MOST_BASE64, MOST_OCTETS, login, login_over_http
from tests.unit.dissect.builder import ip
from tests.unit.identify.test_devices import HOST, OUTSIDE, PHONE, ROUTER, frame, see

OEM, UNICODE = 0x02, 0x01


def third_message(name: bytes, *, flags: int = UNICODE, length: int | None = None, at: int = 64) -> bytes:
    length = len(name) if length is None else length
    fields = pack("<HHI", 0, 0, 64) * 4 + pack("<HHI", length, length, at) + pack("<HHI", 0, 0, 64)
    return b"NTLMSSP\0\x03\0\0\0" + fields + pack("<I", flags) + name


ANNAS = third_message("ANNAS-PC".encode("utf-16-le"))


def said(octets: bytes) -> list[str]:
    return [heard.name for heard in login(octets)]


def header(name: str, octets: bytes, scheme: str = "NTLM") -> tuple[str, str]:
    return name, f"{scheme} {b64encode(octets).decode()}"


def test_a_login_names_the_computer_wherever_it_stands() -> None:
    assert said(ANNAS) == said(b"\xa1\x82" + ANNAS + b"behind") == ["ANNAS-PC"]
    assert said(third_message(b"ANNAS-PC", flags=OEM)) == ["ANNAS-PC"]


@pytest.mark.parametrize(
    "octets",
    [
        third_message(b"", length=0),
        third_message(b"A\0N\0", length=3),
        third_message(b"A\0N\0", length=400),
        third_message(b"A\0" * MOST_OCTETS),
        third_message(b"A\0N\0", at=44),
        third_message(b"A\0N\0", at=0xFFFF_FFFF),
        third_message(b"\x00\xd8A\0"),
        third_message(b"A\0\0\0N\0"),
        third_message(b"B\x84RO", flags=OEM),
        ANNAS[:60],
        ANNAS[:-1],
        ANNAS.replace(b"\x03", b"\x01", 1),
        third_message("WORKSTATION".encode("utf-16-le")),
    ],
    ids=[
        "empty",
        "odd",
        "longer",
        "endless",
        "before",
        "behind",
        "half a pair",
        "an end",
        "code page",
        "headless",
        "cut",
        "first message",
        "curl's",
    ],
)
def test_what_makes_no_sense_names_nothing(octets: bytes) -> None:
    assert said(octets) == []


@pytest.mark.parametrize("name", ["authorization", "proxy-authorization"])
@pytest.mark.parametrize("scheme", ["NTLM", "ntlm", "Negotiate"])
def test_a_login_to_a_server_or_to_a_proxy_names_the_computer(name: str, scheme: str) -> None:
    assert [heard.name for heard in login_over_http([("host", "x"), header(name, ANNAS, scheme)])] == ["ANNAS-PC"]


def test_other_heads_and_what_is_no_base64_or_too_much_of_it_name_nothing() -> None:
    token = b64encode(ANNAS).decode()
    heads = [header("cookie", ANNAS), header("authorization", ANNAS, "Basic"), ("authorization", "NTLM"), ("authorization", "NTLM ")]
    heads += [("authorization", f"NTLM {wrong}") for wrong in ("ü" + token, token[:-3], "!" + token, token + token)]
    heads += [header("authorization", ANNAS + bytes(MOST_BASE64))]
    assert list(login_over_http(heads)) == []


def test_who_logs_in_over_http_is_called_by_the_name_of_its_computer_wherever_batches_are_cut() -> None:
    packets, sequence = [], 1
    for token in (b"NTLMSSP\0\x01\0\0\0" + bytes(20), ANNAS):
        request = b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: NTLM " + b64encode(token) + b"\r\n\r\n"
        segment = pack(">HHIIBBHHH", 40_000, 80, sequence, 1, 0x50, 0x18, 1024, 0, 0) + request
        packets.append(frame(PHONE, ROUTER, 0x0800, ip(6, segment, ends=(HOST, OUTSIDE))))
        sequence += len(request)
    pairs, _, (phone,) = see(*packets)
    assert [sender for sender, _ in pairs] == ["private address 5e:0b:42", "ANNAS-PC"]
    assert ("ntlm_workstation", "ANNAS-PC") in phone.names
    assert see(*packets, apart=True)[0] == pairs


@given(st.binary(max_size=80), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF), st.integers(0, 3))
def test_no_login_is_too_strange(name: bytes, length: int, at: int, flags: int) -> None:
    octets = third_message(name, flags=flags, length=length, at=at)
    assert all(0 < len(text) <= MOST_OCTETS for text in said(octets))
    assert said(octets) == [heard.name for heard in login_over_http([header("authorization", octets)])]
