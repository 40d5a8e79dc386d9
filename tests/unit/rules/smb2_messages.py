"""Messages of SMB 2 as they are on the wire."""

from __future__ import annotations

from struct import pack

SESSION = 0x77
WELL, MORE = 0, 0xC0000016


def message(command: int, body: bytes, *, number: int, share: int = 0, status: int | None = None) -> bytes:
    """Return a message behind its head and that of NetBIOS; an answer where it has a status."""
    head = b"\xfeSMB" + pack("<HHIHHIIQIIQ16x", 64, 1, status or 0, command, 1, int(status is not None), 0, number, 0, share, SESSION)
    return pack("!I", len(head + body)) + head + body


def chained(*messages: bytes) -> bytes:
    """Return several messages behind one head of NetBIOS."""
    *most, last = (one[4:] for one in messages)
    octets = b"".join(one[:20] + pack("<I", len(one)) + one[24:] for one in most) + last
    return pack("!I", len(octets)) + octets


def sealed(octets: bytes) -> bytes:
    """Return what is encrypted behind its own head and that of NetBIOS."""
    octets = b"\xfdSMB" + bytes(32) + pack("<IHHQ", len(octets), 0, 1, SESSION) + octets
    return pack("!I", len(octets)) + octets


def text(words: str) -> bytes:
    """Return a text as it is sent."""
    return words.encode("utf-16-le")


def item(kind: int, octets: bytes) -> bytes:
    """Return one of the things that NTLM says of a server."""
    return pack("<HH", kind, len(octets)) + octets


SAID = item(2, text("HOUSE")) + item(3, text("nas.lan")) + item(7, pack("<Q", 132_000_000_000_000_000)) + item(0, b"")
RESPONSE = b"p" * 16 + pack("<BB6xQ8s4x", 1, 1, 132_000_000_000_000_000, b"question") + item(9, text("cifs/nas")) + SAID
VERSION = pack("<BBH3xB", 10, 0, 19045, 15)


def ntlmssp(kind: int) -> bytes:
    """Return what wants to log in, what a server challenges with, or what proves that somebody may."""
    if kind == 2:
        places = pack("<HHII8s8xHHI", 2, 2, 56, 0xA2820235, b"prove it", len(SAID), len(SAID), 58)
        return b"NTLMSSP\0" + pack("<I", 2) + places + VERSION + text("S") + SAID
    if kind == 1:
        return b"NTLMSSP\0" + pack("<II16x", 1, 1)
    words = [b"", RESPONSE, text("A"), text("anna"), text("PC"), b"k" * 16]
    begins = [88 + sum(map(len, words[:number])) for number in range(6)]
    places = b"".join(pack("<HHI", len(word), len(word), begin) for word, begin in zip(words, begins, strict=True))
    return b"NTLMSSP\0" + pack("<I", 3) + places + pack("<I", 0xA2820235) + VERSION + b"m" * 16 + b"".join(words)


def login(kind: int, number: int) -> bytes:
    """Return a request to log in."""
    return message(1, pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(ntlmssp(kind)), 0) + ntlmssp(kind), number=number)


SHARE = text("\\\\server\\house")
NAME = text("tea.txt")
ENTRY = pack("<II", 0, 0) + bytes(52) + pack("<I", len(NAME)) + bytes(30) + NAME
TURNS = [
    [login(1, 1)],
    [message(1, pack("<HHHH", 9, 0, 72, len(ntlmssp(2))) + ntlmssp(2), number=1, status=MORE)],
    [login(3, 2)],
    [message(1, pack("<HHHH", 9, 0, 72, 0), number=2, status=WELL)],
    [message(3, pack("<HHHH", 9, 0, 72, len(SHARE)) + SHARE, number=3)],
    [message(3, pack("<HBBIII", 16, 1, 0, 0, 0, 0), number=3, share=5, status=WELL)],
    [message(5, pack("<H42xHHQ", 57, 120, len(NAME), 0) + NAME, number=4, share=5)],
    [message(5, pack("<H86x", 89), number=4, share=5, status=WELL)],
    [message(14, pack("<HBBI16xHHI", 33, 3, 0, 0, 96, 2, 4096) + text("*"), number=5, share=5)],
    [message(14, pack("<HHI", 9, 72, len(ENTRY)) + ENTRY, number=5, share=5, status=WELL)],
    [chained(message(5, pack("<H54x", 57), number=6, share=5), message(6, pack("<HH20x", 24, 1), number=7, share=5))],
    [message(0, pack("<HHH30xHH", 36, 2, 3, 0x202, 0x311), number=8)],
    [sealed(b"secret")],
]
"""What a client and a server say by turns.

Somebody logs in, connects to a share, opens a file, lists a folder, says two things at once, tells which dialects it knows, and encrypts.
"""
