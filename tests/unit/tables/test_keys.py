"""Keys get dense numbers in the order of first sight, however many there are and whoever chose them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sharky.tables import KeyTable
from sharky.tables.keys import PROBES

INVERSE = pow(0x9E3779B97F4A7C15, -1, 2**64)


def u64(*keys: int) -> NDArray[np.uint64]:
    return np.array(keys, np.uint64)


def colliding_keys(count: int) -> NDArray[np.uint64]:
    """Keys whose hash differs in the lowest bits only, so that all want the same slot of any table."""
    folded = [(low * INVERSE) % 2**64 for low in range(count)]
    return np.array([key ^ (key >> 32) for key in folded], np.uint64)


@given(st.lists(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9), max_size=40), max_size=8))
def test_a_table_numbers_keys_as_a_dict_does(batches: list[list[int]]) -> None:
    table, expected = KeyTable(), dict[int, int]()
    for batch in batches:
        wanted = [expected.setdefault(key, len(expected)) for key in batch]
        assert table.index(u64(*batch)).tolist() == wanted
    assert table.keys.tolist() == list(expected)
    assert table.find(u64(*expected)).tolist() == list(expected.values())


def test_numbers_do_not_change_while_the_table_grows() -> None:
    keys = np.random.default_rng(7).integers(0, 2**64, 60_000, dtype=np.uint64)
    table = KeyTable()
    for start in range(0, len(keys), 4096):
        table.index(keys[start : start + 4096])
    assert np.array_equal(table.find(keys), np.arange(len(keys)))
    assert table.refused == 0


def test_keys_in_regular_steps_are_all_taken() -> None:
    for shift in (0, 16, 32, 46):
        table = KeyTable()
        table.index(np.arange(100_000, dtype=np.uint64) << np.uint64(shift))
        assert (table.count, table.refused) == (100_000, 0)


def test_a_key_that_is_not_there_is_not_found_and_not_added() -> None:
    table = KeyTable()
    assert table.find(u64(0, 1)).tolist() == [-1, -1]
    assert table.count == 0


def test_a_full_table_refuses_new_keys_counts_that_and_still_knows_the_old() -> None:
    table = KeyTable(maximum=2)
    assert table.index(u64(5, 6, 7, 5, 8)).tolist() == [0, 1, -1, 0, -1]
    assert table.index(u64(7, 6)).tolist() == [-1, 1]
    assert (table.count, table.refused) == (2, 3)


def test_keys_made_to_collide_are_refused_after_a_bounded_search() -> None:
    keys = colliding_keys(5_000)
    table = KeyTable()
    numbers = table.index(keys)
    assert table.count == PROBES
    assert table.refused == len(keys) - PROBES
    assert np.array_equal(np.sort(numbers[numbers >= 0]), np.arange(PROBES))
    assert np.array_equal(table.index(keys), numbers)


def test_keys_made_to_collide_hardly_touch_the_others() -> None:
    table = KeyTable()
    table.index(colliding_keys(200))
    honest = np.arange(10**6, 10**6 + 5_000, dtype=np.uint64)
    numbers = table.index(honest)
    is_kept = numbers >= 0
    assert is_kept.mean() > 0.99
    assert np.array_equal(table.find(honest), numbers)
    assert np.array_equal(table.keys[numbers[is_kept]], honest[is_kept])


def test_an_empty_batch_is_fine() -> None:
    assert KeyTable().index(u64()).tolist() == []
