"""Text from strangers cannot do more than be read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.identify.text import from_octets, printable


@pytest.mark.parametrize(
    "hostile", ["\x1b[2J", "\r\n", "\x00", "\x9b31m", "\u202egnp.exe", "\u2066", "\u200b", "\u2028", "\ud800", "\ue000"]
)
def test_what_does_more_than_print_is_escaped(hostile: str) -> None:
    assert hostile not in printable(hostile)
    assert "\\" in printable(hostile)


def test_other_languages_stay_readable() -> None:
    assert printable("Jürgens Küche 電話 кот") == "Jürgens Küche 電話 кот"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_what_is_shown_is_one_line_that_only_prints(text: str) -> None:
    shown = printable(text, longest=50)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@settings(deadline=None)
@given(st.text(max_size=400))
def test_what_is_shown_has_an_end(text: str) -> None:
    assert len(printable(text, longest=20)) <= 20 * len("\\U0010ffff")


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_octets_that_are_no_text_keep_what_they_say(octets: bytes) -> None:
    from_octets(octets).encode("utf-8")
