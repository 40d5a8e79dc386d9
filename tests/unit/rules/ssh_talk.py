"""A talk over SSH up to where it is encrypted, in which what the client can takes two segments; and what filters say of it."""

from __future__ import annotations

from tests.unit.rules.streams import Segment

NEW_KEYS = bytes((0, 0, 0, 12, 10, 21)) + bytes(10)
SECRET = bytes(range(100, 164))
WORDS = (b"curve25519-sha256,ext-info-c", b"ssh-ed25519", b"aes-out", b"aes-in", b"mac-out", b"mac-in", b"none", b"zlib", b"", b"")


def abilities(*, padded: int = 0) -> bytes:
    """Return a packet that says what a side can, made longer."""
    words = (WORDS[0] + b",x" * padded, *WORDS[1:])
    said = bytes((20,)) + bytes(range(16)) + b"".join(len(word).to_bytes(4) + word for word in words) + bytes(5)
    filled = 12 - (len(said) + 9) % 8
    return (len(said) + 1 + filled).to_bytes(4) + bytes((filled,)) + said + bytes(filled)


LONG = abilities(padded=700)
TURNS = (
    *((True, b"SSH-2.0-OpenSSH_9.6\r\n"), (False, b"SSH-2.0-OpenSSH_9.2\r\n"), (False, LONG[:1448]), (False, LONG[1448:])),
    *((True, abilities()), (False, NEW_KEYS + SECRET), (True, NEW_KEYS), (True, SECRET), (False, SECRET[:20])),
)
FILTERS = (
    *("ssh.direction == 0", "ssh.direction == 1", 'ssh.protocol contains "9.6"', "ssh.message_code == 20", "ssh.message_code == 21"),
    *('ssh.kex_algorithms contains "curve25519"', "ssh.packet_length > 1400", "ssh.padding_string", "ssh.cookie[1] == 1"),
    *("ssh.kex.hassh", 'ssh.kex.hassh_algorithms matches "x;aes-out;mac-out;none$"', "ssh.encrypted_packet"),
    *('ssh.kex.hasshserver == "78960d55a778d286184f06ff910b6143"', 'ssh.kex.hasshserver_algorithms matches "-c;aes-in;mac-in;zlib$"'),
    *("ssh.packet_length_encrypted == 64:65:66:67",),
)


def talk() -> list[Segment]:
    """Return the talk's segments."""
    at, segments = {False: 1, True: 1}, []
    for comes_back, octets in TURNS:
        segments.append(Segment(at[comes_back], at[not comes_back], octets, comes_back=comes_back, port=22))
        at[comes_back] += len(octets)
    return segments
