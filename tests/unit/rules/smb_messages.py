"""Messages with which sessions of SMB begin, and filters that hold for them."""

from __future__ import annotations

from struct import pack


def _smb(words: bytes, data: bytes, *, command: int = 0x73, is_answer: bool = False, is_wide: bool = False) -> bytes:
    """Return a message of SMB behind its length in NetBIOS."""
    head = b"\xffSMB" + pack("<BIBHH8xHHHHH", command, 0, 0x80 * is_answer, 0xC001 if is_wide else 0x4001, 0, 0, 0, 7, 0, 1)
    octets = head + bytes((len(words) // 2,)) + words + pack("<H", len(data)) + data
    return pack("!I", len(octets)) + octets


def _wide(*texts: str) -> bytes:
    return b"".join(text.encode("utf-16-le") + b"\0\0" for text in texts)


AND_NOTHING = bytes((0xFF, 0, 0, 0))
SETUP = AND_NOTHING + bytes(10)
AGREES = pack("<HBHHIIIIQhB", 0, 3, 1, 1, 4096, 65536, 0, 0x54, 0, 0, 8)
SMB = [
    [_smb(b"", b"\2NT LM 0.12\0", command=0x72)],
    [_smb(AGREES, b"c" * 8 + _wide("HOME", "NAS"), command=0x72, is_answer=True, is_wide=True)],
    [_smb(SETUP + pack("<HI", 2, 0), b"pwanna\0HOUSE\0Windows 98\0Windows 4.0\0")],
    [_smb(AND_NOTHING + bytes(2), b"Unix\0Samba\0HERE\0", is_answer=True)],
    [_smb(SETUP + pack("<HHII", 1, 2, 0, 0x54), b"pww" + _wide("bo", "", "Windows 2000", "5.0"), is_wide=True)],
    [_smb(AND_NOTHING + bytes(2) + pack("<H", 3), b"tok" + _wide("Windows 7", "6.1"), is_answer=True, is_wide=True)],
    [_smb(SETUP + pack("<HII", 3, 0, 0x80000054), b"tokLinux\0CIFS client\0")],
]
OF_SMB = (
    *('smb.account == "anna"', 'smb.account == "bo"', 'smb.primary_domain == "HOUSE"', 'smb.primary_domain == "HERE"'),
    *('smb.primary_domain == ""', 'smb.native_os == "Windows 98"', 'smb.native_os == "Unix"', 'smb.native_os == "Windows 2000"'),
    *('smb.native_os == "Windows 7"', 'smb.native_os == "Linux"', 'smb.native_lanman == "Windows 4.0"', 'smb.native_lanman == "Samba"'),
    *('smb.native_lanman == "6.1"', 'smb.native_lanman == "CIFS client"', 'smb.primary_domain == "HOME"'),
)
