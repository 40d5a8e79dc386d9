"""SMB: transactions, and what Windows' network neighbourhood says in them (MS-CIFS section 2.2.4.33, MS-BRWS section 2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

HEAD, FLAGS, COMMAND = 32, 10, 4
UNICODE = 0x8000
TRANSACTION = 0x25
SLOT, BROWSE = "\\MAILSLOT\\", "\\BROWSE"
ANNOUNCEMENTS = (1, 12, 15)
KINDS = {
    "workstation": 0, "server": 1, "sql": 2, "domain_controller": 3, "time": 5, "apple": 6, "print": 9, "xenix": 11, "ntw": 12, "nts": 15,
    "browser.potential": 16, "browser.backup": 17, "browser.master": 18, "domainenum": 31,
}  # fmt: skip


def read_smb(octets: bytes) -> Iterator[Line]:
    """Yield what stands behind the head of a message."""
    scan = Scan(octets)
    scan.take(HEAD)
    words = scan.within(scan.number(1) * 2)
    size = scan.number(2, "little")
    yield Line("bcc", size)
    if octets[COMMAND] == TRANSACTION and words.left >= 28:
        is_wide = int.from_bytes(octets[FLAGS : FLAGS + 2], "little") & UNICODE != 0
        for line in _transaction(octets, words, scan, is_wide=is_wide):
            yield line
            if line.name == "mailslot.class":
                yield Line("mailslot.size", size)


def _transaction(octets: bytes, words: Scan, scan: Scan, *, is_wide: bool) -> Iterator[Line]:
    words.take(22)
    size, offset = words.number(2, "little"), words.number(2, "little")
    count = words.number(1)
    words.take(1)
    name = _name(scan, is_wide=is_wide)
    yield Line("trans_name", name)
    if name.upper().startswith(SLOT) and count >= 3:
        yield Line("mailslot.name", name)
        yield from (Line(f"mailslot.{part}", words.number(2, "little")) for part in ("opcode", "priority", "class"))
        if name.upper().endswith(BROWSE):
            yield from _announcement(Scan(octets[: offset + size], min(offset, len(octets))))


def _name(scan: Scan, *, is_wide: bool) -> str:
    end = scan.octets.find(b"\0\0" if is_wide else b"\0", scan.at)
    octets = scan.octets[scan.at : end if end >= 0 else len(scan.octets)]
    return octets.decode("utf-16-le", "replace") if is_wide else text_of(octets)


def _announcement(scan: Scan) -> Iterator[Line]:
    command = scan.number(1)
    yield Line("browser.command", command)
    if command not in ANNOUNCEMENTS:
        return
    yield from (Line("browser.update_count", scan.number(1)), Line("browser.period", scan.number(4, "little")))
    yield Line("browser.server", text_of(scan.take(16).partition(b"\0")[0]))
    yield from (Line("browser.os_major", scan.number(1)), Line("browser.os_minor", scan.number(1)))
    kinds = scan.number(4, "little")
    yield Line("browser.server_type", kinds)
    yield from (Line(f"browser.server_type.{name}", kinds >> bit & 1) for name, bit in KINDS.items())
    if command == 12:
        scan.take(4)
        yield Line("browser.mb_server", text_of(scan.rest().partition(b"\0")[0]))
        return
    yield from (Line("browser.proto_major", scan.number(1)), Line("browser.proto_minor", scan.number(1)))
    yield Line("browser.sig", scan.number(2, "little"))
    yield Line("browser.comment", text_of(scan.rest().partition(b"\0")[0]))
