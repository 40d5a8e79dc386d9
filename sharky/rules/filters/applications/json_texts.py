"""JSON: which members there are, and what they say (RFC 8259)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sharky.rules.filters.applications.scan import Line, text_of

DEEPEST = 40


class _Object(list[tuple[str, Any]]):
    """The members of an object, in order."""


def read_json(octets: bytes) -> Iterator[Line]:
    """Yield the members of a text, nothing where it is none."""
    try:
        value = json.loads(text_of(octets).strip("\0"), object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number)
    except (ValueError, RecursionError):
        return
    yield from _value(value, "", "", 0)


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def _value(value: Any, path: str, key: str, depth: int) -> Iterator[Line]:
    if depth > DEEPEST:
        return
    if isinstance(value, _Object):
        yield Line("json.object", 1)
        for name, member in value:
            yield from _member(name, member, f"{path}/{name}", depth)
    elif isinstance(value, list):
        yield Line("json.array", 1)
        for member in value:
            yield from _value(member, f"{path}/[]", key, depth + 1)
    else:
        kind, text = _plain(value)
        if key:
            yield from (Line("json.path_with_value", f"{path}:{text}"), Line("json.member_with_value", f"{key}:{text}"))
        yield Line(f"json.value.{kind}", text)


def _member(name: str, member: Any, path: str, depth: int) -> Iterator[Line]:
    yield Line("json.member", name)
    yield from _value(member, path, name, depth + 1)
    yield from (Line("json.key", name), Line("json.path", path))


def _plain(value: Any) -> tuple[str, str]:
    if isinstance(value, _Number):
        return "number", str(value)
    if isinstance(value, str):
        return "string", value
    return ("null", "null") if value is None else (str(value).lower(), str(value).lower())
