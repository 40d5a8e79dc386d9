"""Texts of which a batch has few different ones: how its packets' layers are written, and what its interfaces are called."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.rules.filters.batch import Batch
from sharky.rules.filters.fields import Field
from sharky.rules.filters.interfaces import INTERFACE, interface_texts

PROTOCOLS = "frame.protocols"
"""The field that says what a packet's layers are."""


def is_listed(field: Field) -> bool:
    """Return whether a field has such texts."""
    return field.name == PROTOCOLS or (field.type == "text" and field.spots[0].column.startswith(INTERFACE))


def listed(batch: Batch, field: Field) -> tuple[list[str], NDArray[np.intp]]:
    """Return the different texts of a field, empty where there is none, and for each packet which of these it has."""
    if field.name == PROTOCOLS:
        return batch.protocols
    return interface_texts(batch.columns, field.spots[0].column.partition(".")[2])
