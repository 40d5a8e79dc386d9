"""Fields whose values are texts that packets carry, as they were written: names that are asked for, names of servers.

They are heard once, for devices and services too; a filter only looks through what was heard in a batch.
"""

from __future__ import annotations

from dataclasses import dataclass

from sharky.rules.filters.fields import Field
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.names import meets
from sharky.rules.filters.reading import Reading

TEXT = "text"
"""The type of these fields."""


@dataclass(frozen=True, slots=True)
class Says:
    """Packets in which some occurrence of a field with texts is so and so.

    Attributes:
        field: The field.
        relation: As of `Named`.
        texts: As they were written: small letters are not capital ones.
    """

    field: Field
    relation: str
    texts: tuple[str, ...] = ()

    def mask(self, reading: Reading) -> Mask:
        """Look through what was heard."""
        result = reading.nowhere()
        for row, text in reading.said(self.field):
            result[row] |= meets(self.relation, self.texts, (str(text),))
        return result
