"""Names and passwords that HTTP sends with next to no disguise (RFC 7617)."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping

from sharky.rules.filters.applications.scan import Line, text_of

HEADERS = ("authorization", "proxy-authorization")
SCHEME = "Basic "
_OTHERS = re.compile("[^A-Za-z0-9+/=]")


def read_credentials(said: Mapping[str, str]) -> Iterator[Line]:
    """Yield name and password by the headers of a request, up to a zero octet, as Wireshark does.

    >>> [line.value for line in read_credentials({"authorization": "Basic YW5uYTpnZWhlaW0="})]
    ['anna:geheim']
    """
    for value in (said[header] for header in HEADERS if said.get(header, "").startswith(SCHEME)):
        yield Line(":credentials", text_of(_decoded(value.removeprefix(SCHEME)).partition(b"\0")[0]))


def _decoded(text: str) -> bytes:
    """Return the octets that a text in Base64 stands for, whatever else is in it; an end that is not whole does not count (RFC 4648)."""
    letters, padding, _ = _OTHERS.sub("", text).partition("=")
    if len(letters) % 4 == 1 or not padding:
        letters = letters[: len(letters) // 4 * 4]
    return b64decode(letters + "=" * (-len(letters) % 4))
