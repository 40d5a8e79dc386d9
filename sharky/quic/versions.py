"""Which versions of QUIC protect their first packets with keys that everybody can make, and how.

`versions.csv` has a row a span of versions: v1 (RFC 9001 section 5.2), v2 (RFC 9369 section 3.3.1) and its draft, the
drafts of v1, Facebook's, and the last of Google's own. `labels` is the prefix of what the keys are derived with,
`hello` in which form the client says the server's name, `crypto` the type of the frames in which.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

V2_PREFIX = "quicv2"

MADE_UP = (0x00000001, 0xFF00001D)
"""The versions in whose place a made-up one is sent."""


@dataclass(frozen=True, slots=True)
class QuicVersion:
    """How a version protects an Initial.

    Attributes:
        salt: Octets from which, together with a connection identifier, the keys are made.
        prefix: Of the labels with which they are made.
        is_google: Whether its hello is Google's CHLO, not that of TLS.
        crypto: The type of the frames that carry the hello.
    """

    salt: bytes
    prefix: str
    is_google: bool
    crypto: int

    @property
    def initial_type(self) -> int:
        """The two bits that mark an Initial among packets with a long header."""
        return 1 if self.prefix == V2_PREFIX else 0


@cache
def _table() -> tuple[tuple[int, int, QuicVersion], ...]:
    rows = csv.DictReader(files("sharky.quic").joinpath("versions.csv").read_text("utf-8").splitlines())
    return tuple(
        (
            int(row["lowest"], 0),
            int(row["highest"], 0),
            QuicVersion(bytes.fromhex(row["salt"]), row["labels"], row["hello"] == "google", int(row["crypto"])),
        )
        for row in rows
    )


def quic_versions(number: int) -> tuple[QuicVersion, ...]:
    """Return how a version may protect an Initial: in one way, or in none where its keys cannot be made.

    A made-up version, which keeps servers used to what they do not know (RFC 9000 section 15), says nothing of how its client protects
    what it sends: as v1 does, or as the last drafts did.

    >>> quic_versions(1) == quic_versions(0xFF000022), quic_versions(0x12345678), len(quic_versions(0x1A2A3A4A))
    (True, (), 2)
    """
    numbers = MADE_UP if number & 0x0F0F0F0F == 0x0A0A0A0A else (number,)
    return tuple(version for one in numbers for lowest, highest, version in _table() if lowest <= one <= highest)
