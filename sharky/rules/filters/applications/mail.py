"""Lines with which SMTP, POP and IMAP speak in clear (RFC 5321, RFC 1939, RFC 9051)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, text_of

MOST_LINES = 200
SMTP_COMMANDS = frozenset(
    "EHLO HELO LHLO MAIL RCPT DATA RSET VRFY EXPN HELP NOOP QUIT AUTH BDAT ETRN TURN SEND SOML SAML STARTTLS XCLIENT".split()  # noqa: SIM905 - words read best so
)
POP_COMMANDS = frozenset("USER PASS QUIT STAT LIST RETR DELE NOOP RSET TOP UIDL APOP AUTH CAPA STLS UTF8 LANG".split())  # noqa: SIM905
STATUSES = ("OK", "NO", "BAD", "BYE", "PREAUTH")
FOLDER_COMMANDS = ("SELECT", "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "STATUS", "APPEND")

_REPLY = re.compile(r"([0-9]{3})(?:[ -](.*))?")


def lines_in(octets: bytes) -> list[str]:
    """Return the lines of a segment without their ends."""
    lines = text_of(octets).split("\n", MOST_LINES)[:MOST_LINES]
    return [line.removesuffix("\r") for line in lines if line]


def read_smtp(octets: bytes) -> Iterator[Line]:
    """Yield commands and replies; a mail itself is neither."""
    for line in lines_in(octets):
        reply = _REPLY.fullmatch(line)
        word = line.partition(" ")[0]
        if reply:
            yield from (Line("rsp", 1), Line("response", f"{line}\r\n"), Line("response.code", reply[1]))
            if reply[2]:
                yield Line("rsp.parameter", reply[2])
        elif word.upper() in SMTP_COMMANDS:
            yield from (Line("req", 1), Line("command_line", f"{line}\r\n"), Line("req.command", line[:4]))
            if line[5:]:
                yield Line("req.parameter", line[5:])
        else:
            return


def read_pop(octets: bytes) -> Iterator[Line]:
    """Yield a command, or an answer with what it brings."""
    first, *more = lines_in(octets) or [""]
    word, space, rest = first.partition(" ")
    if word in ("+OK", "-ERR"):
        yield from (Line("response", f"{first}\r\n"), Line("response.indicator", word))
        if rest:
            yield Line("response.description", rest)
        yield from (Line("response.data", f"{line}\r\n") for line in more)
    elif word.upper() in POP_COMMANDS:
        yield from (Line("request", f"{first}\r\n"), Line("request.command", word))
        if space:
            yield Line("request.parameter", rest)
    else:
        yield from (Line("response.data", f"{line}\r\n") for line in (first, *more))


def read_imap(octets: bytes, *, is_asked: bool) -> Iterator[Line]:
    """Yield commands and tagged answers, each with its tag."""
    for line in lines_in(octets):
        tag, _, rest = line.partition(" ")
        word, _, more = rest.partition(" ")
        yield from (Line("line", f"{line}\r\n"), Line("isrequest", int(is_asked)))
        if is_asked:
            yield from _command(tag, word, more, line)
        elif word.upper() in STATUSES and tag not in ("*", "+"):
            yield from _tagged(tag, word, more, line)


def _tagged(tag: str, status: str, more: str, line: str) -> Iterator[Line]:
    yield from (Line("response", line), Line("response_tag", tag), Line("tag", tag), Line("response.status", status))
    command = more.partition(" ")[0]
    if command:
        yield from (Line("response.command", command), Line("command", command))


def _command(tag: str, command: str, more: str, line: str) -> Iterator[Line]:
    yield from (Line("request", line), Line("request_tag", tag), Line("tag", tag))
    if command.upper() == "UID":
        command, _, more = more.partition(" ")
        yield Line("request.command.uid", 1)
    yield from (Line("request.command", command), Line("command", command))
    words = more.split(" ")
    if command.upper() == "LOGIN" and len(words) > 1:
        yield from (Line("request.username", words[0].strip('"')), Line("request.password", words[1][1:-1]))
    elif command.upper() in FOLDER_COMMANDS and more:
        yield Line("request.folder", words[0].strip('"'))
