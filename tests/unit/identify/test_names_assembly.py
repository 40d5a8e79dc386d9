"""Pieces of a stream are put together as they were, in bounded memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharky.identify.names_assembly import MOST_OCTETS, MOST_PIECES, Assembly

TEXT = bytes(range(256))


def assembled(*pieces: tuple[int, bytes]) -> Assembly:
    assembly = Assembly()
    for offset, octets in pieces:
        assembly.add(offset, octets)
    return assembly


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 60)), max_size=40), st.randoms())
def test_pieces_in_any_order_make_what_they_were_cut_from_up_to_the_first_gap(places: list[tuple[int, int]], lot: object) -> None:
    covered = {octet for begin, length in places for octet in range(begin, begin + length)}
    end = next(octet for octet in range(400) if octet not in covered)
    lot.shuffle(places)  # type: ignore[attr-defined]
    assert assembled(*((begin, TEXT[begin : begin + length]) for begin, length in places)).octets == TEXT[: min(end, len(TEXT))]


def test_of_pieces_that_begin_together_the_first_counts_and_a_longer_one_goes_on_behind_it() -> None:
    assert assembled((2, b"cd"), (2, b"XXefg"), (2, b"YYY"), (0, b"ab")).octets == b"abcdefg"
    assert assembled((0, b"abcd"), (2, b"XXef")).octets == b"abcdef"


def test_no_more_is_kept_than_a_hello_may_have() -> None:
    assert assembled((0, bytes(MOST_OCTETS - 1)), (MOST_OCTETS - 1, b"ab"), (MOST_OCTETS, b"c")).octets == bytes(MOST_OCTETS - 1) + b"a"
    assert [assembled((0, bytes(octets))).is_full for octets in (MOST_OCTETS - 1, MOST_OCTETS)] == [False, True]
    far = assembled((MOST_OCTETS, b"c"), (1 << 40, b"d"), *[(number, b"") for number in range(1, 2 * MOST_PIECES)])
    assert (far.is_full, far.octets) == (False, b"")


def test_who_sends_only_what_comes_later_is_not_kept_for_ever() -> None:
    pieces = [(2 * number, b"x") for number in range(1, MOST_PIECES + 1)]
    assert not assembled(*pieces[1:]).is_full
    full = assembled(*pieces)
    assert full.is_full
    full.add(0, b"ab")
    assert full.octets == b""
