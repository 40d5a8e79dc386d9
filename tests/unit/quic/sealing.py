"""QUIC Initials as a client makes them (RFC 9001 section 5), for tests that take the protection off again."""

from __future__ import annotations

from struct import pack

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from sharky.quic.versions import quic_versions

IDENTIFIER = bytes.fromhex("8394c8f03e515708")


def varint(value: int, width: int = 2) -> bytes:
    return (value | (width.bit_length() - 1) << 8 * width - 2).to_bytes(width)


def crypto(offset: int, octets: bytes) -> bytes:
    return b"\x06" + varint(offset) + varint(len(octets)) + octets


def initial(
    payload: bytes,
    *,
    number: int = 2,
    version: int = 1,
    identifier: bytes = IDENTIFIER,
    keys_of: bytes | None = None,
    meant: int = 0,
    side: str = "client in",
) -> bytes:
    """Return a protected Initial of at least 1200 octets; `meant` says in which of the ways that the version leaves open."""
    known = quic_versions(version)[meant]
    payload = payload.ljust(1162, b"\0")
    extract = HMAC(known.salt, SHA256())
    extract.update(identifier if keys_of is None else keys_of)
    secret = _expand(extract.finalize(), side, 32)
    key, vector, mask_key = (_expand(secret, f"{known.prefix} {what}", size) for what, size in (("key", 16), ("iv", 12), ("hp", 16)))
    first = 0xC3 | known.initial_type << 4
    head = bytes([first]) + pack(">IB", version, len(identifier)) + identifier + b"\0\0" + varint(len(payload) + 20) + pack(">I", number)
    nonce = bytes(a ^ b for a, b in zip(vector, pack(">QI", 0, number), strict=True))
    sealed = AESGCM(key).encrypt(nonce, payload, head)
    mask = Cipher(AES(mask_key), ECB()).encryptor().update(sealed[:16])
    protected = bytearray(head)
    protected[0] ^= mask[0] & 0x0F
    for place in range(4):
        protected[len(head) - 4 + place] ^= mask[1 + place]
    return bytes(protected) + sealed


def _expand(secret: bytes, label: str, length: int) -> bytes:
    name = b"tls13 " + label.encode()
    return HKDFExpand(SHA256(), length, pack(">HB", length, len(name)) + name + b"\0").derive(secret)
