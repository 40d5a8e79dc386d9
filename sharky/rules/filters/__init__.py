"""Wireshark's display-filter language, compiled to masks over columns."""

from sharky.rules.filters.compiler import Filter, compile_filter, parse_filter

__all__ = ["Filter", "compile_filter", "parse_filter"]
