"""SIP: who calls whom, in what its headers say (RFC 3261 section 20), and the descriptions of sessions that it carries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.applications.sdp import read_sdp
from sharky.rules.filters.heads import read_head

BRIEF = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "c": "content-type", "l": "content-length", "s": "subject",
    "k": "supported", "e": "content-encoding", "o": "event", "r": "refer-to", "b": "referred-by", "x": "session-expires",
    "u": "allow-events",
}  # fmt: skip
"""What headers are called that have a letter for a name."""

SENDERS = ("from", "to", "contact")
LOGINS = {
    "authorization": "Authorization",
    "www-authenticate": "WWW-Authenticate",
    "proxy-authorization": "Proxy-Authorization",
    "proxy-authenticate": "Proxy-Authenticate",
}
LOGIN_PARTS = ("username", "realm", "nonce", "uri", "algorithm", "cnonce", "opaque", "qop", "nc", "stale", "domain")

_END = re.compile(rb"\r?\n\r?\n")
_ADDRESS = re.compile(r"\s*([^<]*)<([^>]*)>(.*)|\s*([^;]*)()(.*)", re.DOTALL)
_URI = re.compile(r"(?:[A-Za-z]+:)?(?:([^@;?]*)@)?(\[[^\]]*\]|[^:;?]*)(?::(\d+))?([;?].*)?", re.DOTALL)
_VIA = re.compile(r"\s*SIP\s*/\s*2\.0\s*/\s*(\S+)\s+(\[[^\]]*\]|[^\s:;]*)(?::(\d+))?(.*)", re.DOTALL | re.IGNORECASE)
_PARTS = re.compile(r'\s*([\w-]+)\s*=\s*("[^"]*"|[^,\s]*)')


def read_sip(octets: bytes) -> Iterator[Line]:
    """Yield what a message of SIP says."""
    head, *body = _END.split(octets, maxsplit=1)
    yield Line("msg_hdr", head.partition(b"\n")[2].decode("utf-8", "surrogateescape") + "\r\n")
    kind = ""
    for line in read_head(octets):
        name, value = BRIEF.get(line.name, line.name), str(line.value)
        yield Line(name, value)
        if name == "content-type":
            kind = value
        yield from _more(name, value)
    if body and body[0]:
        yield Line("msg_body", 1)
        yield from (Line(f"sdp.{line.name}", line.value) for line in read_sdp(body[0]) if kind.lower().startswith("application/sdp"))


def _more(name: str, value: str) -> Iterator[Line]:
    """Yield what the parts of a header say."""
    if name in SENDERS:
        yield from _address(name, value)
    elif name == ":uri":
        yield from (Line(f"r-uri.{part}", said) for part, said in _uri(value))
    elif name == "via":
        yield from _via(value)
    elif name in LOGINS:
        yield Line("auth", f"{LOGINS[name]}: {value}")
        yield Line("auth.scheme", value.split(maxsplit=1)[0] if value.split() else "")
        for part, said in _PARTS.findall(value):
            if part.lower() in LOGIN_PARTS or part.lower() == "response":
                yield Line("auth.digest.response" if part.lower() == "response" else f"auth.{part.lower()}", said)


def _address(name: str, value: str) -> Iterator[Line]:
    found = _ADDRESS.fullmatch(value)
    shown, uri, rest = (
        (found[1], found[2], found[3]) if found and found[1] is not None else ("", found[4] if found else "", found[6] if found else "")
    )
    if shown:
        shown = shown.strip() if shown.startswith('"') else shown
        yield Line("display.info", shown)
        yield Line(f"{name}.display.info", shown)
    yield Line(f"{name}.addr", uri)
    yield from (Line(f"{name}.{part}", said) for part, said in _uri(uri))
    for parameter in rest.split(";"):
        key, _, said = parameter.strip().partition("=")
        if key == "tag" and name != "contact":
            yield from (Line("tag", said), Line(f"{name}.tag", said))
        elif key and name == "contact":
            yield Line("contact.parameter", parameter.strip())


def _uri(uri: str) -> Iterator[tuple[str, str]]:
    found = _URI.fullmatch(uri)
    if found:
        yield from ((part, said) for part, said in zip(("user", "host", "port"), found.groups(), strict=False) if said)
        yield from (("param", one) for one in (found[4] or "").split(";")[1:] if one)


def _via(value: str) -> Iterator[Line]:
    found = _VIA.fullmatch(value)
    if not found:
        return
    for name, said in zip(("transport", "sent-by.address", "sent-by.port"), found.groups(), strict=False):
        if said is not None:
            yield Line(f"via.{name}", said)
    for parameter in found[4].split(";")[1:]:
        key, _, said = parameter.strip().partition("=")
        yield Line(f"via.{key.strip().lower()}", said or key)
