"""What functions make of texts: lengths, small and capital letters, slices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

COUNT = "count"

OF_TEXTS: Mapping[str, Callable[[str], str | int]] = {
    "len": lambda text: len(text.encode("utf-8", "surrogateescape")),
    "lower": lambda text: text.encode("utf-8", "surrogateescape").lower().decode("utf-8", "surrogateescape"),
    "upper": lambda text: text.encode("utf-8", "surrogateescape").upper().decode("utf-8", "surrogateescape"),
}
"""What becomes of each value; small and capital letters are those of ASCII, and a length is one in octets."""

SLICED = "slice "
"""What the function of a slice begins with: its first octet and how many follow, 0 for all."""


def applied(function: str, text: str) -> str | int:
    """Return what a function makes of a text; of a slice that reaches out of it, nothing.

    >>> applied("slice -3:3", "example.org")
    'org'
    """
    if not function.startswith(SLICED):
        return OF_TEXTS[function](text)
    first, width = map(int, function.removeprefix(SLICED).split(":"))
    octets = text.encode("utf-8", "surrogateescape")
    first += len(octets) if first < 0 else 0
    if not 0 <= first <= first + width <= len(octets):
        return ""
    return octets[first : first + width if width else None].decode("utf-8", "surrogateescape")


LETTERS = "letters"
"""What writes the flags of TCP as letters."""

MAKER = "maker"
"""What tells to whom the block of a MAC address was given."""

STRING = "string"
"""What writes a number or an address as a text."""

WRITING = (STRING, LETTERS, MAKER)
"""Functions that write numbers and addresses as texts."""
