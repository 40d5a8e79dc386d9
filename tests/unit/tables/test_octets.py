"""Octet strings get dense numbers, and two strings never share one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.tables import OctetTable, octets


@pytest.mark.parametrize("width", [4, 6, 8, 12, 32, 36])
@given(data=st.data())
def test_a_table_numbers_strings_as_a_dict_does(width: int, data: st.DataObject) -> None:
    string = st.binary(min_size=width, max_size=width) | st.sampled_from([b"\0" * width, b"\1" + b"\0" * (width - 1)])
    table, expected = OctetTable(width), dict[bytes, int]()
    for batch in data.draw(st.lists(st.lists(string, max_size=20), max_size=4)):
        wanted = [expected.setdefault(each, len(expected)) for each in batch]
        assert table.index(np.frombuffer(b"".join(batch), np.uint8).reshape(-1, width)).tolist() == wanted
    assert [row.tobytes() for row in table.strings] == list(expected)
    known = np.frombuffer(b"".join(expected), np.uint8).reshape(-1, width)
    assert table.find(known).tolist() == list(range(len(expected)))
    assert table.take(np.arange(len(expected))[::-1]).tolist() == known[::-1].tolist()
    assert table.refused == 0


def test_a_string_that_is_not_there_is_not_found() -> None:
    table = OctetTable(16)
    table.index(np.zeros((1, 16), np.uint8))
    assert table.find(np.eye(16, dtype=np.uint8)[[0, 15]]).tolist() == [-1, -1]


def test_pairs_of_neighbouring_addresses_have_different_hashes() -> None:
    strings = np.zeros((65_536, 32), np.uint8)
    strings[:, 15] = np.arange(65_536) % 256
    strings[:, 31] = np.arange(65_536) // 256
    table = OctetTable(32)
    assert np.array_equal(table.index(strings), np.arange(65_536))


def test_a_string_whose_hash_collides_is_refused_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(octets, "_hash", lambda words: words[:, 0])
    strings = np.zeros((3, 16), np.uint8)
    strings[1, 15] = 1
    table = OctetTable(16)
    assert table.index(strings).tolist() == [0, -1, 0]
    assert (table.count, table.refused) == (1, 1)


def test_a_full_table_refuses() -> None:
    table = OctetTable(16, maximum=1)
    assert table.index(np.eye(16, dtype=np.uint8)[:2]).tolist() == [0, -1]
    assert table.is_full
    assert table.refused == 1
