"""Fields whose values are names that identification found out: devices, services, servers and the like.

Labels hold such names as indices of tables. A condition is held against each name of a table once, and the packets then look
the answer up; small and capital letters are the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sharky.model.columns import PROBLEMS
from sharky.model.names import CATEGORIES, DIRECTIONS, ENCRYPTED, NameTables
from sharky.rules.filters.automaton import automaton
from sharky.rules.filters.fields import Field
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.reading import Reading

NAME = "name"
"""The type of these fields."""

NOT = "not "
ORDERED: Mapping[str, Callable[[bytes, bytes], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
"""Relations of texts by their octets."""

BY_LENGTH = " by length"
"""What stands behind such a relation where fewer octets are less, as of slices."""

EQUAL, CONTAINS, MATCHES, EXISTS = "==", "contains", "matches", "exists"
"""What is asked of some occurrence; with NOT ahead, whether some occurrence is otherwise."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the names of a field come from.

    Attributes:
        columns: Of `Labels`, or of `Columns` where `of` says so; a field with two columns occurs twice in a packet.
        table: Returns the table that the columns index.
        spellings: Returns the ways in which one entry of the table may be written; empty ones do not count.
    """

    columns: tuple[str, ...]
    table: Callable[[NameTables], Sequence[Any]]
    spellings: Callable[..., tuple[str, ...]]
    of: str = "labels"


_BOTH = ("source_device", "destination_device")

SOURCES: dict[str, Source] = {
    "device": Source(_BOTH, lambda names: names.faces, lambda face: (face.name, face.mac)),
    "vendor": Source(_BOTH, lambda names: names.faces, lambda face: (face.vendor,)),
    "kind": Source(_BOTH, lambda names: names.faces, lambda face: (face.kind,)),
    "service": Source(("service",), lambda names: names.services, lambda name: (name,)),
    "category": Source(("category",), lambda _: CATEGORIES, lambda name: (name,)),
    "server": Source(("server",), lambda names: names.servers, lambda name: (name.removesuffix(ENCRYPTED), name)),
    "direction": Source(("direction",), lambda _: DIRECTIONS, lambda name: (name,)),
    "problem": Source(("problem",), lambda _: PROBLEMS, lambda name: (name,), "columns"),
}
"""By the field's name."""

KNOWN: Mapping[str, Sequence[str]] = {"category": CATEGORIES[1:], "direction": DIRECTIONS[1:], "problem": PROBLEMS[1:]}
"""Fields of which all names are known beforehand."""


@dataclass(frozen=True, slots=True)
class Named:
    """Packets in which some occurrence of a field with names is so and so.

    Attributes:
        field: The field.
        relation: EQUAL to one of the texts, CONTAINS one of them (an empty one is in none, as in Wireshark),
            MATCHES the one, or EXISTS; NOT before it turns it round.
        texts: In small letters; of MATCHES the octets of the expression, each as a character.
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
            result |= answers.take(getattr(getattr(reading, source.of), column))
        return result

    def _holds(self, spellings: tuple[str, ...]) -> bool:
        written = [spelling for spelling in spellings if spelling]
        if not self.relation.endswith(MATCHES):
            written = [spelling.casefold() for spelling in written]
        return meets(self.relation, self.texts, written)


def meets(relation: str, texts: Sequence[str], written: Sequence[str]) -> bool:
    """Return whether a value that may be written in several ways is so and so."""
    plain = relation.removeprefix(NOT)
    return bool(written) and any(_is_met(plain, texts, one) for one in written) == (plain == relation)


def _is_met(relation: str, texts: Sequence[str], written: str) -> bool:
    match relation:
        case "==":
            return written in texts
        case "contains":
            return any(text and text in written for text in texts)
        case "matches":
            return automaton(texts[0].encode("latin-1")).holds(written.encode("utf-8", "surrogateescape"))
        case "exists":
            return True
        case _:
            octets, other = (text.encode("utf-8", "surrogateescape") for text in (written, texts[0]))
            if relation.endswith(BY_LENGTH) and len(octets) != len(other):
                octets, other = bytes([len(octets) > len(other)]), bytes([len(octets) < len(other)])
            return ORDERED[relation.removesuffix(BY_LENGTH)](octets, other)
