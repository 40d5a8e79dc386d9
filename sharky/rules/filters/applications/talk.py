"""Lines with which IRC, RTSP, syslog and telnet speak in clear (RFC 2812, RFC 7826, RFC 5424, RFC 854)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.rules.filters.applications.mail import lines_in
from sharky.rules.filters.applications.scan import Line, Scan, text_of
from sharky.rules.filters.applications.sdp import read_sdp
from sharky.rules.filters.heads import read_head

SAYS, ENDS, BEGINS_OPTION, OPTIONS = 0xFF, 0xF0, 0xFA, range(0xFB, 0xFF)
WINDOW = 31
HEADERS = ("session", "transport", "content-type", "content-length", "cseq")

_PRIORITY = re.compile(rb"<([0-9]{1,3})>")
_END = re.compile(rb"\r?\n\r?\n")


def read_irc(octets: bytes, *, is_asked: bool) -> Iterator[Line]:
    """Yield what is said; ahead of that may stand by whom."""
    is_answer = not is_asked
    name = "response" if is_answer else "request"
    for line in lines_in(octets):
        yield Line(name, line)
        prefix, _, rest = line.partition(" ") if line.startswith(":") else ("", "", line)
        if prefix:
            yield Line(f"{name}.prefix", prefix[1:])
        rest, colon, trailer = rest.partition(" :")
        command, *parameters = rest.split() or [""]
        is_number = is_answer and command.isascii() and command.isdigit() and len(command) == 3
        yield Line(f"{name}.num_command" if is_number else f"{name}.command", command)
        yield from (Line(f"{name}.command_parameter", parameter) for parameter in parameters)
        if colon:
            yield Line(f"{name}.trailer", trailer)


def read_rtsp(octets: bytes) -> Iterator[Line]:
    """Yield what a request or an answer says."""
    _, *body = _END.split(octets, maxsplit=1)
    kind = ""
    for line in read_head(octets):
        if line.name in (":asked", ":answered"):
            yield Line("request" if line.name == ":asked" else "response", str(line.value) + "\r\n")
        elif line.name in HEADERS:
            yield Line(line.name, str(line.value).partition(";")[0] if line.name == "session" else line.value)
        elif line.name in (":method", ":uri", ":status"):
            yield Line(line.name, line.value)
        if line.name == "content-type":
            kind = str(line.value).lower()
    if body and kind.startswith("application/sdp"):
        yield from (Line(f"sdp.{line.name}", line.value) for line in read_sdp(body[0]))


def read_syslog(octets: bytes) -> Iterator[Line]:
    """Yield how urgent a message is, whose, and its text."""
    priority = _PRIORITY.match(octets)
    if priority:
        yield from (Line("facility", int(priority[1]) >> 3), Line("level", int(priority[1]) & 7))
    yield Line("msg", text_of(octets[priority.end() if priority else 0 :]))


def read_telnet(octets: bytes) -> Iterator[Line]:
    """Yield texts, and what both sides agree on."""
    scan = Scan(octets)
    while scan.left:
        begin, end = scan.at, octets.find(SAYS, scan.at)
        text = scan.take((end if end >= 0 else len(octets)) - begin)
        yield from (Line("data", text_of(line)) for line in text.splitlines(keepends=True))
        if scan.left > 1:
            scan.take(1)
            yield from _agreed(scan)
        else:
            scan.rest()


def _agreed(scan: Scan) -> Iterator[Line]:
    command = scan.number(1)
    yield Line("cmd", command)
    if command in OPTIONS:
        yield Line("subcmd", scan.number(1))
    elif command == BEGINS_OPTION:
        option = scan.number(1)
        yield Line("subcmd", option)
        end = scan.octets.find(bytes((SAYS, ENDS)), scan.at)
        content = scan.within((end if end >= 0 else len(scan.octets)) - scan.at)
        if option == WINDOW and content.left >= 4:
            yield from (Line("naws_subopt.width", content.number(2)), Line("naws_subopt.height", content.number(2)))
