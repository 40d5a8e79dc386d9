"""Regular expressions: in texts, in names and in octets, and what they may cost."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.columns import Labels
from sharky.model.errors import SettingsError
from sharky.rules import compile_filter
from sharky.rules.filters.automaton import Automaton
from sharky.settings.sources import TextError
from tests.unit.dissect import builder as wire
from tests.unit.dissect.builder import columns
from tests.unit.rules.test_messages import passes
from tests.unit.rules.test_texts import PACKETS


@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ('dns.qry.name matches "netflix"', [0]),
        ('dns.qry.name ~ "NETFLIX[.]com$"', [0]),
        (r'dns.qry.name matches r"^www\.\w+\.com$"', [0]),
        (r'dns.qry.name matches "^www\\.\\w+\\.com$"', [0]),
        ('dns.qry.name matches "^a|^b"', [1]),
        ('dns.qry.name matches ""', [0, 1]),
        (r'dns.qry.name matches r"^\Qwww.\E\w+[\Q].\E]com$"', [0]),
        (r'dns.qry.name matches r"\Qw.w"', []),
        ('not dns.qry.name matches "flix"', [1, 2, 3, 4, 5]),
        ('all dns.qry.name matches "[a-b]"', [1]),
        ('all dns.qry.name matches "a"', []),
        ("all dns.qry.name contains a", []),
        ('any dns.qry.name matches "a"', [1]),
        ('http.host matches "^(www|m)[.]example[.](org|net)"', [3]),
        ('http.host matches "^[0-9.]+:1900$"', [4]),
        ('frame matches "EXAMPLE"', [3]),
        ('frame matches "m-search.*http/1"', [4]),
        ('frame matches "(?<verb>m-search|notify)(?#and no other) .*(?P<version>1[.]1)"', [4]),
        (r'frame matches "org\\r\\n.*8\\r\\n\\r\\n$"', [3]),
        ('frame matches "\\x03www\\x07n"', [0]),
    ],
)
def test_what_matches_is_what_wireshark_says(text: str, packets: list[int]) -> None:
    assert [number for number, passed in enumerate(passes(text, *PACKETS)) if passed] == packets


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        ("dns.qry.name matches google", 21, '"google" cannot stand here', "in double quotes"),
        ("dns.qry.name matches 'g'", 21, "\"'g'\" cannot stand here", "in double quotes"),
        ("dns.qry.name matches", 20, "the filter ends too early", "in double quotes"),
        ('dns.qry.name matches "a(b"', 23, "this parenthesis is never closed", "for the character"),
        ('dns.qry.name matches r"a(b"', 24, "this parenthesis is never closed", "for the character"),
        ('dns.qry.name matches "\\x41(b"', 26, "this parenthesis is never closed", "for the character"),
        ('dns.qry.name matches "ä)"', 23, "this parenthesis was never opened", "for the character"),
        ('dns.qry.name matches "*.com"', 22, "there is nothing to repeat here", "for the character"),
        ('dns.qry.name matches "a**"', 24, "there is nothing to repeat here", "for the character"),
        ('dns.qry.name matches "a*+"', 24, "a repetition that gives nothing back is not supported", "leave"),
        ('dns.qry.name matches "a{3,2}"', 22, "this repetition ends before it begins", "{2,3}"),
        ('dns.qry.name matches "[a"', 22, "this bracket is never closed", "close it"),
        ('dns.qry.name matches "[z-a]"', 23, "this is no range of characters", "the lower one first"),
        ('dns.qry.name matches "[[:letter:]]"', 23, 'unknown class "letter"', "alpha"),
        ('dns.qry.name matches "(?=a)"', 22, "groups that look around", "(?:"),
        (r'dns.qry.name matches r"(a)\1"', 26, "a reference to a group is not supported", "backslash"),
        (r'dns.qry.name matches r"\q"', 23, '"\\q" is not supported in an expression', "backslash"),
        (r'dns.qry.name matches "\."', 21, '"\\." is not known in a text', "for a backslash"),
        (r'dns.qry.name matches r"a(a|b){9}.{40}x"', 23, "the expression is too involved", "split it"),
        (" or ".join(f'dns.qry.name ~ "a.{{7}}{n}"' for n in range(9)), 150, "the expressions of this filter are too involved", "several"),
        ('dns.qry.name matches "a{9999}"', 22, "the expression is too long with all that it repeats", "fewer"),
        ('dns.qry.name matches "((((((){99}){99}){99}){99}){99})"', 22, "the expression is too long with all", "fewer"),
        (f'dns.qry.name matches "{"a" * 501}"', 22, "the expression is too long: 501 octets", "split it"),
        (f'dns.qry.name matches "{"(" * 200}"', 62, "there are too many groups within groups", "at most 40"),
        ('ip.src matches "1"', 7, '"matches" does not work on such a field', "names, texts"),
        ('vrrp matches "GET"', 0, "vrrp cannot be searched", "frame can"),
    ],
)
def test_a_wrong_expression_is_pointed_at_with_the_way_out(text: str, at: int, message: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        compile_filter(text)
    (problem,) = caught.value.problems
    assert problem.message.startswith(message)
    assert hint in problem.hint
    assert problem.column == 1 + at


@pytest.mark.parametrize("expression", [rb"(a+)+$", rb"^(a|a)*$", rb"(a|aa)+$", rb"(.*a){20}$", rb"^(\w+\s?)*$"])
def test_no_text_makes_an_expression_go_back(expression: bytes) -> None:
    assert not Automaton(expression).holds(b"a" * 100_000 + b"!")


PIECES = (
    "a",
    "b",
    "A",
    ".",
    r"\d",
    r"\w",
    r"\s",
    "[ab]",
    "[^a]",
    "[a-c0]",
    "(",
    "(?:",
    ")",
    "|",
    "*",
    "+",
    "?",
    "{2}",
    "{1,2}",
    "^",
    "1",
    "-",
    r"\.",
    r"\x41",
)


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.text("abAB1.- \ncd", max_size=8))
def test_python_finds_what_the_automaton_finds(expression: str, text: str) -> None:
    try:
        expected = re.search(expression.encode(), text.encode(), re.IGNORECASE)
        found = Automaton(expression.encode()).holds(text.encode())
    except (re.error, TextError):
        return
    assert found == (expected is not None)


@pytest.mark.parametrize(
    ("expression", "text", "is_met"),
    [
        (rb"\bcat\b", b"a cat.", True),
        (rb"\bcat\b", b"concat", False),
        (rb"cat\B", b"cats", True),
        (rb"a$", b"a\n", True),
        (rb"a\z", b"a\n", False),
        (rb"\Aa\Z", b"a\n", True),
        (rb"^$", b"", True),
        (rb"[]a]x", b"]x", True),
        (rb"[a-]x", b"-x", True),
        (rb"[\w.]+@", b"a.b@", True),
        (rb"[[:punct:]]", b"a", False),
        (rb"[\x00-\x1f]", b"a\x07", True),
        (rb"a{,2}", b"a{,2}", True),
        (rb"(?i)a", b"A", True),
        (rb"\012\0", b"\n\0", True),
        (rb"[^\n]", b"\n", False),
        (rb"\x{4a}", b"j", True),
        (b"(?-i)get", b"GET", False),
        (b"(?-i)get", b"a get", True),
        (b"(?-i)g(?i)et", b"gET", True),
        (b"((?-i)g)et", b"gET", True),
        (b"((?-i)g)et", b"GET", False),
        (b"(?-i:g)et", b"gET", True),
        (b"(?-i)[[:upper:]][a-f]", b"Ga", True),
        (b"(?-i)[[:upper:]][a-f]", b"gA", False),
        (b"a.b", b"a\nb", False),
        (b"(?s)a.b", b"a\nb", True),
        (b"(?s)a.(?-s).b", b"a\n\nb", False),
        (b"(?s-i)A.b", b"A\nb", True),
    ],
)
def test_an_expression_means_what_pcre_means(expression: bytes, text: bytes, *, is_met: bool) -> None:
    assert Automaton(expression).holds(text) is is_met


def test_octets_are_matched_from_a_header_to_the_end_of_what_it_carries() -> None:
    batch = columns(
        wire.eth(0x0800, wire.ip(17, wire.udp(50_000, 50_001, b"GET / HTTP"))),
        wire.eth(0x0800, wire.ip(17, wire.udp(50_000, 50_001, b"GET"))),
        wire.eth(0x0800, wire.ip(6, wire.tcp(50_000, 50_001, b"GET / HTTP"))),
    )
    passed = compile_filter(r'udp matches r"^....\x00.{3}get.*p$"').mask(batch, Labels(batch.path, np.zeros(3, np.int64)))
    assert [bool(passed[row]) for row in batch.position.argsort()] == [True, False, False]
