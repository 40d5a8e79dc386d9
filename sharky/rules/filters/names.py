"""Fields whose values are names that identification found out: devices, services, servers and the like.

Labels hold such names as indices of tables. A condition is held against each name of a table once, and the packets then look
the answer up; small and capital letters are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sharky.model.names import CATEGORIES, DIRECTIONS, ENCRYPTED, NameTables
from sharky.rules.filters.fields import Field
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.reading import Reading

NAME = "name"
"""The type of these fields."""

EQUAL, UNEQUAL, CONTAINS, EXISTS = "==", "!=", "contains", "exists"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the names of a field come from.

    Attributes:
        columns: Of `Labels`; a field with two columns occurs twice in a packet.
        table: Returns the table that the columns index.
        spellings: Returns the ways in which one entry of the table may be written; empty ones do not count.
    """

    columns: tuple[str, ...]
    table: Callable[[NameTables], Sequence[Any]]
    spellings: Callable[..., tuple[str, ...]]


_BOTH = ("source_device", "destination_device")

SOURCES: dict[str, Source] = {
    "device": Source(_BOTH, lambda names: names.faces, lambda face: (face.name, face.mac)),
    "vendor": Source(_BOTH, lambda names: names.faces, lambda face: (face.vendor,)),
    "kind": Source(_BOTH, lambda names: names.faces, lambda face: (face.kind,)),
    "service": Source(("service",), lambda names: names.services, lambda name: (name,)),
    "category": Source(("category",), lambda _: CATEGORIES, lambda name: (name,)),
    "server": Source(("server",), lambda names: names.servers, lambda name: (name.removesuffix(ENCRYPTED), name)),
    "direction": Source(("direction",), lambda _: DIRECTIONS, lambda name: (name,)),
}
"""By the field's name."""

KNOWN: Mapping[str, Sequence[str]] = {"category": CATEGORIES[1:], "direction": DIRECTIONS[1:]}
"""Fields of which all names are known beforehand."""


@dataclass(frozen=True, slots=True)
class Named:
    """Packets in which some occurrence of a field with names is so and so.

    Attributes:
        field: The field.
        relation: EQUAL to one of the texts, UNEQUAL to all of them, CONTAINS one of them, or EXISTS.
        texts: In small letters.
    """

    field: Field
    relation: str
    texts: tuple[str, ...] = ()

    def mask(self, reading: Reading) -> Mask:
        """Look the answers up."""
        source = SOURCES[self.field.name]
        answers = reading.answers(self, source.table(reading.labels.names), lambda entry: self._holds(source.spellings(entry)))
        result = reading.nowhere()
        for column in source.columns:
            result |= answers.take(getattr(reading.labels, column))
        return result

    def _holds(self, spellings: tuple[str, ...]) -> bool:
        written = [spelling.casefold() for spelling in spellings if spelling]
        match self.relation:
            case "==":
                return any(text in written for text in self.texts)
            case "!=":
                return bool(written) and not any(text in written for text in self.texts)
            case "contains":
                return any(text in spelling for text in self.texts for spelling in written)
            case _:
                return bool(written)
