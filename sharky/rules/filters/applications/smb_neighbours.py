"""What Windows' network neighbourhood puts into slots for messages by SMB (MS-MAIL section 2.2.1, MS-BRWS section 2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

BROWSE = "\\BROWSE"
ANNOUNCEMENTS = (1, 12, 15)
ELECTION = 8
WORKGROUP = 12
SIGNATURE = b"\x55\xaa"
KINDS = {
    "workstation": 0, "server": 1, "sql": 2, "domain_controller": 3, "backup_controller": 4, "time": 5, "apple": 6, "novell": 7,
    "member": 8, "print": 9, "dialin": 10, "xenix": 11, "ntw": 12, "wfw": 13, "nts": 15, "browser.potential": 16, "browser.backup": 17,
    "browser.master": 18, "browser.domain_master": 19, "osf": 20, "vms": 21, "w95": 22, "dfs": 23, "local": 30, "domainenum": 31,
}  # fmt: skip
WINDOWS = {
    (5, 0): "Windows 2000",
    (5, 1): "Windows XP",
    (5, 2): "Windows Server 2003 R2 or Windows Server 2003",
    (6, 0): "Windows Vista or Windows Server 2008",
    (6, 1): "Windows 7 or Windows Server 2008 R2",
}
"""What Wireshark calls versions of Windows; others have no name."""


def read_slot(name: str, words: Scan, content: Scan) -> Iterator[Line]:
    """Yield what is put into a slot: the words that say how, and what it is."""
    yield Line("mailslot.name", name)
    yield from (Line(f"mailslot.{part}", words.number(2, "little")) for part in ("opcode", "priority", "class"))
    if name.upper().endswith(BROWSE):
        yield from _announcement(content)


def _election(scan: Scan) -> Iterator[Line]:
    """Yield who wants to keep the list, and speaks which version ([MS-BRWS] section 2.2.4)."""
    scan.take(2)
    yield from (Line("browser.proto_major", scan.number(1)), Line("browser.proto_minor", scan.number(1)))
    scan.take(9)
    yield Line("browser.server", text_of(scan.rest().partition(b"\0")[0]))


def _announcement(scan: Scan) -> Iterator[Line]:
    command = scan.number(1)
    yield Line("browser.command", command)
    if command == ELECTION:
        yield from _election(scan)
    if command not in ANNOUNCEMENTS:
        return
    yield from (Line("browser.update_count", scan.number(1)), Line("browser.period", scan.number(4, "little")))
    yield Line("browser.server", text_of(scan.take(16).partition(b"\0")[0]))
    version = scan.number(1), scan.number(1)
    yield Line("browser.windows_version", WINDOWS.get(version, ""))
    yield from (Line("browser.os_major", version[0]), Line("browser.os_minor", version[1]))
    kinds = scan.number(4, "little")
    yield Line("browser.server_type", kinds)
    yield from (Line(f"browser.server_type.{name}", kinds >> bit & 1) for name, bit in KINDS.items())
    if command == WORKGROUP and scan.octets[scan.at + 2 : scan.at + 4] != SIGNATURE:
        yield Line("browser.mysterious_field", scan.number(4, "little"))
    else:
        yield from (Line("browser.proto_major", scan.number(1)), Line("browser.proto_minor", scan.number(1)))
        yield Line("browser.sig", scan.number(2, "little"))
    yield Line("browser.mb_server" if command == WORKGROUP else "browser.comment", text_of(scan.rest().partition(b"\0")[0]))
