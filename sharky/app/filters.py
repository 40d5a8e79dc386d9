"""Filters that a person writes on the command line."""

from __future__ import annotations

from sharky.identify.services import services
from sharky.rules import Filter, compile_filter


def read_filter(expression: str | None, *, is_as_shown: bool = True) -> Filter | None:
    """Return a filter, None where none is wanted; it may name only services that there are.

    Args:
        expression: As it was written.
        is_as_shown: Whether protocols hold where Wireshark shows them, or for all of their connections (see `compile_filter`).

    Raises:
        SettingsError: With the first thing that is wrong with it.
    """
    return compile_filter(expression, known={"service": services().names[1:]}, is_as_shown=is_as_shown) if expression else None
