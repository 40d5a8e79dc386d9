"""Services that are told by the first octets of their flows, where no server's name was heard and no protocol has a name.

`services_octets.csv` is a table of signatures whose protocols are services. Applications that speak something of their own
stay `data` as a protocol, as in Wireshark; what they are for is known all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from sharky.identify.matcher import NOTHING, Matcher
from sharky.identify.parts import Part
from sharky.identify.payloads import Payloads
from sharky.identify.services import services
from sharky.identify.signatures import Signature, parse_signatures
from sharky.tables import Firsts, GrowingColumn


@cache
def telling() -> tuple[Signature, ...]:
    """Return the table; `protocol` is the name of a service."""
    return parse_signatures(files("sharky.identify").joinpath("services_octets.csv").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Hit:
    """From one packet on it is known what a flow is for, unless a name tells otherwise.

    Attributes:
        place: Of the flow in the columns of state.
        index: Of the packet in its part of a batch.
        service: Number of the service.
    """

    place: int
    index: int
    service: int


class ServiceOctets:
    """Looks at the first payload of each flow.

    Attributes:
        state: Columns of what is known of each flow, by its place; a row begins as zeros.
    """

    def __init__(self) -> None:
        self._matcher = Matcher(telling())
        self._service_of = [services().names.index(signature.protocol) for signature in telling()]
        self._is_tried = GrowingColumn(np.bool_)
        self._firsts = Firsts()
        self.state = (self._is_tried,)

    def look(self, part: Part) -> list[Hit]:
        """Return what the first payloads of flows tell."""
        new = (~self._is_tried.values.take(part.place)).nonzero()[0]
        new = new[part.columns.payload_captured.take(part.rows.take(new)) > 0]
        new = new[part.place.take(new) > 0]
        if not len(new):
            return []
        index = new[self._firsts.mark(part.place.take(new))]
        flows = part.place.take(index)
        self._is_tried.values[flows] = True
        hit = self._matcher.match(Payloads(part.columns, part.rows.take(index)))
        told = (hit != NOTHING).nonzero()[0].tolist()
        return [Hit(int(flows[which]), int(index[which]), self._service_of[hit[which]]) for which in told]
