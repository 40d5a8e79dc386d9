"""Which packets wait for which header."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import NOTHING, Codes, rank
from sharky.dissect.rows import LONG_RUN, MAXIMUM_RUNS, edges_of, gather_groups, rows_at
from sharky.model.columns import Rows


class Waiting:
    """Rows by the header that each reads next; those that stand side by side stay slices."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Rows]] = {}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def take(self) -> tuple[int, list[Rows]]:
        """Return the code of the lowest header that rows wait for, and these, which wait no longer."""
        number = min(self._rows, key=rank)
        return number, gather_groups(self._rows.pop(number))

    def add(self, rows: Rows, to: Codes | int) -> None:
        """Let rows wait for what `to` says: one code for all, or one each."""
        if isinstance(to, int) or (to == to[0]).all():
            self._add_all(to if isinstance(to, int) else int(to[0]), rows)
            return
        edges = edges_of(to)
        if isinstance(rows, slice) and len(edges) <= MAXIMUM_RUNS:
            self._add_runs(rows, to, edges)
            return
        if isinstance(rows, slice):
            is_long = edges[1:] - edges[:-1] >= LONG_RUN
            for begin, stop in zip(edges[:-1][is_long].tolist(), edges[1:][is_long].tolist(), strict=True):
                self._add_all(int(to[begin]), slice(rows.start + begin, rows.start + stop))
            places = np.repeat(~is_long, edges[1:] - edges[:-1]).nonzero()[0]
            rows, to = rows_at(rows, places), to[places]
        order = np.argsort(to, kind="stable")
        to = to[order]
        self._add_runs(rows_at(rows, order), to, edges_of(to))

    def _add_runs(self, rows: Rows, to: Codes, edges: NDArray[np.intp]) -> None:
        """Let rows wait whose codes change at `edges`, which begin with 0 and end with their number."""
        for begin, stop in pairwise(edges.tolist()):
            self._add_all(int(to[begin]), rows_at(rows, slice(begin, stop)))

    def _add_all(self, number: int, rows: Rows) -> None:
        if number != NOTHING:
            self._rows.setdefault(number, []).append(rows)
