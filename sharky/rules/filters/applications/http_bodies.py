"""What HTTP messages carry: texts, JSON, XML and forms, unpacked where they came packed."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import unquote_plus

from sharky.rules.filters.applications.json_texts import read_json
from sharky.rules.filters.applications.ocsp import read_ocsp
from sharky.rules.filters.applications.scan import CutOffError, Line, text_of
from sharky.rules.filters.applications.xml_texts import read_xml

LONGEST_UNPACKED, LONGEST_SEARCHED = 1 << 18, 1 << 16
ANY_WRAPPER = 47
"""What zlib takes gzip's and its own by."""

FORM, JSON, XML, PARTS, OCSP, OTHER, UNREAD = "urlencoded-form", "json", "xml", "mime_multipart", "ocsp", "media", "data"
"""Protocols that bodies are shown as."""

BEGINNINGS = {"png": b"\x89PNG", "image-gif": b"GIF", "image-jfif": b"\xff\xd8"}
"""Of images, which are none without."""

MOST_PAIRS = 200

INSIDE = ":in "
"""What stands ahead of a protocol in the name of the line with all that a body of it is."""


@cache
def searchable() -> frozenset[str]:
    """Return the protocols in which octets can be looked for where HTTP carries them."""
    return frozenset((*_protocols().values(), XML, PARTS, OTHER)) - {UNREAD}


def read_body(octets: bytes, said: Mapping[str, str]) -> Iterator[Line]:
    """Yield what a body says, given what its head says."""
    if not octets:
        return
    octets = _unpacked(octets, said.get("content-encoding", "").strip().lower())
    yield Line(":body", octets.partition(b"\0")[0])
    if octets:
        yield from _read_unpacked(octets, said)


def _read_unpacked(octets: bytes, said: Mapping[str, str]) -> Iterator[Line]:
    media_type = said.get("content-type", "").partition(";")[0].strip().lower()
    protocol = shown_as(media_type)
    protocol = protocol if octets.startswith(BEGINNINGS.get(protocol, b"")) else OTHER
    yield Line(f"{INSIDE}{protocol}", octets[:LONGEST_SEARCHED])
    yield Line(protocol, 1)
    if protocol == JSON:
        yield from read_json(octets)
    elif protocol == FORM:
        yield from _form(text_of(octets))
    elif protocol == XML:
        yield from read_xml(octets)
    elif protocol == OTHER:
        yield Line("media.type", octets)
    elif protocol == UNREAD:
        yield Line("data.data", octets)
    elif protocol == OCSP:
        yield from _ocsp(octets, is_request=media_type.endswith("request"))


def shown_as(media_type: str) -> str:
    """Return the protocol that Wireshark shows a body as; what it does not know is "media".

    >>> shown_as("text/html"), shown_as("image/svg+xml"), shown_as("multipart/form-data"), shown_as("font/woff2"), shown_as("")
    ('data-text-lines', 'xml', 'mime_multipart', 'media', 'data')
    """
    if media_type.endswith(("/xml", "+xml")):
        return XML
    return PARTS if media_type.startswith("multipart/") else _protocols().get(media_type, OTHER)


@cache
def _protocols() -> dict[str, str]:
    rows = csv.DictReader(files("sharky.rules.filters").joinpath("bodies.csv").read_text("utf-8").splitlines())
    return {row["media_type"]: row["protocol"] for row in rows}


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


def _ocsp(octets: bytes, *, is_request: bool) -> Iterator[Line]:
    try:
        yield from read_ocsp(octets, is_request=is_request)
    except CutOffError:
        return
