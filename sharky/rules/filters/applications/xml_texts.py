"""XML that messages carry: tags, attributes, and the text between them, as Wireshark cuts it (XML 1.0 section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, text_of

LONGEST, MOST_TOKENS = 1 << 16, 2000

_ATTRIBUTE = rb"""[\w:.\-]+\s*=\s*(?:"[^"]*"|'[^']*'|\w+)"""
_TOKEN = re.compile(
    rb"""\s*(?:(?P<comment><!--.*?-->)|(?P<cdatasection><!\[CDATA\[.*?\]\]>)|<!DOCTYPE\s+(?P<doctype>[\w:.\-]+)[^\[>]*(?:\[[^\]]*\])?\s*>"""
    rb"""|(?P<declaration><\?xml(?P<said>(?:\s+ATTRIBUTE)*)\s*\?>)|<\?.*?\?>|</[^>]*>"""
    rb"""|(?P<tag><\s*[\w:.\-]+(?P<attributes>(?:\s+ATTRIBUTE)*)\s*/?>)|(?P<cdata>[^<\s][^<]*))""".replace(b"ATTRIBUTE", _ATTRIBUTE),
    re.DOTALL,
)
_EACH = re.compile(_ATTRIBUTE)
MARK = b"\xef\xbb\xbf"
"""What UTF-8 may begin with."""


def read_xml(octets: bytes) -> Iterator[Line]:
    """Yield what a text says, up to where it is none.

    >>> [(line.name, line.value) for line in read_xml(b'<a b="1"> hi </a>')]
    [('xml.tag', '<a b="1">'), ('xml.attribute', 'b="1"'), ('xml.cdata', 'hi ')]
    """
    octets = octets[:LONGEST].removeprefix(MARK)
    at = 0
    for _ in range(MOST_TOKENS):
        token = _TOKEN.match(octets, at)
        if not token:
            return
        at = token.end()
        yield from _lines({name: said for name, said in token.groupdict().items() if said is not None})


def _lines(said: dict[str, bytes]) -> Iterator[Line]:
    for name in ("comment", "cdatasection", "doctype", "tag", "cdata"):
        if name in said:
            yield Line(f"xml.{name}", text_of(said[name]))
    if "declaration" in said:
        yield Line("xml.xmlpi.xml", text_of(said["declaration"]))
    yield from (Line("xml.attribute", text_of(one)) for one in _EACH.findall(said.get("attributes", b"")))
    for one in _EACH.findall(said.get("said", b"")):
        name, _, value = text_of(one).partition("=")
        yield Line(f"xml.xmlpi.xml.{name.strip()}", value.strip().strip("\"'"))
