"""The heads of text protocols, HTTP and SIP: their first line, and the headers behind it (RFC 9112 section 5, RFC 3261 section 7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

from sharky.rules.filters.applications.scan import Line

LONGEST_HEAD = 1 << 14
MOST_LINES = 200
SIP = "SIP/2.0"
"""What a datagram begins with, or its first line ends with, that is as long as its head at least."""

LINE_END = b"\r\n"
_END = re.compile(rb"\r?\n\r?\n")
_REQUEST = re.compile(r"([A-Za-z][A-Za-z-]{0,31}|[GS]ET_PARAMETER|PLAY_NOTIFY) (\S+) ((?:HTTP|SIP|RTSP)/\d\.\d)")
_BRIEF = re.compile(r"(GET|HEAD|POST|PUT|DELETE|OPTIONS) (\S*) ?(.*)")
"""A request that does not say which version it speaks."""

_RESPONSE = re.compile(r"((?:HTTP|SIP|RTSP)/\d\.\d) (?:(\d{3})(?: (.*))?|.*)")
CALL_NUMBER = "cseq"
"""The header of SIP with a number and a method."""

NOTIFICATIONS = ("NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE")
"""Methods of HTTP that Wireshark does not call requests."""

PHRASES = {status.value: status.phrase for status in HTTPStatus}

KNOWN = frozenset({
    "accept", "accept-encoding", "accept-language", "authorization", "cache-control", "connection", "content-encoding", "content-length",
    "content-type", "cookie", "date", "host", "http2-settings", "last-modified", "location", "proxy-authenticate", "proxy-authorization",
    "referer", "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol",
    "sec-websocket-version", "server", "set-cookie", "transfer-encoding", "upgrade", "user-agent", "www-authenticate", "x-forwarded-for",
})  # fmt: skip
"""Headers with fields of their own."""


def read_head(octets: bytes) -> Iterator[Line]:
    r"""Yield what the head says with which a payload begins; nothing where it is none, or one of HTTP that does not end there.

    >>> [line.value for line in read_head(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")]
    ['GET', '/', 'HTTP/1.1', 'GET / HTTP/1.1', 'a.example', 'Host: a.example\r\n', 'GET', 'http://a.example/']
    """
    head, *rest = _END.split(octets[:LONGEST_HEAD], maxsplit=1)
    first, *lines = re.split(r"\r?\n", head.decode("utf-8", "surrogateescape"), maxsplit=MOST_LINES)
    request, response = _REQUEST.fullmatch(first) or _BRIEF.fullmatch(first), _RESPONSE.fullmatch(first)
    if not rest and not first.endswith(SIP) and not first.startswith(SIP):
        return
    names = (":method", ":uri", ":version") if request else (":answer version", ":status", ":phrase")
    for found in filter(None, (request, response)):
        yield from (Line(name, value) for name, value in zip(names, found.groups(), strict=True) if value is not None)
        yield Line(":asked" if request else ":answered", first)
        if response and response[2] and int(response[2]) in PHRASES:
            yield Line(":meaning", PHRASES[int(response[2])])
        break
    kinds = ((":request line",) if request[1] not in NOTIFICATIONS else ()) if request else (":answer line",)
    is_notice = request is not None and request[1] in NOTIFICATIONS
    if is_notice:
        yield Line(":notice", 1)
    for line in lines[: MOST_LINES - 1]:
        name, colon, value = line.partition(":")
        if colon:
            if is_notice and name.strip().lower() not in KNOWN:
                yield Line(":unknown", f"{line}\r\n")
            if name.strip().lower() == "cookie":
                yield from (Line(":cookie", pair.strip()) for pair in value.split(";"))
            yield Line(name.strip().lower(), value.strip(" \t"))
            yield from (Line(kind, f"{line}\r\n") for kind in kinds)
            if name.strip().lower() == CALL_NUMBER and len(value.split()) == 2:
                yield from (Line(name, part) for name, part in zip((":cseq", ":cseq method"), value.split(), strict=True))
    if request:
        host = next((line.partition(":")[2].strip(" \t") for line in lines if line[:5].lower() == "host:"), "")
        yield from _of_request(request[1], request[2], host)


def ended_head(octets: bytes) -> bytes:
    r"""Return what was captured of a head as one that ends there: Wireshark shows the last line as far as it goes.

    >>> ended_head(b"NOTIFY * HTTP/1.1\r\nHost: 239.255.2")
    b'NOTIFY * HTTP/1.1\r\nHost: 239.255.2\r\n\r\n'
    """
    end = _END.search(octets)
    return octets[: end.end()] if end else octets.rstrip(LINE_END) + 2 * LINE_END


def _of_request(method: str, uri: str, host: str) -> Iterator[Line]:
    """Yield what follows from the first line of a request and the host that it names."""
    if method not in NOTIFICATIONS:
        yield Line(":request", method)
    if host:
        yield Line(":full uri", uri if uri.startswith(("http://", "https://")) or method == "CONNECT" else f"http://{host}{uri}")
    path, _, query = uri.partition("?")
    if query:
        yield from (Line(":path", path), Line(":query", query))
        yield from (Line(":parameter", parameter) for parameter in query.split("&") if parameter)
