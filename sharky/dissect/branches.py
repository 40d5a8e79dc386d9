"""Headers of one length in which one field says what comes next: `numbers/branches.csv`, and `branch_values.csv` for the field.

All that such a header needs is a row for itself and one for each value of the field that leads elsewhere than the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import Codes, Layer, code, register, rows
from sharky.dissect.walk import Found, Walk


@dataclass(frozen=True, slots=True)
class Branch:
    """Where the field stands, and what follows by its value.

    Attributes:
        layout: The header's, with the field in it.
        mask: Which of the field's bits count.
        values: (n,) in ascending order, those that lead elsewhere than the others.
        codes: (n + 1,) what comes next, by value; the last for all others.
        sizes: (n + 1,) where that begins.
    """

    layout: np.dtype[np.void]
    mask: int
    values: NDArray[np.int64]
    codes: Codes
    sizes: NDArray[np.int64]

    def read(self, walk: Walk, found: Found) -> None:
        """Go on by the field."""
        value = found.fields["field"].astype(np.int64) & self.mask
        place = np.searchsorted(self.values, value)
        place[self.values.take(place, mode="clip") != value] = len(self.values)
        walk.send(found.rows, found.offset + self.sizes.take(place), self.codes.take(place))


def _branch(row: list[str], known: list[list[str]]) -> Branch:
    _, _, size, place, octets, mask, otherwise = row
    known = sorted(known, key=lambda value: int(value[1], 0))
    return Branch(
        layout=np.dtype({"names": ["field"], "formats": [f">u{octets}"], "offsets": [int(place)], "itemsize": int(size)}),
        mask=int(mask, 0),
        values=np.array([int(value, 0) for _, value, _, _ in known] or [-1]),
        codes=np.array([code(name) for _, _, name, _ in known] + [code(otherwise)] * (1 if known else 2), np.uint16),
        sizes=np.array([int(other or size) for _, _, _, other in known] + [int(size)] * (1 if known else 2)),
    )


values = {header: list(group) for header, group in groupby(rows("branch_values"), lambda value: value[0])}
for row in rows("branches"):
    branch = _branch(row, values.get(row[0], []))
    register(row[0], branch.layout, Layer.NETWORK, protocol=row[1])(branch.read)
