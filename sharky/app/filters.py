"""Filters that a person writes on the command line."""

from __future__ import annotations

from sharky.identify.services import services
from sharky.rules import Filter, compile_filter


def read_filter(expression: str | None) -> Filter | None:
    """Return a filter, None where none is wanted; it may name only services that there are, and holds where Wireshark's would.

    Raises:
        SettingsError: With the first thing that is wrong with it.
    """
    return compile_filter(expression, known={"service": services().names[1:]}, is_as_shown=True) if expression else None
