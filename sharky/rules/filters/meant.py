"""What somebody meant who wrote a word or a sign that no filter knows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from sharky.rules.filters.fields import fields, protocols
from sharky.rules.filters.lexer import Token
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

CAPTURE_FILTERS = {
    "host": "ip.addr == 192.168.1.5",
    "net": "ip.addr == 192.168.1.0/24",
    "src": "ip.src == 192.168.1.5",
    "dst": "ip.dst == 192.168.1.5",
    "port": "tcp.port == 443",
    "portrange": "tcp.port in {8000..8099}",
    "ether": "eth.addr == 00:53:ff:12:34:56",
}
"""How what pcap-filter(7) says is said in a display filter."""

DOUBLED = {
    "=": 'write "==" to compare',
    "&": 'write "&&" or "and" to join two conditions',
    "|": 'write "||" or "or" to join two conditions',
}


@cache
def _instead() -> list[tuple[str, str]]:
    text = files("sharky.rules.filters").joinpath("instead.csv").read_text("utf-8")
    return [(row["name"], row["hint"]) for row in csv.DictReader(text.splitlines())]


def instead(written: str) -> str:
    """Return what to write for what Wireshark knows, or knew, and Sharky does not; empty for all else.

    >>> instead("ip.checksum_bad")
    'write checksum.status == "Bad" instead, as in tcp.checksum.status == "Bad"'
    """
    return next((hint for name, hint in _instead() if fnmatchcase(written, name)), "")


def capture_filter(word: str) -> str:
    """Return a hint for a word of capture filters; empty for any other.

    >>> capture_filter("port")
    'that is a capture filter; a display filter says: tcp.port == 443'
    """
    said = CAPTURE_FILTERS.get(word)
    return f"that is a capture filter; a display filter says: {said}" if said else ""


def unknown(token: Token, services: Sequence[str] = ()) -> TextError:
    """Return what is said of a word that is neither a field nor a protocol.

    Args:
        token: The word.
        services: Of all services; these are values of a field, though many a person takes them for protocols.
    """
    for known in protocols().values():
        if known.formerly == token.text.lower():
            return token.error(f'unknown protocol "{token.text}"', f'Wireshark calls it "{known.name}"')
    if hint := capture_filter(token.text) or instead(token.text):
        return token.error(f'unknown field or protocol "{token.text}"', hint)
    service = token.text.casefold()
    if service in services:
        return token.error(f'unknown field or protocol "{token.text}"', f'{service} is a service: write service == "{service}"')
    protocol, dot, _ = token.text.partition(".")
    its_own = [name for name in fields() if dot and name.startswith(f"{protocol}.")]
    what = "field" if dot else "field or protocol"
    if dot and not its_own and protocol in protocols():
        hint = f'its fields are not read: write {protocol} for all its packets, and frame contains "..." for what they say'
        return token.error(f'unknown {what} "{token.text[:60]}"', hint)
    return token.error(f'unknown {what} "{token.text[:60]}"', did_you_mean(token.text, its_own or [*fields(), *protocols()]))
