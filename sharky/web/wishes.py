"""What may be wished for, checked by its shape before the engine is asked."""

from __future__ import annotations

import math
from typing import Any


class WrongWishError(ValueError):
    """Something that cannot be asked for as it was said."""


def read_change(plain: object) -> dict[str, Any]:
    """Return a change of settings.

    Raises:
        WrongWishError: If it is none.

    >>> read_change({"brightness": 0.4})
    {'brightness': 0.4}
    """
    wish = _fields(plain, {"brightness", "rules"})
    if not wish:
        raise WrongWishError('say what is to change: {"brightness": 0.4} or {"rules": {"a name": false}}')
    brightness, rules = wish.get("brightness", 0), wish.get("rules", {})
    if isinstance(brightness, bool) or not isinstance(brightness, int | float) or not 0 <= brightness <= 1 or math.isnan(brightness):
        raise WrongWishError("brightness is a number from 0 to 1")
    if not isinstance(rules, dict) or not all(isinstance(is_on, bool) for is_on in rules.values()):
        raise WrongWishError("rules are true or false by their names")
    return wish


def read_lamps(plain: object) -> dict[str, Any]:
    """Return whether the lamp test is to go on.

    Raises:
        WrongWishError: If it does not say so.
    """
    wish = _fields(plain, {"is_on"})
    if not isinstance(wish.get("is_on"), bool):
        raise WrongWishError("is_on is true or false")
    return wish


def read_nothing(plain: object) -> dict[str, Any]:
    """Return no argument.

    Raises:
        WrongWishError: If there are any.
    """
    return _fields(plain, set())


def read_code(plain: object) -> str:
    """Return what somebody takes for the code.

    Raises:
        WrongWishError: If it is no text.
    """
    code = _fields(plain, {"code"}).get("code")
    if not isinstance(code, str) or not code.isprintable():
        raise WrongWishError("a code is text")
    return code


def _fields(plain: object, known: set[str]) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise WrongWishError("send an object")
    if others := set(plain) - known:
        raise WrongWishError(f"nothing here is called {min(others):.40}; known are: {', '.join(sorted(known)) or 'none'}")
    return plain
