"""Columns grow without losing what they hold, and sums are exact."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sharky.tables import Accumulator, GrowingColumn


def test_a_column_keeps_its_values_when_it_grows_and_fills_the_rest() -> None:
    column = GrowingColumn(np.int32, fill=-1, width=2)
    column.reach(1)[0] = (4, 5)
    grown = column.reach(10_000)
    assert grown.shape == (10_000, 2)
    assert grown[0].tolist() == [4, 5]
    assert (grown[1:] == -1).all()


@given(st.lists(st.tuples(st.integers(-1, 2000), st.integers(0, 300_000)), max_size=60))
def test_sums_are_those_of_a_loop(pairs: list[tuple[int, int]]) -> None:
    sums = Accumulator()
    sums.add(np.array([number for number, _ in pairs], np.int64), np.array([size for _, size in pairs], np.int64))
    for wanted in {number for number, _ in pairs if number >= 0}:
        assert sums.packets(2001)[wanted] == sum(1 for number, _ in pairs if number == wanted)
        assert sums.bytes(2001)[wanted] == sum(size for number, size in pairs if number == wanted)
    assert sums.other == (sum(n == -1 for n, _ in pairs), sum(size for n, size in pairs if n == -1))


def test_sums_do_not_wrap_at_a_terabyte() -> None:
    sums = Accumulator()
    for _ in range(3):
        sums.add(np.array([0, 0]), np.array([2**41, 2**41]))
    assert int(sums.bytes(1)[0]) == 6 * 2**41


@given(st.lists(st.tuples(st.integers(-1, 5), st.integers(0, 2**40), st.integers(0, 2**30)), max_size=20))
def test_sums_are_exact_also_where_packets_and_bytes_have_to_part(rows: list[tuple[int, int, int]]) -> None:
    sums = Accumulator()
    for number, size, packets in rows:
        sums.add(np.array([number]), np.array([size]), np.array([packets]))
    expected = [[sum(row[what] for row in rows if row[0] == number) for number in range(6)] for what in (2, 1)]
    assert [sums.packets(6).tolist(), sums.bytes(6).tolist()] == expected
    assert [column.tolist() for column in sums.take(np.arange(6))] == expected


def test_a_column_for_a_full_table_has_no_rows_to_spare() -> None:
    column = GrowingColumn(np.int64)
    column.reach((1 << 17) + 1)
    assert len(column.values) == (1 << 17) + 1
