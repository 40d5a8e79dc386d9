"""Messages of TLS handshakes: hellos, a key, and a certificate."""

from __future__ import annotations


def value(tag: int, *parts: bytes) -> bytes:
    """Return a value of DER."""
    content = b"".join(parts)
    size = bytes([len(content)]) if len(content) < 0x80 else b"\x82" + len(content).to_bytes(2)
    return bytes([tag]) + size + content


def message(kind: int, content: bytes) -> bytes:
    """Return a message of a handshake."""
    return bytes([kind]) + len(content).to_bytes(3) + content


def extension(kind: int, content: bytes) -> bytes:
    """Return an extension of a hello."""
    return kind.to_bytes(2) + len(content).to_bytes(2) + content


def name(country: bytes, common: bytes) -> bytes:
    """Return the name of an owner or a signer."""
    pairs = (("550406", 0x13, country), ("550403", 0x0C, common))
    return value(0x30, *(value(0x31, value(0x30, value(6, bytes.fromhex(kind)), value(tag, text))) for kind, tag, text in pairs))


SIGNED = value(0x30, value(6, bytes.fromhex("2a864886f70d01010b")), value(5))
KEY = value(
    0x30,
    value(0x30, value(6, bytes.fromhex("2a864886f70d010101")), value(5)),
    value(3, b"\0", value(0x30, value(2, b"\7"), value(2, b"\1\0\1"))),
)
NAMES = value(0x30, value(6, bytes.fromhex("551d11")), value(4, value(0x30, value(0x82, b"a.example"))))
MAY_SIGN = value(0x30, value(6, bytes.fromhex("551d13")), value(1, b"\xff"), value(4, value(0x30, value(1, b"\xff"))))
TIMES = value(0x30, value(0x17, b"240101000000Z"), value(0x17, b"250101000000Z"))
OWNED = value(
    0x30, value(0xA0, value(2, b"\2")), value(2, b"\x12\x34"), SIGNED, name(b"DE", b"a.example"), TIMES, name(b"DE", b"a.example"), KEY,
    value(0xA3, value(0x30, NAMES, MAY_SIGN)),
)  # fmt: skip
WHOLE = value(0x30, OWNED, SIGNED, value(3, b"\0\7"))
CERTIFICATE = message(11, (len(WHOLE) + 3).to_bytes(3) + len(WHOLE).to_bytes(3) + WHOLE)
EXTENSIONS = (
    extension(0, b"\0\x0c\0\0\x09a.example") + extension(16, b"\0\3\2h2") + extension(10, b"\0\2\0\x1d") + extension(11, b"\1\0")
    + extension(43, b"\2\3\4")
)  # fmt: skip


def hello(extensions: bytes) -> bytes:
    """Return a client's hello."""
    return message(1, b"\3\3" + bytes(32) + b"\0" + b"\0\4\x13\1\xc0\x2f" + b"\1\0" + len(extensions).to_bytes(2) + extensions)


CLIENT_HELLO = hello(EXTENSIONS)
SERVER_KEY = message(12, b"\3\0\x1d\2\1\2" + b"\4\3\0\1\7")
