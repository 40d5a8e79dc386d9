"""Questions of DNS and their answers: which belong together, how long they took, and what was sent again."""

from __future__ import annotations

import dataclasses

import pytest

from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from sharky.rules.filters.dns_transactions import MOST_QUESTIONS, DnsTransactions, Question
from tests.unit.identify.builder import Packet, columns, udp
from tests.unit.rules.test_messages import NO_SUCH_NAME, QUESTION

ASK = udp(QUESTION, 50_000, 53)
ANSWER = ASK.answer(NO_SUCH_NAME)
OTHER = ASK.answer(b"\x99\x99" + NO_SUCH_NAME[2:])


def _passing(text: str, packets: list[tuple[float, Packet]]) -> list[int]:
    """Return the numbers of packets that pass, each packet in a batch of its own."""
    tree = ProtocolTree()
    identifier, wanted, found = Identifier(tree), compile_filter(text), []
    for number, (at, packet) in enumerate(packets, 1):
        batch = columns(tree, [dataclasses.replace(packet, time_ns=round(at * 1e9))], number)
        found += [number] if wanted.mask(batch, identifier.identify(batch))[0] else []
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dns.time", [2, 6]),
        ("dns.time > 0.5", [6]),
        ("dns.response_to == 1", [2]),
        ("dns.retransmission == 1", [3, 5]),
        ("dns.unsolicited", [7]),
        ("dns.retransmit_response", [3]),
        ("dns.retransmit_response_in == 2", [3]),
        ("dns.retransmit_request", [5]),
        ("dns.retransmit_request_in == 4", [5]),
    ],
)
def test_an_answer_goes_with_the_question_of_its_number(text: str, expected: list[int]) -> None:
    told = [(0.0, ASK), (0.25, ANSWER), (0.5, ANSWER), (10.0, ASK), (12.0, ASK), (12.5, ANSWER), (13.0, OTHER)]
    assert _passing(text, told) == expected


def test_a_question_that_comes_again_much_later_is_another_one() -> None:
    assert _passing("dns.response_to == 2", [(0.0, ASK), (6.0, ASK), (6.5, ANSWER)]) == [3]


def test_no_more_questions_are_remembered_than_there_is_room_for() -> None:
    follower = DnsTransactions()
    for number in range(MOST_QUESTIONS + 1):
        follower._take((number, 1), Question(number, 0), is_answer=False)
    told = [[name for name, _ in follower._take((number, 1), Question(9, 9), is_answer=True)] for number in (0, MOST_QUESTIONS)]
    assert told == [["unsolicited"], ["time", "to"]]
