"""What clients and servers of databases say by turns."""

from __future__ import annotations

from struct import pack


def mysql(number: int, octets: bytes) -> bytes:
    """Return a message of MySQL."""
    return len(octets).to_bytes(3, "little") + bytes([number]) + octets


def pgsql(letter: bytes, octets: bytes) -> bytes:
    """Return a message of PostgreSQL."""
    return letter + pack("!I", len(octets) + 4) + octets


def amqp(*, channel: int, method: tuple[int, int], arguments: bytes) -> bytes:
    """Return a frame of AMQP with a method."""
    return pack("!BHIHH", 1, channel, len(arguments) + 4, *method) + arguments + b"\xce"


GREETING = mysql(0, b"\x0a8.0.36\0" + bytes(4) + b"saltsalt\0" + pack("<HBHHB10x", 0xFFFF, 33, 2, 0x0008, 21) + b"saltsaltsalt\0native\0")
LOGIN = mysql(1, pack("<IIB23x", 0x0008820D, 1 << 24, 33) + b"anna\0\0house\0native\0")
MYSQL = [
    *([GREETING], [LOGIN], [mysql(2, bytes((0, 0, 0, 2, 0, 0, 0)))], [mysql(0, b"\3SELECT tea FROM house")]),
    *([mysql(1, b"\xff\x15\x04#28000Access denied")], [mysql(0, b"\x0e")], [mysql(1, bytes((0, 0, 0, 2, 0, 0, 0)))]),
]
STARTUP = pack("!II", 8 + len(b"user\0anna\0\0"), 196608) + b"user\0anna\0\0"
PGSQL = [
    *([STARTUP], [pgsql(b"R", bytes(4)), pgsql(b"Z", b"I")], [pgsql(b"Q", b"SELECT tea\0")]),
    *(
        [pgsql(b"D", pack("!HI", 1, 1) + b"x") + pgsql(b"C", b"SELECT 1\0") + pgsql(b"Z", b"I")],
        [pgsql(b"P", b"one\0SELECT 2\0" + bytes(2))],
    ),
    *([pgsql(b"E", b"SERROR\0C42601\0Mno\0\0")], [pgsql(b"X", b"")]),
]
AMQP = [
    [b"AMQP\0\0\x09\x01"],
    [amqp(channel=0, method=(10, 10), arguments=b"\0\x09" + bytes(12))],
    [amqp(channel=1, method=(60, 40), arguments=b"\0\0\3all\3tea\0")],
    [amqp(channel=1, method=(60, 60), arguments=b"\1c" + bytes(7) + b"\5\0\3all\3tea")],
    [amqp(channel=2, method=(50, 10), arguments=b"\0\0\4jobs\0" + bytes(4))],
]
