"""Texts of which a batch has few different ones: how its packets' layers are written, and what its interfaces are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sharky.rules.filters.fields import Field
from sharky.rules.filters.interfaces import INTERFACE, interface_texts

if TYPE_CHECKING:
    from sharky.rules.filters.reading import Reading

PROTOCOLS = "frame.protocols"
"""The field that says what a packet's layers are."""


def is_listed(field: Field) -> bool:
    """Return whether a field has such texts."""
    return field.name == PROTOCOLS or (field.type == "text" and field.spots[0].column.startswith(INTERFACE))


def listed(reading: Reading, field: Field) -> tuple[list[str], NDArray[np.intp]]:
    """Return the different texts of a field, empty where there is none, and for each packet which of these it has."""
    if field.name == PROTOCOLS:
        return reading.protocols
    return interface_texts(reading.columns, field.spots[0].column.partition(".")[2])
