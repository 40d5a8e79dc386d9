"""The first half of the path: from packets to what they are and whose."""

from __future__ import annotations

from sharky.identify.devices import KnownDevices
from sharky.identify.identifier import Identifier
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree
from sharky.pipeline.recognition import Identified, Recognition


class Reading(Recognition):
    """Tells of packets all that rules and the page ask for; `stats` is content with a plain `Recognition`."""

    def __init__(self, known_devices: KnownDevices | None = None, names_per_second: int | None = None) -> None:
        """Begin with nothing read.

        Args:
            known_devices: What is known of devices before they say anything.
            names_per_second: How many packets may be read for names in a second of packet time; None for all.
        """
        tree = ProtocolTree()
        self.identifier = Identifier(tree, names_per_second=names_per_second, known_devices=known_devices)
        super().__init__(tree, self.identifier)

    def advance(self, batch: PacketBatch) -> Identified:
        """Dissect and identify one batch; where the clock was set, what is remembered goes along."""
        if batch.leapt_ns:
            self.identifier.leap(batch.leapt_ns)
        return super().advance(batch)
