"""WireGuard: what its four kinds of messages show in clear (wireguard.com/protocol)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan

BEGINS, ANSWERS, COOKIE, DATA = 1, 2, 3, 4
KEY, STAMP, TAG, NONCE = 32, 28, 16, 24


def read_wireguard(octets: bytes) -> Iterator[Line]:
    """Yield what a message says."""
    scan = Scan(octets)
    kind = scan.number(1)
    yield Line("reserved", scan.take(3))
    scan.take(8 if kind == ANSWERS else 4)
    if kind == DATA:
        yield Line("counter", scan.number(8, "little"))
        yield Line("keepalive" if scan.left == TAG else "encrypted_packet", 1)
        if scan.left == TAG:
            yield Line("encrypted_packet", 1)
    elif kind == COOKIE:
        yield from (Line("nonce", scan.take(NONCE)), Line("encrypted_cookie", 1))
    elif kind in (BEGINS, ANSWERS):
        yield from (Line("ephemeral", b64encode(scan.take(KEY)).decode()), Line("ephemeral.known_privkey", 0))
        for name, size in (
            (("encrypted_static", KEY + TAG), ("encrypted_timestamp", STAMP)) if kind == BEGINS else (("encrypted_empty", TAG),)
        ):
            scan.take(size)
            yield Line(name, 1)
        yield from (Line("mac1", scan.take(TAG)), Line("mac2", scan.take(TAG)))
