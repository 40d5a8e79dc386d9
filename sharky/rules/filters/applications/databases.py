"""MySQL, PostgreSQL, AMQP and TDS: what is asked, by whom, and what goes wrong.

MySQL's client/server protocol (messages behind a length and a number), PostgreSQL's frontend/backend protocol 3.0 (section 55.7 of its
manual), AMQP 0-9-1 (section 4.2.3, and the methods of its XML).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sharky.rules.filters.applications.scan import Line, Scan, text_of

QUERY, PREPARE, USES = 3, 22, 2
GREETING, ERROR = 10, 0xFF
PROTOCOL_41, WITH_SCHEMA, SECURE, ENCRYPTED = 0x200, 8, 0x8000, 0x800
NO_ATTRIBUTES = b"\0\1"
RECORDS, TLS_VERSIONS = range(0x14, 0x18), (b"\3\1", b"\3\2", b"\3\3")

STARTUP = 196608
ASKED: Mapping[int, str] = {
    0x70: "Authentication message", 0x51: "Simple query", 0x50: "Parse", 0x42: "Bind", 0x45: "Execute", 0x44: "Describe", 0x43: "Close",
    0x48: "Flush", 0x53: "Sync", 0x46: "Function call", 0x64: "Copy data", 0x63: "Copy completion", 0x66: "Copy failure",
    0x58: "Termination",
}  # fmt: skip
ANSWERED: Mapping[int, str] = {
    0x52: "Authentication request", 0x4B: "Backend key data", 0x53: "Parameter status", 0x31: "Parse completion", 0x32: "Bind completion",
    0x33: "Close completion", 0x43: "Command completion", 0x74: "Parameter description", 0x54: "Row description", 0x44: "Data row",
    0x49: "Empty query", 0x6E: "No data", 0x45: "Error", 0x4E: "Notice", 0x73: "Portal suspended", 0x5A: "Ready for query",
    0x41: "Notification", 0x56: "Function call response", 0x47: "CopyIn response", 0x48: "CopyOut response", 0x64: "Copy data",
    0x63: "Copy completion", 0x76: "Negotiate protocol version",
}  # fmt: skip
TROUBLES = {0x53: "severity", 0x43: "code", 0x4D: "message", 0x44: "detail", 0x48: "hint"}

TDS_FLAGS = ("eom", "ignore", "event_notif", "reset_conn", "reset_conn_skip_tran")

METHOD, HEADER = 1, 2
NUMBERS, TEXTS = {"H": 2, "Q": 8, "B": 1}, "s"
METHODS: Mapping[tuple[int, int], tuple[tuple[str, str], ...]] = {
    (40, 10): (("H", ""), ("s", "exchange"), ("s", "type")),
    (50, 10): (("H", ""), ("s", "queue")),
    (50, 20): (("H", ""), ("s", "queue"), ("s", "exchange"), ("s", "routing_key")),
    (60, 20): (("H", ""), ("s", "queue"), ("s", "consumer_tag")),
    (60, 40): (("H", ""), ("s", "exchange"), ("s", "routing_key")),
    (60, 60): (("s", "consumer_tag"), ("Q", "delivery_tag"), ("B", ""), ("s", "exchange"), ("s", "routing_key")),
    (60, 80): (("Q", "delivery_tag"),),
}
"""Arguments of methods, as far as their first texts go: "s" for texts, else numbers."""


def read_mysql(octets: bytes) -> Iterator[Line]:
    """Yield what a message of MySQL says, behind its length and number."""
    if octets[:1] and octets[0] in RECORDS and octets[1:3] in TLS_VERSIONS:
        return
    scan = Scan(octets)
    yield from (Line("length", scan.number(3, "little")), Line("number", scan.number(1)))
    kind = octets[4] if len(octets) > 4 else -1
    if octets[3] == 0 and kind == GREETING and len(octets) > 5:
        yield Line("version", text_of(octets[5:].partition(b"\0")[0]))
    elif octets[3] == 0 and kind >= 0:
        yield from _command(kind, octets[5:])
    elif kind == ERROR and len(octets) > 7:
        yield Line("error_code", int.from_bytes(octets[5:7], "little"))
        yield Line("error.message", text_of(octets[13:] if octets[7:8] == b"#" else octets[7:]))
    elif octets[3] == 1:
        yield from _mysql_login(scan)


def _command(kind: int, octets: bytes) -> Iterator[Line]:
    yield Line("command", kind)
    if kind in (QUERY, PREPARE):
        yield Line("query", text_of(octets.removeprefix(NO_ATTRIBUTES) if kind == QUERY else octets))
    elif kind == USES:
        yield Line("schema", text_of(octets))


def _mysql_login(scan: Scan) -> Iterator[Line]:
    can = scan.number(4, "little")
    _, filler = scan.take(5), scan.take(23)
    if not can & PROTOCOL_41 or any(filler[:19]) or not scan.left:
        return
    user, _, rest = scan.rest().partition(b"\0")
    yield Line("user", text_of(user))
    if can & WITH_SCHEMA and rest:
        schema = rest[1 + rest[0] :].partition(b"\0")[0]
        yield from (Line("schema", text_of(one)) for one in (schema,) if one)


def read_pgsql(octets: bytes, *, is_asked: bool) -> Iterator[Line]:
    """Yield what a message of PostgreSQL says."""
    yield Line("frontend", int(is_asked))
    if octets[:1] == b"\0" and is_asked:
        yield from _startup(Scan(octets))
        return
    kinds, content = (ASKED if is_asked else ANSWERED), octets[5:]
    yield Line("type", kinds.get(octets[0], "Unknown"))
    words = content.split(b"\0", 2)
    if is_asked and octets[:1] == b"Q":
        yield Line("query", text_of(words[0]))
    elif is_asked and octets[:1] == b"P" and len(words) > 1:
        yield from (Line("statement", text_of(words[0])), Line("query", text_of(words[1])))
    elif not is_asked and octets[:1] == b"C":
        yield Line("tag", text_of(words[0]))
    elif not is_asked and octets[:1] == b"E":
        yield from (Line(TROUBLES[one[0]], text_of(one[1:])) for one in content.split(b"\0") if one and one[0] in TROUBLES)


def _startup(scan: Scan) -> Iterator[Line]:
    size, version = scan.number(4), scan.number(4)
    yield from (Line("type", "SSL request" if version != STARTUP else "Startup message"), Line("length", size))
    words = [text_of(word) for word in scan.rest().split(b"\0")] if version == STARTUP else []
    for name, value in zip(words[::2], words[1::2], strict=False):
        if name:
            yield from (Line("parameter_name", name), Line("parameter_value", value))


def read_amqp(octets: bytes) -> Iterator[Line]:
    """Yield what a frame of AMQP says."""
    scan = Scan(octets)
    kind = scan.number(1)
    yield from (Line("type", kind), Line("channel", scan.number(2)), Line("length", scan.number(4)))
    if kind != METHOD:
        return
    method = scan.number(2), scan.number(2)
    yield from (Line("method.class", method[0]), Line("method.method", method[1]))
    for shape, name in METHODS.get(method, ()):
        value = text_of(scan.take(scan.number(1))) if shape == TEXTS else scan.number(NUMBERS[shape])
        if name:
            yield Line(name, value)


def read_tds(octets: bytes) -> Iterator[Line]:
    """Yield what the head of a piece of TDS says (MS-TDS section 2.2.3.1)."""
    scan = Scan(octets)
    yield Line("type", scan.number(1))
    status = scan.number(1)
    yield Line("status", status)
    yield from (Line(name, status >> bit & 1) for bit, name in enumerate(TDS_FLAGS))
    yield from (Line(name, scan.number(width)) for name, width in (("length", 2), ("channel", 2), ("number", 1), ("window", 1)))
