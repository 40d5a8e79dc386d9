"""Frozen dataclasses to what JSON can say, and back, by the types of their fields.

On the way out, everything gets bounded: packets choose most of the texts and how many entries a list has.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from numbers import Integral, Real
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(slots=True)
class Bounds:
    """How much may go out, and how much had to stay.

    Attributes:
        entries: How many entries of a list or dict go out at most; the first ones do.
        characters: How long a text is at most.
        cut: How many lists, dicts, texts and numbers had to be changed.
    """

    entries: int = 2_000
    characters: int = 400
    cut: int = 0

    def text(self, value: str) -> str:
        """Return `value` short enough, and with a question mark for what UTF-8 cannot say."""
        short = value[: self.characters].encode("utf-8", "replace").decode("utf-8")
        self.cut += short != value
        return short

    def number(self, value: Real) -> float:
        """Return `value` (numpy's too) as Python's, or 0 where it is not finite, which JSON cannot say."""
        if isinstance(value, Integral):
            return int(value)
        is_finite = math.isfinite(value)
        self.cut += not is_finite
        return float(value) if is_finite else 0.0

    def count(self, length: int) -> int:
        """Return how many of `length` entries go out."""
        self.cut += length > self.entries
        return min(length, self.entries)


def to_plain(value: object, bounds: Bounds) -> Any:
    """Return dataclasses and named tuples as dicts, and other tuples as lists, bounded.

    >>> to_plain({"rate": float("nan"), "names": ("a", "b")}, Bounds(entries=5))
    {'rate': 0.0, 'names': ['a', 'b']}
    """
    if isinstance(value, str):
        return bounds.text(value)
    if type(value) is int or value is None:
        return value
    if isinstance(value, Mapping):
        pairs = list(value.items())[: bounds.count(len(value))]
        return {bounds.text(str(key)): to_plain(item, bounds) for key, item in pairs}
    if names := _names(cast(Hashable, type(value))):
        return {name: to_plain(getattr(value, name), bounds) for name in names}
    if isinstance(value, tuple | list):
        return [to_plain(item, bounds) for item in value[: bounds.count(len(value))]]
    return value if value is None or isinstance(value, bool) else bounds.number(cast(Real, value))


def from_plain(wanted: type[T], plain: object) -> T:
    """Return `plain` as the dataclass `wanted`.

    Raises:
        ValueError: Where `plain` is not what `to_plain` makes of one.
    """
    try:
        return cast(T, _build(wanted, plain))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a {wanted.__name__}: {error}") from error


@cache
def _types(wanted: type) -> dict[str, Any]:
    return get_type_hints(wanted)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Return the names of what a dataclass or a named tuple consists of; none for other types."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else getattr(kind, "_fields", ())


def _build(wanted: Any, plain: Any) -> object:
    if _names(wanted):
        types = _types(cast(type, wanted))
        return cast(Any, wanted)(**{name: _build(types[name], item) for name, item in plain.items()})
    if get_origin(wanted) is tuple:
        return _build_tuple(get_args(wanted), plain)
    if get_origin(wanted) is dict:
        of_values = get_args(wanted)[1]
        return {str(key): _build(of_values, item) for key, item in plain.items()}
    if wanted is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if not isinstance(plain, wanted):
        raise TypeError(f"{plain!r:.40} is no {wanted.__name__}")
    return plain


def _build_tuple(of_items: tuple[Any, ...], plain: Any) -> tuple[object, ...]:
    if not isinstance(plain, list):
        raise TypeError(f"{plain!r:.40} is no list")
    if of_items[-1] is Ellipsis:
        return tuple(_build(of_items[0], item) for item in plain)
    return tuple(_build(wanted, item) for wanted, item in zip(of_items, plain, strict=True))
