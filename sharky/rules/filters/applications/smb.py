"""SMB: transactions, in which Windows' network neighbourhood says what it does (MS-CIFS section 2.2.4.33)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of
from sharky.rules.filters.applications.smb_neighbours import read_slot
from sharky.rules.filters.applications.smb_sessions import read_session
from sharky.rules.filters.heard import Said

HEAD, COMMAND, STATUS_RESERVED, FLAGS, FLAGS2, RESERVED = 32, 4, 6, 9, 10, 22
RESPONSE, UNICODE, NT_ERRORS = 0x80, 0x8000, 0x4000
TRANSACTION, TRANSACTION2, WORDS = 0x25, 0x32, 28
SLOT = "\\MAILSLOT\\"


def read_smb(octets: bytes) -> Iterator[Line]:
    """Yield what stands behind the head of a message, and those of its octets that are reserved."""
    scan = Scan(octets)
    scan.take(HEAD)
    flags = int.from_bytes(octets[FLAGS2 : FLAGS2 + 2], "little")
    if not flags & NT_ERRORS:
        yield Line("reserved", octets[STATUS_RESERVED : STATUS_RESERVED + 1])
    yield Line("reserved", octets[RESERVED : RESERVED + 2])
    words = scan.within(scan.number(1) * 2)
    is_request = not octets[FLAGS] & RESPONSE and words.left >= WORDS
    transaction = [*_words(words)] if is_request and octets[COMMAND] in (TRANSACTION, TRANSACTION2) else []
    yield from transaction
    size = scan.number(2, "little")
    yield Line("bcc", size)
    is_wide, data = flags & UNICODE != 0, Scan(octets[: scan.at + size], scan.at)
    yield from read_session(octets[COMMAND], words.octets, data, is_wide=is_wide, is_answer=octets[FLAGS] & RESPONSE != 0)
    if transaction and octets[COMMAND] == TRANSACTION:
        said = {line.name: line.value for line in (*transaction, Line("bcc", size))}
        yield from _put(scan, words, said, is_wide=is_wide)


def _words(words: Scan) -> Iterator[Line]:
    """Yield what a transaction says of itself: how much it sends and takes, where that stands, and how long it waits."""
    yield from (Line(name, words.number(2, "little")) for name in ("tpc", "tdc", "mpc", "mdc"))
    yield from (Line("msc", words.number(1)), Line("reserved", words.take(1)))
    flags = words.number(2, "little")
    yield from (Line("transaction.flags", flags), Line("transaction.flags.owt", flags >> 1 & 1), Line("transaction.flags.dtid", flags & 1))
    yield from (Line("timeout", words.number(4, "little")), Line("reserved", words.take(2)))
    yield from (Line(name, words.number(2, "little")) for name in ("pc", "po", "dc", "data_offset"))
    yield from (Line("sc", words.number(1)), Line("reserved", words.take(1)))


def _put(scan: Scan, words: Scan, said: dict[str, Said], *, is_wide: bool) -> Iterator[Line]:
    """Yield what a transaction is for, and what it puts into a slot."""
    name = _name(scan, is_wide=is_wide)
    yield Line("trans_name", name)
    if not name.upper().startswith(SLOT) or int(said["sc"]) < 3:
        return
    begin, end = int(said["data_offset"]), int(said["data_offset"]) + int(said["dc"])
    for line in read_slot(name, words, Scan(scan.octets[:end], min(begin, end, len(scan.octets)))):
        yield line
        if line.name == "mailslot.class":
            yield Line("mailslot.size", said["bcc"])


def _name(scan: Scan, *, is_wide: bool) -> str:
    end = scan.octets.find(b"\0\0" if is_wide else b"\0", scan.at)
    octets = scan.octets[scan.at : end if end >= 0 else len(scan.octets)]
    return octets.decode("utf-16-le", "replace") if is_wide else text_of(octets)
