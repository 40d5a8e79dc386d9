"""What HTTP messages carry: texts, JSON, XML and forms, unpacked where they came packed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_plus

from sharky.rules.filters.applications.json_texts import read_json
from sharky.rules.filters.applications.scan import Line, text_of

LONGEST_UNPACKED = 1 << 18
ANY_WRAPPER = 47
"""What zlib takes gzip's and its own by."""

FORM, PLAIN = "application/x-www-form-urlencoded", "text/"
JSON = (
    "application/json",
    "text/json",
    "application/json-rpc",
    "application/jsonrequest",
    "application/dds-web+json",
    "text/javascript+json",
)
MOST_PAIRS = 200


def read_body(octets: bytes, said: Mapping[str, str]) -> Iterator[Line]:
    """Yield what a body says, given what its head says."""
    if not octets:
        return
    octets = _unpacked(octets, said.get("content-encoding", "").strip().lower())
    yield Line(":body", octets.partition(b"\0")[0])
    kind = said.get("content-type", "").partition(";")[0].strip().lower()
    if kind in JSON or kind.endswith("+json"):
        yield from read_json(octets)
    elif kind == FORM:
        yield Line("form", 1)
        yield from _form(text_of(octets))
    elif kind.endswith(("/xml", "+xml")):
        yield Line("xml", 1)
    elif kind.startswith(PLAIN):
        yield Line("text lines", 1)


def _unpacked(octets: bytes, how: str) -> bytes:
    if how not in ("gzip", "x-gzip", "deflate"):
        return octets
    try:
        return zlib.decompressobj(ANY_WRAPPER).decompress(octets, LONGEST_UNPACKED)
    except zlib.error:
        return octets


def _form(text: str) -> Iterator[Line]:
    for pair in text.split("&", MOST_PAIRS)[:MOST_PAIRS]:
        key, _, value = pair.partition("=")
        yield from (Line("form.key", unquote_plus(key)), Line("form.value", unquote_plus(value)))
