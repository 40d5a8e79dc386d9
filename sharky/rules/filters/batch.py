"""One batch before a field is read in it: which layers its packets have, and what those tell that saw the packets before."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.followers import Followers
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.paths import written_path
from sharky.rules.filters.tcp_analysis import TcpAnalysis
from sharky.rules.filters.tcp_connections import Odd


class Batch:
    """Columns and labels of one batch.

    Attributes:
        ask: Asks one of a program's followers about the batch.
        is_as_shown: Whether protocols are only in the packets in which Wireshark shows them.
    """

    def __init__(self, columns: Columns, labels: Labels, *, is_as_shown: bool = False) -> None:
        self.is_as_shown = is_as_shown
        self.columns = columns
        self.labels = labels
        self.ask = Followers().begin(columns, labels)

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def nodes(self) -> NDArray[np.intp]:
        """Return each packet's topmost layer."""
        return self.labels.path.astype(np.intp)

    @cached_property
    def protocols(self) -> tuple[list[str], NDArray[np.intp]]:
        """Return how the layers of packets are written, and for each packet which of these it has."""
        nodes, which = np.unique(self.nodes, return_inverse=True)
        return [written_path(self.columns.tree.path(node)) for node in nodes.tolist()], which

    @cached_property
    def again(self) -> Mask:
        """Return which segments carry again what was there, or what should have come before: above them Wireshark shows nothing."""
        return self.odd(Odd.RETRANSMISSION | Odd.SPURIOUS_RETRANSMISSION | Odd.OUT_OF_ORDER)

    def odd(self, kinds: int) -> Mask:
        """Return which segments are odd in one of some ways."""
        odd, is_told = self.ask(TcpAnalysis)["odd"]
        return np.asarray(is_told & (odd & kinds != 0))

    def carries(self, protocol: str) -> Mask:
        """Return which packets have `protocol` among their layers; all have "frame"."""
        if protocol == "frame":
            return np.ones(len(self), np.bool_)
        return self.columns.tree.carries(protocol).take(self.nodes)

    def nowhere(self) -> Mask:
        """Return a mask of no packet, to be filled."""
        return np.zeros(len(self), np.bool_)
