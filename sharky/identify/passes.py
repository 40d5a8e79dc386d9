"""Which packets are held against the signatures, in passes: most flows settle at their first packet, and all others need no look.

All columns are in the order of capture. It makes no difference to the names how many packets of a flow are looked at in
one pass, as it makes none where a source cuts its batches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.identify.flows import TRIES, ByFlow
from sharky.identify.payloads import Mask, Numbers
from sharky.identify.vocabulary import Names
from sharky.tables import Firsts

ALL = np.iinfo(np.int64).max

MOST_OF_EACH = (1, TRIES, ALL)
"""Packets of a flow in each pass: only mixed flows are still open behind the second."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Packets that were looked at together.

    Attributes:
        by_flow: How they are ordered.
        look: (m,) which of the batch they are.
        name: (m,) what they were called.
        is_unknown: (m,) whether nothing but their ports told it.
    """

    by_flow: ByFlow
    look: NDArray[np.intp]
    name: Names
    is_unknown: Mask


class Chooser:
    """Chooses the first packets of each flow."""

    def __init__(self) -> None:
        self._firsts = Firsts()

    def choose(self, place: Numbers, waiting: NDArray[np.intp], most: int) -> tuple[NDArray[np.intp], ByFlow, NDArray[np.intp]]:
        """Choose those of the waiting packets that are among the first of their flow.

        Args:
            place: (n,) places of the flows of a batch.
            waiting: (w,) which packets of the batch wait.
            most: How many of each flow are wanted.

        Returns:
            Who was chosen, how they are ordered, and who was not.
        """
        if most == 1:
            places = place.take(waiting)
            is_first = self._firsts.mark(places) | (places == 0)
            look = waiting[is_first]
            return look, ByFlow.all_different(_flow(place, look)), waiting[~is_first]
        look, by_flow = by_flows(place, waiting)
        is_wanted = by_flow.rank() < most
        return look[is_wanted], ByFlow.sorted(by_flow.flow[is_wanted]), look[~is_wanted]


def by_flows(place: Numbers, look: NDArray[np.intp]) -> tuple[NDArray[np.intp], ByFlow]:
    """Order packets by flow, and within each flow by capture.

    Args:
        place: (n,) places of the flows of a batch.
        look: (m,) which packets of the batch.
    """
    look = np.sort(look)
    flow = _flow(place, look)
    order = np.argsort(flow, kind="stable")
    return look[order], ByFlow.sorted(flow[order])


def _flow(place: Numbers, look: NDArray[np.intp]) -> Numbers:
    """Return the flow of each packet, a different one below 0 for each that has none."""
    flow = place.take(look)
    return np.where(flow > 0, flow, ~look)
