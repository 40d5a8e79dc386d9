"""What is counted of requests and answers of SSDP: by flow, over batches."""

from __future__ import annotations

import pytest

from tests.unit.identify.builder import Packet
from tests.unit.rules.test_messages import passes

SEARCH = b"M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\r\n"
NOTICE = b"NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n"


@pytest.mark.parametrize("at_once", [1, 2, 10])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http.request_number == 1", [1, 0, 1, 0, 0, 0]),
        ("http.request_number == 2", [0, 1, 0, 0, 0, 0]),
        ("http.prev_request_in == 1", [0, 1, 0, 0, 0, 1]),
        ("http.response_number == 2", [0, 0, 0, 0, 0, 1]),
        ("http.request_in == 1", [0, 0, 0, 0, 1, 0]),
        ("http.prev_response_in == 5", [0, 0, 0, 0, 0, 1]),
        ("http.notification", [0, 0, 0, 1, 0, 0]),
    ],
)
def test_requests_and_answers_of_a_flow_are_counted(text: str, expected: list[int], at_once: int) -> None:
    first, other = Packet(SEARCH, 50_000, 1900), Packet(SEARCH, 50_001, 1900)
    packets = (first, first, other, Packet(NOTICE, 1900, 1900), first.answer(ANSWER), first.answer(ANSWER))
    assert passes(text, *packets, is_as_shown=True, at_once=at_once) == [bool(each) for each in expected]
