"""What a UPnP device says of itself in its description, an XML document over HTTP (UPnP Device Architecture 2.0 section 2.3).

No XML parser is let near it: four elements are searched for, and only in the first octets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.identify.text import from_octets
from sharky.model.names import Heard

ANSWER = b"HTTP/1."
ELEMENTS = {b"friendlyName": "friendly_name", b"modelName": "model", b"manufacturer": "manufacturer", b"deviceType": "ssdp_type"}

_ELEMENT = re.compile(rb"<(friendlyName|modelName|manufacturer|deviceType)>([^<]{1,128})</")
_XML = re.compile(rb"\r\ncontent-type:[^\r\n]{0,32}xml", re.IGNORECASE)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


def read_description(octets: bytes) -> tuple[list[Heard], bool]:
    """Return what an answer says of the device that sent it, and whether nothing more is to come."""
    head, blank, body = octets.partition(b"\r\n\r\n")
    if blank and not _XML.search(head):
        return [], True
    return list(_elements(body)), b"</root>" in body


def _elements(body: bytes) -> Iterator[Heard]:
    """Yield the first of each element: the device itself comes ahead of those that it contains."""
    found: set[bytes] = set()
    for element in _ELEMENT.finditer(body):
        if element[1] not in found:
            found.add(element[1])
            yield Heard(ELEMENTS[element[1]], _plain(from_octets(element[2]).strip()))


def _plain(text: str) -> str:
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return text
