"""DNS messages and their names (RFC 1035), which mDNS, LLMNR and NBNS share.

Bounded by number: at most `MOST_RECORDS` records and about `MOST_LABELS` labels are read, a name takes at most `MOST_STEPS`
steps, and a compression pointer must point further back than where its name began, so that no message can make the reader go in
circles, nor read one long name for each of its records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from struct import Struct, error

from sharky.identify.text import from_octets

MOST_RECORDS = 64
MOST_TEXTS = 64
MOST_STEPS = 160
"""Of labels and pointers in one name: it has at most 127 labels, and sane senders need few pointers."""

MOST_LABELS = 2048
"""Of all names together: a sane message has some hundreds."""

MOST_NAME_OCTETS = 255

HEADER = Struct(">HHHHHH")
QUESTION = Struct(">HH")
RECORD = Struct(">HHIH")

C_ESCAPES = dict(zip("\a\b\f\n\r\t\v", ("\\a", "\\b", "\\f", "\\n", "\\r", "\\t", "\\v"), strict=True))
"""How some control characters are written; the others as three octal digits."""

TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 10: "NULL", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA", 32: "NB", 33: "SRV"}
TYPES |= {35: "NAPTR", 41: "OPT", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 64: "SVCB", 65: "HTTPS", 255: "ANY", 257: "CAA"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: a name, and the type of record."""

    name: str
    type: int


@dataclass(frozen=True, slots=True)
class Record:
    """An answer.

    Attributes:
        name: Whose record it is.
        type: Number of the type.
        time_to_live: Seconds.
        value: Address or name as text, as far as the type is known; else empty.
        texts: The strings of a TXT record.
    """

    name: str
    type: int
    time_to_live: int
    value: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DnsMessage:
    """A message as far as it could be read.

    Attributes:
        identifier: Ties an answer to its query.
        flags: The second word of the header.
        questions: What it asks.
        answers: The records of the answer section.
        is_whole: Whether all of questions and answers were there and sane.
        others: The records of the sections behind, about authority and what else may be of use.
    """

    identifier: int
    flags: int
    questions: tuple[Question, ...]
    answers: tuple[Record, ...]
    is_whole: bool
    others: tuple[Record, ...] = ()

    @property
    def is_response(self) -> bool:
        """Whether it answers."""
        return bool(self.flags & 0x8000)

    @property
    def opcode(self) -> int:
        """What kind of query it is; 0 for a plain one."""
        return self.flags >> 11 & 15

    @property
    def response_code(self) -> int:
        """What became of the query; 0 where it was answered."""
        return self.flags & 15


@dataclass(slots=True)
class Allowance:
    """How many labels may still be read, of one message or of all messages in one packet."""

    labels: int = MOST_LABELS


def type_name(number: int) -> str:
    """Return the name of a record type.

    >>> type_name(28), type_name(4711)
    ('AAAA', 'TYPE4711')
    """
    return TYPES.get(number, f"TYPE{number}")


def parse_dns(octets: bytes, allowance: Allowance | None = None) -> DnsMessage | None:
    r"""Read a message up to its end, or up to where it stops making sense.

    Args:
        octets: The message.
        allowance: What several messages share; each has its own without one.

    Returns:
        The message, or None where not even the header is there.

    >>> message = parse_dns(bytes.fromhex("beef01000001000000000000") + b"\x03www\x07example\0\0\x01\0\x01")
    >>> message.questions, message.is_whole
    ((Question(name='www.example', type=1),), True)
    """
    if len(octets) < HEADER.size:
        return None
    identifier, flags, asked, answered, *further = HEADER.unpack_from(octets)
    questions: list[Question] = []
    records: list[Record] = []
    place, allowed = HEADER.size, allowance or Allowance()
    try:
        for _ in range(min(asked, MOST_RECORDS)):
            name, place = read_name(octets, place, allowed)
            kind, _ = QUESTION.unpack_from(octets, place)
            place += QUESTION.size
            questions.append(Question(name, kind))
        for _ in range(min(answered + sum(further), MOST_RECORDS - len(questions))):
            record, place = _read_record(octets, place, allowed)
            records.append(record)
    except (error, IndexError, ValueError):
        pass
    is_whole = len(questions) == asked and len(records) >= answered
    return DnsMessage(identifier, flags, tuple(questions), tuple(records[:answered]), is_whole, tuple(records[answered:]))


def read_name(octets: bytes, place: int, allowance: Allowance | None = None) -> tuple[str, int]:
    r"""Read the name at `place`.

    Args:
        octets: The message.
        place: Where the name begins.
        allowance: From which its labels are taken.

    Returns:
        The name without the root's dot, a dot within a label as `\.`, and the place behind it.

    Raises:
        ValueError: Where it is longer than a name may be, its pointers do not lead back, or the allowance is used up.
        IndexError: Where the message ends within it.
    """
    labels: list[str] = []
    behind, begin, total = 0, place, 0
    for _ in range(MOST_STEPS):
        length = octets[place]
        if length >= 0xC0:
            behind = behind or place + 2
            place = (length & 0x3F) << 8 | octets[place + 1]
            if place >= begin:
                raise ValueError("a pointer that does not lead back")
            begin = place
            continue
        if length > 63:
            raise ValueError("neither label nor pointer")
        place += 1
        if length == 0:
            _take(allowance, len(labels))
            return ".".join(labels), behind or place
        total += length + 1
        if total > MOST_NAME_OCTETS or place + length > len(octets):
            raise ValueError("a name that does not end")
        labels.append(label_text(octets[place : place + length]))
        place += length
    raise ValueError("a name that does not end")


def _take(allowance: Allowance | None, labels: int) -> None:
    if allowance:
        allowance.labels -= labels
        if allowance.labels < 0:
            raise ValueError("more labels than a message has")


def label_text(octets: bytes) -> str:
    r"""Return a label as Wireshark writes it, but a dot within it as `\.`.

    >>> label_text(b"a.b\x1b\xff")
    'a\\.b\\033�'
    """
    text = octets.decode("utf-8", "replace").replace(".", "\\.")
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character >= " " and character != "\x7f":
        return character
    return C_ESCAPES.get(character, f"\\{ord(character):03o}")


def _read_record(octets: bytes, place: int, allowed: Allowance) -> tuple[Record, int]:
    name, place = read_name(octets, place, allowed)
    kind, _, time_to_live, size = RECORD.unpack_from(octets, place)
    place += RECORD.size
    if place + size > len(octets):
        raise ValueError("a record that does not end")
    texts = tuple(_texts(octets[place : place + size])) if type_name(kind) == "TXT" else ()
    return Record(name, kind, time_to_live, _value(octets, place, size, kind, allowed), texts), place + size


def _texts(octets: bytes) -> Iterator[str]:
    place = 0
    for _ in range(MOST_TEXTS):
        if place >= len(octets):
            return
        yield from_octets(octets[place + 1 : place + 1 + octets[place]])
        place += 1 + octets[place]


def _value(octets: bytes, place: int, size: int, kind: int, allowed: Allowance) -> str:
    match type_name(kind):
        case "A" if size == 4:
            return str(IPv4Address(octets[place : place + 4]))
        case "AAAA" if size == 16:
            return str(IPv6Address(octets[place : place + 16]))
        case "NS" | "CNAME" | "PTR":
            return read_name(octets, place, allowed)[0]
        case "SRV" if size > 6:
            return read_name(octets, place + 6, allowed)[0]
        case "MX" if size > 2:
            return read_name(octets, place + 2, allowed)[0]
        case _:
            return ""
