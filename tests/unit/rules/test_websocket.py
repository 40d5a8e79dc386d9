from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.readers import lines_of
from sharky.rules.filters.applications.websocket import websocket_size
from tests.unit.rules.streams import passing
from tests.unit.rules.websocket_frames import FILTERS, frame, talk


@pytest.mark.parametrize("text", FILTERS)
def test_frames_are_seen_where_they_end_however_batches_are_cut(text: str) -> None:
    whole = passing(text, talk(), is_as_shown=True)
    assert any(whole)
    assert passing(text, talk(), range(len(whole)), is_as_shown=True) == whole


def test_a_packed_text_is_not_told_as_one() -> None:
    assert not [line for line in lines_of("websocket", frame(0xC1, b"packed")) if line.name == "text"]


@given(st.binary(max_size=40))
def test_whatever_comes_nothing_fails(octets: bytes) -> None:
    assert len(list(lines_of("websocket", octets))) < 20
    size = websocket_size(octets)
    assert size is None or size == 0 or size >= 2
