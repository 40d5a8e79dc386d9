"""Messages of MQTT on connections of which nobody saw how they began: only that says which version they speak (MQTT 5 section 3.1).

Bounded: connections that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.mqtt import CONNECTS
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.whole_messages import WholeMessages

VERSIONS = "mqtt-versions"
"""The name under which the columns of fields ask for what is told, behind "head."."""

UNKNOWN = Line("unknown", 1)
MOST_CONNECTIONS = 1 << 14


class MqttConnections:
    """Follows all connections."""

    def __init__(self) -> None:
        self._messages = WholeMessages("mqtt")
        self._begun: OrderedDict[int, None] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return which messages of a batch are of an unknown version, each with its row."""
        found = []
        for row, flow, octets in self._messages.follow(columns, labels):
            if octets[0] >> 4 == CONNECTS:
                self._begun[flow] = None
            if flow in self._begun:
                self._begun.move_to_end(flow)
            else:
                found.append((row, UNKNOWN))
            if len(self._begun) > MOST_CONNECTIONS:
                self._begun.popitem(last=False)
        return found
