from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.lights.gamma import decode, encode, linear_colour

EVERY_VALUE = np.arange(256, dtype=np.uint8).repeat(3).reshape(-1, 3)


def test_every_srgb_value_survives_the_way_through_linear_light() -> None:
    assert np.array_equal(encode(decode(EVERY_VALUE)), EVERY_VALUE)


@given(st.lists(st.tuples(*[st.floats(0, 1, width=32)] * 3), min_size=1, max_size=20))
def test_a_frame_is_never_brighter_than_its_linear_light(colours: list[tuple[float, float, float]]) -> None:
    linear = np.array(colours, np.float32)
    assert np.all(decode(encode(linear)) <= linear + 2e-6)


def test_light_out_of_bounds_is_clipped() -> None:
    assert encode(np.array([[-1.0, 0.0, 7.0]], np.float32)).tolist() == [[0, 0, 255]]


def test_a_colour_is_a_name_or_a_number() -> None:
    assert linear_colour("white") == (1.0, 1.0, 1.0)
    assert linear_colour("#0000ff") == (0.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="shark"):
        linear_colour("shark")
