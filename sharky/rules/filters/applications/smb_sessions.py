"""How SMB's sessions begin: who logs in, and what runs on either side (MS-CIFS sections 2.2.4.52 and 2.2.4.53, MS-SMB section 2.2.4.6)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from sharky.rules.filters.applications.scan import Line, Scan, text_of

NEGOTIATE, SETUP = 0x72, 0x73
WORDS_OF_NEGOTIATION = 34
CAPABILITIES_AT, KEY_LENGTH_AT, EXTENDED = 19, 33, 0x80
WHO, WHAT = ("account", "primary_domain"), ("native_os", "native_lanman")

REQUESTS = {26: ((14, 16), (*WHO, *WHAT)), 24: ((14,), WHAT), 20: ((14,), (*WHO, *WHAT))}
"""By octets of parameters: where the lengths of passwords or tokens stand in them, and the texts that are behind these."""

ANSWERS = {6: ((), (*WHAT, "primary_domain")), 8: ((6,), WHAT)}


def read_session(command: int, words: bytes, data: Scan, *, is_wide: bool, is_answer: bool) -> Iterator[Line]:
    """Yield what a message says of a session.

    Args:
        command: Kind of the message.
        words: Its parameters.
        data: The message up to the last octet behind them, read as far as they go.
        is_wide: Whether texts are UTF-16.
        is_answer: Whether it answers.
    """
    if command == NEGOTIATE and is_answer and len(words) == WORDS_OF_NEGOTIATION and not words[CAPABILITIES_AT + 3] & EXTENDED:
        data.take(words[KEY_LENGTH_AT])
        yield from _texts(("primary_domain",), data, is_wide=is_wide, is_even=False)
    if command != SETUP:
        return
    lengths, names = (ANSWERS if is_answer else REQUESTS).get(len(words), ((), ()))
    for at in lengths:
        data.take(int.from_bytes(words[at : at + 2], "little"))
    yield from _texts(names, data, is_wide=is_wide, is_even=True)


def _texts(names: tuple[str, ...], data: Scan, *, is_wide: bool, is_even: bool) -> Iterator[Line]:
    for name in takewhile(lambda _: data.left, names):
        if is_wide and is_even and data.at % 2:
            data.take(1)
        yield Line(name, _text(data, is_wide=is_wide))


def _text(data: Scan, *, is_wide: bool) -> str:
    """Read a text up to the octets of 0 that end it; only of UTF-16 these may be cut off."""
    if not is_wide:
        octets = data.take(data.octets.find(0, data.at) - data.at)
        data.take(1)
        return text_of(octets)
    ends = (at for at in range(data.at, len(data.octets), 2) if not any(data.octets[at : at + 2]))
    octets = data.take(next(ends, len(data.octets)) - data.at)
    data.take(min(2, data.left))
    return octets.decode("utf-16-le", "replace")
