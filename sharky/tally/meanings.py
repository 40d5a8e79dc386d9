"""Packets and bytes by what they are for and whose they are: service, category, device, server, direction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.model.names import CATEGORIES, DIRECTIONS, NameTables
from sharky.model.windows import MeaningShare
from sharky.tables import Accumulator, Numbers

Key = tuple[str, str]
"""A name, and of a device its MAC address; by its address alone is a device told from others."""

NAMED: dict[str, Callable[[NameTables], Sequence[str]]] = {
    "service": lambda names: names.services,
    "category": lambda names: CATEGORIES,  # noqa: ARG005 - the same for all
    "server": lambda names: names.servers,
    "direction": lambda names: DIRECTIONS,  # noqa: ARG005 - the same for all
}
"""What the numbers in the column of that name stand for."""


class Meanings:
    """Packets and bytes by one meaning; merged by name, so the order of merging makes no difference to the sums.

    Args:
        meaning: One of `MEANINGS`.
    """

    def __init__(self, meaning: str) -> None:
        self._meaning = meaning
        self._tables = NameTables()
        self._sums = Accumulator()
        self._merged: dict[str, tuple[str, int, int]] = {}

    def add(self, columns: Columns, labels: Labels) -> None:
        """Count a batch; a packet between two devices counts for both."""
        self._tables = labels.names
        if self._meaning == "device":
            source, destination = self._devices(labels)
            is_other = destination != source
            self._sums.add(source, columns.wire_length)
            self._sums.add(destination[is_other], columns.wire_length[is_other])
        else:
            self._sums.add(getattr(labels, self._meaning).astype(np.int64), columns.wire_length)

    def merge(self, other: Meanings) -> None:
        """Add what another has counted by the same meaning; a device is called what the later capture calls it."""
        self._merged = self._all()
        self._sums = Accumulator()
        for key, (name, packets, size) in other._all().items():
            _, packets_before, size_before = self._merged.get(key, ("", 0, 0))
            self._merged[key] = name, packets_before + packets, size_before + size

    def shares(self) -> tuple[MeaningShare, ...]:
        """Return all that was counted, most bytes first; what is not known stands under an empty name."""
        is_device = self._meaning == "device"
        found = (
            MeaningShare(name, packets, size, key if is_device else "")
            for key, (name, packets, size) in self._all().items()
            if key or not is_device
        )
        return tuple(sorted(found, key=lambda share: (-share.bytes, share.name, share.mac)))

    def _all(self) -> dict[str, tuple[str, int, int]]:
        """Return name, packets and bytes of everything, by name or MAC address."""
        found = dict(self._merged)
        for (key, name), packets, size in self._counted():
            _, packets_before, size_before = found.get(key, ("", 0, 0))
            found[key] = name, packets_before + packets, size_before + size
        return found

    def _counted(self) -> Iterator[tuple[Key, int, int]]:
        keys = self._keys()
        sums = self._sums.packets(len(keys)).tolist(), self._sums.bytes(len(keys)).tolist()
        return (counted for counted in zip(keys, *sums, strict=True) if counted[1])

    def _keys(self) -> list[Key]:
        """Return by what each number is known, and its name; a device's newest face has the best name."""
        if self._meaning != "device":
            return [(name, name) for name in NAMED[self._meaning](self._tables)]
        faces = {face.device: (face.mac, face.name) for face in self._tables.faces}
        return [faces.get(device, ("", "")) for device in range(max(faces) + 1)]

    def _devices(self, labels: Labels) -> tuple[Numbers, Numbers]:
        device: NDArray[np.int64] = np.array([face.device for face in labels.names.faces], np.int64)
        return device.take(labels.source_device), device.take(labels.destination_device)
