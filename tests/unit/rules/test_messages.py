"""Fields of messages that TCP or UDP carries, by messages with known flags and counts."""

from __future__ import annotations

import pytest

from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.identify.builder import Packet, columns, tcp, udp

QUESTION = bytes.fromhex("123401000001000000000000") + b"\x07netflix\x03com\x00\x00\x01\x00\x01"
NO_SUCH_NAME = bytes.fromhex("1234858300010000000a0002") + QUESTION[12:]
OVER_TCP = len(QUESTION).to_bytes(2, "big") + QUESTION


def passes(text: str, *packets: Packet, is_as_shown: bool = False, at_once: int = 100) -> list[bool]:
    """Return which packets pass a filter, in the order of capture; `at_once` is how many make a batch."""
    tree = ProtocolTree()
    identifier, wanted, found = Identifier(tree), compile_filter(text, is_as_shown=is_as_shown), []
    for begin in range(0, len(packets), at_once):
        batch = columns(tree, packets[begin : begin + at_once], begin + 1)
        passed = wanted.mask(batch, identifier.identify(batch))
        found += [bool(passed[row]) for row in batch.position.argsort()]
    return found


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("dns.id == 0x1234", True, True),
        ("dns.flags == 0x0100", True, False),
        ("dns.flags.response == 0", True, False),
        ("dns.flags.response", True, True),
        ("dns.flags.recdesired == 1", True, True),
        ("dns.flags.rcode == 3", False, True),
        ("dns.flags.rcode == 0", False, False),
        ("dns.flags.authoritative == 1", False, True),
        ("dns.flags.recavail", False, True),
        ("dns.flags.truncated == 1", False, False),
        ("dns.count.queries == 1 and dns.count.answers == 0", True, True),
        ("dns.count.auth_rr > 9", False, True),
        ("dns.count.add_rr == 2", False, True),
    ],
)
def test_the_head_of_a_dns_message_is_read_as_wireshark_reads_it(text: str, *, question: bool, answer: bool) -> None:
    assert passes(text, udp(QUESTION, 50_000, 53), udp(NO_SUCH_NAME, 53, 50_000)) == [question, answer]


@pytest.mark.parametrize(
    ("text", "found", "missing", "odd"),
    [
        ("http.response", True, True, True),
        ("http.response == 0", False, False, False),
        ("http.response.code", True, True, False),
        ("http.response.code == 200", True, False, False),
        ("http.response.code >= 400", False, True, False),
        ("http.response.code != 200", False, True, False),
        ("http.request", False, False, False),
    ],
)
def test_a_response_has_the_code_of_its_first_line(text: str, *, found: bool, missing: bool, odd: bool) -> None:
    lines = (b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 404 Not Found\r\n", b"HTTP/1.1 2x0 Odd\r\n")
    packets = (
        *(tcp(line + b"Content-Length: 0\r\n\r\n", 80, 50_000 + number) for number, line in enumerate(lines)),
        udp(b"HTTP/1.1 200 OK", 50_001, 50_002),
    )
    assert passes(text, *packets) == [found, missing, odd, False]


def test_over_tcp_a_message_stands_behind_its_length() -> None:
    assert passes("dns.id == 0x1234", tcp(OVER_TCP, 50_000, 53)) == [True]


def test_half_a_message_over_tcp_has_no_fields() -> None:
    assert passes("dns.id", tcp(OVER_TCP[:20], 50_000, 53)) == [False]


def test_llmnr_has_fewer_flags_than_dns() -> None:
    packets = (udp(QUESTION, 50_000, 53), udp(QUESTION, 50_001, 5353), udp(QUESTION, 50_002, 5355))
    assert passes("dns.flags.opcode == 0", *packets) == [True, True, True]
    assert passes("dns.flags.recdesired", *packets) == [True, True, False]


def test_what_is_no_dns_has_no_fields_of_it() -> None:
    assert passes("dns.flags", udp(b"\x99\x88\x77\x66" * 8, 50_000, 50_001)) == [False]
