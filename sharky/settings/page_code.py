"""The owner's code: what a phone in the network is asked for before it may change anything from the page."""

from __future__ import annotations

from sharky.settings.sources import TextError

SHORTEST, LONGEST = 6, 100


def parse_page_code(text: str) -> str:
    """Read a code; no message says what it is.

    Raises:
        TextError: Where it is none.

    >>> parse_page_code(" reef-lantern-42 ")
    'reef-lantern-42'
    """
    code = text.strip()
    if not SHORTEST <= len(code) <= LONGEST:
        hint = f"write {SHORTEST} to {LONGEST}, such as three words that nobody else would put together"
        raise TextError(f"the code has {len(code)} characters", hint, width=max(1, len(text)))
    if not code.isprintable():
        raise TextError("the code has characters that cannot be typed", "write letters, digits and signs", width=len(text))
    return code
